using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>A process that died at an append, as <see cref="InMemoryJournal"/>'s hooks simulate it.</summary>
public sealed class SimulatedCrashException(string message) : Exception(message);

/// <summary>
/// Journal and lease in memory, with the file store's semantics: the same lines, chain, fencing and errors. A hook that throws
/// is the death of the process that holds the lease: nothing is appended with that lease any more, not even its release,
/// and the lease is free for the next one.
/// </summary>
public sealed class InMemoryJournal(string env, TimeProvider clock) : IJournal, ILeases
{
    private readonly Lock _gate = new();
    private readonly JournalLine.Repeated _repeated = new();
    private readonly List<JournalRecord> _records = [];
    private MemoryLease? _current;
    private StopRequest? _stop;
    private long _token;

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Gets or sets what runs before a record is written; throwing there leaves no record.</summary>
    public Action<JournalEntry>? BeforeAppend { get; set; }

    /// <summary>Gets or sets what runs after a record was written and before anybody is told; throwing there leaves the record.</summary>
    public Action<JournalRecord>? AfterAppend { get; set; }

    /// <summary>Gets or sets a value indicating whether a take-over finds the holder alive and not to be killed.</summary>
    public bool HolderCannotBeKilled { get; set; }

    /// <summary>Gets everything written so far.</summary>
    public IReadOnlyList<JournalRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>Gets how many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>The process that holds the lease dies now.</summary>
    public void Crash()
    {
        lock (_gate)
        {
            _current?.Die(new SimulatedCrashException("The process was killed."));
            _current = null;
        }
    }

    public Task<JournalReading> Read(long fromSeq, CancellationToken cancellation) =>
        Task.FromResult(new JournalReading([.. Records.Where(record => record.Seq >= fromSeq)], null, TornTail: false));

    public Task<JournalRecord> Append(JournalEntry entry, ILease lease, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (lease is not MemoryLease held)
            {
                throw new LeaseLostException("The lease is not one of this journal, so nothing was written.");
            }

            ThrowUnlessOwner(held);
            return Task.FromResult(Write(entry, held));
        }
    }

    public Task<ILease?> TryTake(LeaseRequest request, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult<ILease?>(_current is null ? Take(request, takenFrom: null) : null);
        }
    }

    public Task<LeaseHolder?> Look(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(_current is { } held ? held.Holder with { ExpiresAt = held.RenewedAt + FileLease.TimeToLive } : null);
        }
    }

    public Task AskToStop(StopRequest request, CancellationToken cancellation)
    {
        _stop = request;
        return Task.CompletedTask;
    }

    public Task<StopRequest?> StopRequested(CancellationToken cancellation) => Task.FromResult(_stop);

    public Task ClearStopRequest(CancellationToken cancellation)
    {
        _stop = null;
        return Task.CompletedTask;
    }

    public Task<ILease?> TakeOver(LeaseHolder holder, LeaseRequest request, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_current is not null && (_current.Token != holder.Token || HolderCannotBeKilled))
            {
                return Task.FromResult<ILease?>(null);
            }

            _current = null;
            return Task.FromResult<ILease?>(Take(request, holder));
        }
    }

    private MemoryLease Take(LeaseRequest request, LeaseHolder? takenFrom)
    {
        var holder = new LeaseHolder(
            request.Owner, request.Purpose, "memory", 1, DateTimeOffset.UnixEpoch, ++_token, clock.GetUtcNow(), default);
        var lease = new MemoryLease(this, holder) { RenewedAt = clock.GetUtcNow() };
        _current = lease;
        var data = new JsonObject
        {
            ["owner"] = holder.Owner,
            ["purpose"] = holder.Purpose,
            ["host"] = holder.Host,
            ["pid"] = holder.ProcessId,
            ["processStart"] = JournalLine.Text(holder.ProcessStart),
        };
        if (takenFrom is not null)
        {
            data["takenFrom"] = new JsonObject { ["owner"] = takenFrom.Owner, ["token"] = takenFrom.Token };
        }

        _ = Write(new JournalEntry(RecordType.LeaseTaken, Data: data), lease);
        return lease;
    }

    private JournalRecord Write(JournalEntry entry, MemoryLease lease)
    {
        try
        {
            BeforeAppend?.Invoke(entry);
            var seq = _records.Count + 1;
            var prevHash = seq == 1 ? JournalLine.NoHash : _records[^1].Hash;
            var line = JournalLine.Write(entry, env, seq, lease.Token, clock.GetUtcNow(), prevHash);
            var record = JournalLine.Read(line.AsMemory(..^1), env, seq, wantRecord: true, _repeated).Record!;
            _records.Add(record);
            AfterAppend?.Invoke(record);
            return record;
        }
        catch (Exception death) when (death is not ArgumentException)
        {
            lease.Die(death);
            _current = ReferenceEquals(_current, lease) ? null : _current;
            throw;
        }
    }

    private void ThrowUnlessOwner(MemoryLease lease)
    {
        if (lease.Death is { } death)
        {
            throw new SimulatedCrashException($"This process is dead since: {death.Message}");
        }

        if (!ReferenceEquals(lease, _current))
        {
            throw new LeaseLostException(
                $"The lease of \"{env}\" (token {lease.Token}) is no longer the current one (token {_token}). Nothing was written.");
        }
    }

    private sealed class MemoryLease(InMemoryJournal journal, LeaseHolder holder) : ILease
    {
        public long Token => holder.Token;

        public LeaseHolder Holder => holder;

        public DateTimeOffset RenewedAt { get; set; }

        public Exception? Death { get; private set; }

        public void Die(Exception why) => Death ??= why;

        public Task EnsureHeld(CancellationToken cancellation)
        {
            lock (journal._gate)
            {
                journal.ThrowUnlessOwner(this);
                RenewedAt = journal.Now;
                return Task.CompletedTask;
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (journal._gate)
            {
                if (ReferenceEquals(this, journal._current) && Death is null)
                {
                    _ = journal.Write(new JournalEntry(RecordType.LeaseReleased), this);
                    journal._current = null;
                }

                return ValueTask.CompletedTask;
            }
        }
    }
}
