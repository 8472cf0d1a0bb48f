using System.Buffers.Binary;

namespace Release.Drivers.Docker;

/// <summary>
/// Takes a container's log apart. Without a terminal both outputs come in one stream of frames: a byte for the output
/// (0 to 3), three zeros, the length in four bytes, then that many bytes
/// (https://docs.docker.com/reference/api/engine/version/v1.41/#operation/ContainerAttach). A frame need not be a line,
/// and its length is never reserved: it may say 4 GB. With a terminal the stream is the text itself.
/// </summary>
internal sealed class LogFrames(bool framed)
{
    private const int HeadLength = 8;
    private const int LongestLine = 64 * 1024;
    private readonly LineCutter _output = new(LongestLine);
    private readonly LineCutter _error = new(LongestLine);
    private readonly byte[] _head = new byte[HeadLength];
    private int _inHead;
    private uint _left;

    /// <summary>The lines that these bytes end.</summary>
    /// <exception cref="FormatException">They are no frames.</exception>
    public IReadOnlyList<LogLine> Add(ReadOnlySpan<byte> bytes)
    {
        if (!framed)
        {
            return [.. _output.Add(bytes).Select(line => LogLine.Read(LogChannel.Output, line))];
        }

        var lines = new List<LogLine>();
        while (bytes.Length > 0)
        {
            if (_left == 0)
            {
                var head = bytes[..Math.Min(HeadLength - _inHead, bytes.Length)];
                head.CopyTo(_head.AsSpan(_inHead));
                _inHead += head.Length;
                bytes = bytes[head.Length..];
                if (_inHead == HeadLength)
                {
                    _left = FrameLength();
                    _inHead = 0;
                }

                continue;
            }

            var part = bytes[..(int)Math.Min(_left, bytes.Length)];
            var channel = _head[0] == 2 ? LogChannel.Error : LogChannel.Output;
            lines.AddRange((channel == LogChannel.Error ? _error : _output).Add(part).Select(line => LogLine.Read(channel, line)));
            _left -= (uint)part.Length;
            bytes = bytes[part.Length..];
        }

        return lines;
    }

    /// <summary>What was written without the end of a line.</summary>
    /// <exception cref="FormatException">The stream ends in a frame.</exception>
    public IReadOnlyList<LogLine> Finish() => _left > 0 || _inHead > 0
        ? throw new FormatException("its log ends in the middle of a frame")
        : [
            .. _output.Finish().Select(line => LogLine.Read(LogChannel.Output, line)),
            .. _error.Finish().Select(line => LogLine.Read(LogChannel.Error, line)),
        ];

    // 3 is an error of the engine itself about the log; it is a line like others.
    private uint FrameLength() => _head[0] <= 3 && _head[1] == 0 && _head[2] == 0 && _head[3] == 0
        ? BinaryPrimitives.ReadUInt32BigEndian(_head.AsSpan(4))
        : throw new FormatException("its log is not made of frames");
}
