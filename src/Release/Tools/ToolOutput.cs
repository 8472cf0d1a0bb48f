using System.Text;

namespace Release.Tools;

/// <summary>
/// Reads one output to its end, whatever it is, and keeps a bounded part of it: a program whose output nobody takes
/// would stop.
/// </summary>
/// <param name="keep">How many characters are kept.</param>
/// <param name="line">Gets each line, without its end.</param>
internal sealed class ToolOutput(int keep, Action<string> line)
{
    private const int LongestLine = 64 * 1024;
    private const int LastLines = 20;
    private readonly Lock _reading = new();
    private readonly StringBuilder _kept = new();
    private readonly StringBuilder _line = new();
    private readonly Queue<string> _last = new();
    private bool _cut;
    private Exception? _problem;

    /// <summary>Gets whether more came than is kept.</summary>
    public bool Cut
    {
        get
        {
            lock (_reading)
            {
                return _cut;
            }
        }
    }

    /// <summary>Gets what <c>line</c> threw, or null. Reading went on.</summary>
    public Exception? Problem
    {
        get
        {
            lock (_reading)
            {
                return _problem;
            }
        }
    }

    /// <summary>What is kept so far.</summary>
    public override string ToString()
    {
        lock (_reading)
        {
            return _kept.ToString();
        }
    }

    /// <summary>The last lines so far, also when they are past what is kept.</summary>
    public string Tail()
    {
        lock (_reading)
        {
            return string.Join('\n', _last).TrimEnd();
        }
    }

    /// <summary>Reads until the output ends, and closes the reader.</summary>
    public async Task Read(TextReader reader)
    {
        using var open = reader;
        var buffer = new char[8192];
        try
        {
            for (var count = 0; (count = await reader.ReadAsync(buffer)) > 0;)
            {
                Take(buffer.AsSpan(0, count));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program was killed, or left somebody behind, and its pipe was closed under the read.
        }

        lock (_reading)
        {
            if (_line.Length > 0)
            {
                EndLine();
            }
        }
    }

    private void Take(ReadOnlySpan<char> text)
    {
        lock (_reading)
        {
            var room = Math.Min(keep - _kept.Length, text.Length);
            _kept.Append(text[..room]);
            _cut |= room < text.Length;
            foreach (var character in text)
            {
                if (character == '\n')
                {
                    EndLine();
                }
                else if (_line.Length < LongestLine)
                {
                    _line.Append(character);
                }
            }
        }
    }

    private void EndLine()
    {
        var ended = _line.ToString().TrimEnd('\r');
        _line.Clear();
        _last.Enqueue(ended);
        if (_last.Count > LastLines)
        {
            _last.Dequeue();
        }

        if (_problem is not null)
        {
            return;
        }

        try
        {
            line(ended);
        }
#pragma warning disable CA1031 // Whatever the callback throws is thrown by the run; the program must not wait for a reader.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            _problem = problem;
        }
    }
}
