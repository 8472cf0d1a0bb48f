namespace Release.Journal;

/// <summary>Appends to one journal file and knows how it left it. Not for several threads at once.</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly string _path;
    private readonly string _env;
    private readonly TimeProvider _clock;
    private readonly FileStream _file;
    private readonly JournalLine.Repeated _repeated = new();
    private JournalEnd _end;
    private long _fileLength;
    private JournalFailedException? _failure;

    /// <summary>Begins where <paramref name="end"/> says; a torn tail behind it is cut off by the first append.</summary>
    public JournalWriter(string path, string env, TimeProvider clock, FileStream file, JournalEnd end, long tornBytes)
    {
        (_path, _env, _clock, _file, _end) = (path, env, clock, file, end);
        _fileLength = end.Length + tornBytes;
    }

    /// <summary>Gets the last record's place.</summary>
    public JournalEnd End => _end;

    /// <summary>Gets a value indicating whether the file is not as this writer left it: somebody else wrote.</summary>
    public bool IsForeign
    {
        get
        {
            // By path, since the file may have been replaced under the open handle, which would then write into nothing.
            var now = new FileInfo(_path);
            return !now.Exists || now.Length != _fileLength;
        }
    }

    /// <summary>Writes one record and flushes it to the disk.</summary>
    /// <exception cref="JournalFailedException">The disk refused. What was written of it was taken back.</exception>
    public JournalRecord Append(JournalEntry entry, long token)
    {
        if (_failure is not null)
        {
            throw new JournalFailedException($"An earlier append to {_path} failed, so this run appends nothing more.", _failure);
        }

        var seq = _end.Seq + 1;
        var line = JournalLine.Write(entry, _env, seq, token, _clock.GetUtcNow(), _end.Hash);

        // Read back before it is written: the caller gets what every later reader will get.
        var parsed = JournalLine.Read(line.AsMemory(..^1), _env, seq, wantRecord: true, _repeated);
        if (parsed.Fault is not null)
        {
            throw new ArgumentException($"The record {entry.Type} cannot be written: {parsed.Fault}.", nameof(entry));
        }

        Write(line, seq);
        _end = new JournalEnd(seq, token, parsed.Hash!, _end.Length + line.Length);
        _fileLength = _end.Length;
        return parsed.Record!;
    }

    public void Dispose() => _file.Dispose();

    private void Write(byte[] line, long seq)
    {
        try
        {
            if (_fileLength != _end.Length)
            {
                _file.SetLength(_end.Length);
            }

            _file.Position = _end.Length;
            _file.Write(line);
            _file.Flush(flushToDisk: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // A later flush that succeeds proves nothing after one that failed (the kernel drops the pages), hence no retry.
            var takenBack = TakeBack();
            _failure = new JournalFailedException(
                $"Record {seq} could not be written to {_path}: {refused.Message} "
                + (takenBack ? "What was written of it was taken back. " : "It may be there in part; the next append cuts that off. ")
                + "Without a journal nothing may be changed, so the run stops here. Make room or repair the disk, then resume or roll back.",
                refused);
            throw _failure;
        }
    }

    private bool TakeBack()
    {
        try
        {
            _file.SetLength(_end.Length);
            _file.Flush(flushToDisk: true);
            _fileLength = _end.Length;
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }
}
