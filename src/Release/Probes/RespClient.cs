using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Release.Probes;

/// <summary>Redis said no.</summary>
#pragma warning disable CA1064 // Only the probe beside it sees it.
internal sealed class RespErrorException(string message) : Exception(message);
#pragma warning restore CA1064

/// <summary>As much of Redis's protocol (RESP 2) as a look needs: one command at a time, answers of one value, all bounded.</summary>
internal sealed class RespClient : IAsyncDisposable
{
    private const int LongestLine = 64 * 1024;
    private const int LargestValue = 1024 * 1024;

    private readonly TcpClient _connection;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _at;
    private int _end;

    private RespClient(TcpClient connection, Stream stream) => (_connection, _stream) = (connection, stream);

    /// <summary>Connects; over TLS where there is something to shake hands with.</summary>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate does not hold.</exception>
    public static async Task<RespClient> Connect(string host, int port, SslClientAuthenticationOptions? tls, CancellationToken cancellation)
    {
        var connection = new TcpClient { NoDelay = true };
        try
        {
            await connection.ConnectAsync(host, port, cancellation);
            Stream stream = connection.GetStream();
            if (tls is not null)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsClientAsync(tls, cancellation);
            }

            return new(connection, stream);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and reads its answer as text; null for Redis's nothing.</summary>
    /// <exception cref="RespErrorException">Redis said no.</exception>
    /// <exception cref="InvalidDataException">What answers is no Redis.</exception>
    public async Task<string?> Ask(CancellationToken cancellation, params string[] words)
    {
        var command = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
        {
            _ = command.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()), cancellation);
        await _stream.FlushAsync(cancellation);
        var line = await Line(cancellation);
        return line switch
        {
            ['+' or ':', .. var text] => text,
            ['-', .. var error] => throw new RespErrorException(error),
            ['$', .. var length] when int.TryParse(length, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size) && size is >= -1 and <= LargestValue =>
                size < 0 ? null : await Value(size, cancellation),
            _ => throw new InvalidDataException("what answers there is no Redis"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _connection.Dispose();
    }

    private async Task<string> Line(CancellationToken cancellation)
    {
        var line = new List<byte>();
        while (true)
        {
            var next = await Next(cancellation);
            if (next == '\n' && line is [.., (byte)'\r'])
            {
                return Encoding.UTF8.GetString([.. line[..^1]]);
            }

            line.Add(next);
            if (line.Count > LongestLine)
            {
                throw new InvalidDataException("what answers there is no Redis: its first line does not end");
            }
        }
    }

    private async Task<string> Value(int size, CancellationToken cancellation)
    {
        var value = new byte[size + 2];
        for (var i = 0; i < value.Length; i++)
        {
            value[i] = await Next(cancellation);
        }

        return Encoding.UTF8.GetString(value, 0, size);
    }

    private async ValueTask<byte> Next(CancellationToken cancellation)
    {
        if (_at == _end)
        {
            (_at, _end) = (0, await _stream.ReadAsync(_buffer, cancellation));
            if (_end == 0)
            {
                throw new InvalidDataException("the connection was closed in the middle of an answer");
            }
        }

        return _buffer[_at++];
    }
}
