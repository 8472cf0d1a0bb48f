namespace Release.Journal;

/// <summary>A lease that is held: the lock, its renewal and the only writer of the journal.</summary>
internal sealed class FileLease : ILease
{
    /// <summary>How long a renewal holds, for those who look from outside.</summary>
    internal static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(60);

    /// <summary>How often it is renewed.</summary>
    internal static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(15);

    /// <summary>After this without a renewal no outside call begins.</summary>
    internal static readonly TimeSpan NoCallAfter = TimeSpan.FromSeconds(40);

    private readonly FileJournalStore _store;
    private readonly TimeProvider _clock;
    private readonly LockFile _lock;
    private readonly JournalWriter _writer;
#pragma warning disable CA2213 // Holds nothing of the system's, and who comes after the end must be told, not thrown off.
    private readonly SemaphoreSlim _gate = new(1);
#pragma warning restore CA2213
    private readonly Lock _renewing = new();
    private ITimer? _timer;
    private long _renewedAt;
    private string? _lost;
    private bool _failed;
    private bool _closed;

    public FileLease(FileJournalStore store, TimeProvider clock, LockFile held, JournalWriter writer, long token)
    {
        (_store, _clock, _lock, _writer, Token) = (store, clock, held, writer, token);
        _renewedAt = clock.GetTimestamp();
    }

    public long Token { get; }

    /// <summary>Gets the journal file it may write to.</summary>
    public string Path => _store.JournalPath;

    /// <summary>Writes the record that makes the lease known, then keeps renewing it.</summary>
    public void Open(JournalEntry taken)
    {
        _ = _writer.Append(taken, Token);
        _timer = _clock.CreateTimer(_ => RenewQuietly(), null, RenewEvery, RenewEvery);
    }

    public async Task<JournalRecord> Append(JournalEntry entry, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            ThrowUnlessOwner();
            var record = _writer.Append(entry, Token);
            await Copy();
            return record;
        }
        catch (JournalFailedException)
        {
            _failed = true;
            throw;
        }
        finally
        {
            _ = _gate.Release();
        }
    }

    public async Task EnsureHeld(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            ThrowUnlessOwner();
            if (SinceRenewal() > RenewEvery && !RenewQuietly() && SinceRenewal() > NoCallAfter)
            {
                throw Lost($"could not be renewed for {SinceRenewal().TotalSeconds:0} s, so another process may think it free");
            }

            ThrowUnlessOwner();
        }
        finally
        {
            _ = _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed)
        {
            return;
        }

        await _gate.WaitAsync();
        try
        {
            if (_lost is null && !_failed && !_writer.IsForeign)
            {
                _ = _writer.Append(new JournalEntry(RecordType.LeaseReleased), Token);
            }

            await Copy();
            await (_store.Copy?.End() ?? Task.CompletedTask);
        }
        catch (JournalFailedException)
        {
            // The lock below says the same to everybody, and an exception from here would hide the one that ends the run.
        }
        finally
        {
            Close();
            _ = _gate.Release();
        }
    }

    /// <summary>Brings the copy up to date with what is on the disk, also where the last append failed.</summary>
    internal Task Copy() => _store.Copy is { } copy && _lost is null ? copy.Follow(Path, _writer.End.Length) : Task.CompletedTask;

    /// <summary>Lets go as a killed process does: nothing is written and the lock is free.</summary>
    internal void Vanish()
    {
        _lost ??= "ended with the process that held it";
        Close();
    }

    private void Close()
    {
        lock (_renewing)
        {
            _closed = true;
            _timer?.Dispose();
            _writer.Dispose();
            _lock.Dispose();
        }
    }

    private TimeSpan SinceRenewal() => _clock.GetElapsedTime(Interlocked.Read(ref _renewedAt));

    private bool RenewQuietly()
    {
        lock (_renewing)
        {
            if (_closed)
            {
                return false;
            }

            try
            {
                if (!_lock.Renew())
                {
                    _lost ??= $"lost its lock file: {_store.LockPath} was removed or replaced";
                    return false;
                }

                Interlocked.Exchange(ref _renewedAt, _clock.GetTimestamp());
                return true;
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // The disk may be well again before NoCallAfter has passed; EnsureHeld counts.
                return false;
            }
        }
    }

    private void ThrowUnlessOwner()
    {
        if (_lost is null && _closed)
        {
            _lost = "was given back";
        }

        if (_lost is null && _writer.IsForeign)
        {
            var owner = JournalTail.LastLease(_store.JournalPath, _store.Env);
            _lost = owner is not null && owner.Token > Token
                ? $"was taken over by {owner.Data["owner"]} (token {owner.Token}, process {owner.Data["pid"]} on {owner.Data["host"]})"
                : $"no longer fits its journal: {_store.JournalPath} was changed by something else";
        }

        if (_lost is not null)
        {
            throw Lost(_lost);
        }
    }

    private LeaseLostException Lost(string what)
    {
        _lost ??= what;
        return new LeaseLostException(
            $"The lease of \"{_store.Env}\" (token {Token}) {what}. This process changes and records nothing more. "
            + $"Look at who works on it: {OwnProgram.Command} Status --env {_store.Env}");
    }
}
