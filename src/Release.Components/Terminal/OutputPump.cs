namespace Release.Components.Terminal;

/// <summary>
/// An output of the process, written by a thread of its own. Told may fail (invariant 12): a reader that went away, a
/// closed descriptor, a full disk or a pipe that nobody empties neither fails nor delays who writes here.
/// </summary>
internal sealed class OutputPump : IDisposable
{
    /// <summary>Text that may wait for a reader, in characters. What is more is not shown, and its lines are counted.</summary>
    private const int Capacity = 4_000_000;

    private readonly Stream _stream;
    private readonly System.Text.Encoding _encoding;
    private readonly object _changed = new();
    private readonly Queue<string> _waiting = [];
    private int _length;
    private int _unshown;
    private bool _isWriting;
    private bool _isBroken;
    private bool _isClosed;

    public OutputPump(Stream stream, System.Text.Encoding encoding)
    {
        (_stream, _encoding) = (stream, encoding);
        new Thread(Pump) { IsBackground = true, Name = "output" }.Start();
    }

    /// <summary>Gets a value indicating whether everything was taken, or nothing is taken any more.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_changed)
            {
                return _isBroken || (_waiting.Count == 0 && !_isWriting);
            }
        }
    }

    /// <summary>Has a text written when its turn comes.</summary>
    public void Post(string text)
    {
        lock (_changed)
        {
            if (_isBroken || text.Length == 0)
            {
                return;
            }

            if (_length + text.Length > Capacity)
            {
                _unshown++;
                return;
            }

            _waiting.Enqueue(text);
            _length += text.Length;
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Waits until everything is written. False when the reader took nothing for so long that it is not worth more.</summary>
    /// <param name="patience">How long the reader may take for one piece.</param>
    public bool Drain(TimeSpan patience)
    {
        lock (_changed)
        {
            while (!_isBroken && (_waiting.Count > 0 || _isWriting))
            {
                var before = _waiting.Count;
                if (!Monitor.Wait(_changed, patience) && _waiting.Count >= before)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_changed)
        {
            _isClosed = true;
            Monitor.PulseAll(_changed);
        }
    }

    private void Pump()
    {
        while (Next() is { } text)
        {
            var isBroken = !TryWrite(text);
            lock (_changed)
            {
                _isWriting = false;
                if (isBroken)
                {
                    _isBroken = true;
                    _waiting.Clear();
                }

                Monitor.PulseAll(_changed);
            }
        }
    }

    private string? Next()
    {
        lock (_changed)
        {
            while (_waiting.Count == 0 && !_isClosed && !_isBroken)
            {
                _ = Monitor.Wait(_changed);
            }

            if (_waiting.Count == 0)
            {
                return null;
            }

            var text = string.Concat(_waiting);
            if (_unshown > 0)
            {
                text += $"({_unshown} lines were not shown: nobody read them in time)\n";
                _unshown = 0;
            }

            _waiting.Clear();
            _length = 0;
            _isWriting = true;
            return text;
        }
    }

    private bool TryWrite(string text)
    {
        try
        {
            _stream.Write(_encoding.GetBytes(text));
            _stream.Flush();
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }
}
