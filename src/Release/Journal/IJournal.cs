namespace Release.Journal;

/// <summary>
/// The append-only, hash-chained record of one environment's runs: the only source of truth about them.
/// </summary>
public interface IJournal
{
    /// <summary>
    /// Reads every whole record from <paramref name="fromSeq"/> on, oldest first, and verifies the chain. Damage is
    /// reported in <see cref="JournalReading.Damage"/>, not thrown: who reads decides whether it matters. Needs no lease.
    /// What stands before the first record with that seq or a higher one is neither verified nor reported, so a rollback
    /// gets past damage by reading again from the seq after it.
    /// </summary>
    Task<JournalReading> Read(long fromSeq, CancellationToken cancellation);

    /// <summary>
    /// As the other, but hands each record over as soon as it is verified and keeps none of them: a fold looks at each
    /// once, and a million would fill the memory. <see cref="JournalReading.Records"/> is empty.
    /// </summary>
    async Task<JournalReading> Read(long fromSeq, Action<JournalRecord> take, CancellationToken cancellation)
    {
        var reading = await Read(fromSeq, cancellation);
        foreach (var record in reading.Records)
        {
            take(record);
        }

        return reading with { Records = [] };
    }

    /// <summary>
    /// Appends one record. When this returns, the record is on the disk (invariants 1 and 2); when it throws, the run
    /// stops. Throws <see cref="LeaseLostException"/> when <paramref name="lease"/> is not the current one (invariant 9)
    /// and nothing was written.
    /// </summary>
    Task<JournalRecord> Append(JournalEntry entry, ILease lease, CancellationToken cancellation);
}

/// <summary>What was read.</summary>
/// <param name="Records">Whole records up to the first damage.</param>
/// <param name="Damage">The first place where the chain does not hold, or null.</param>
/// <param name="TornTail">
/// True when the file ended in a line cut short, as a crash in mid-append leaves it. That is no damage: the record was
/// never acknowledged; the next append cuts it off.
/// </param>
public sealed record JournalReading(IReadOnlyList<JournalRecord> Records, JournalDamage? Damage, bool TornTail);

/// <summary>The first bad record.</summary>
/// <param name="Seq">The sequence number that was expected there.</param>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="What">What is wrong with it, in one sentence.</param>
public sealed record JournalDamage(long Seq, int Line, string What);

/// <summary>
/// The right to write to one environment's journal. Disposing it appends <see cref="RecordType.LeaseReleased"/> (if it
/// is still held) and frees the lock.
/// </summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>Gets the fencing token; grows by one at each change of owner.</summary>
    long Token { get; }

    /// <summary>
    /// Throws <see cref="LeaseLostException"/> unless an outside call may begin now: renewed within the last 40 s of
    /// monotonic time, renewing first if need be, and not taken over.
    /// </summary>
    Task EnsureHeld(CancellationToken cancellation);
}

/// <summary>Takes, shows and transfers the lease of one environment.</summary>
public interface ILeases
{
    /// <summary>Takes the lease and appends <see cref="RecordType.LeaseTaken"/>; null when a live process holds it.</summary>
    Task<ILease?> TryTake(LeaseRequest request, CancellationToken cancellation);

    /// <summary>Who holds the lease now; null when nobody alive does. Changes nothing.</summary>
    Task<LeaseHolder?> Look(CancellationToken cancellation);

    /// <summary>Puts a stop request beside the lease, durably. The holder looks for it at every tick and before every call.</summary>
    Task AskToStop(StopRequest request, CancellationToken cancellation);

    /// <summary>The stop request that lies beside the lease, or null. Cheap: called several times a second.</summary>
    Task<StopRequest?> StopRequested(CancellationToken cancellation);

    /// <summary>Removes the stop request once it is answered.</summary>
    Task ClearStopRequest(CancellationToken cancellation);

    /// <summary>
    /// Takes the lease from a holder that did not answer: kills it by process id and start time if it is still that
    /// process on this host, and takes the lock it leaves. Null when it could not be had.
    /// </summary>
    Task<ILease?> TakeOver(LeaseHolder holder, LeaseRequest request, CancellationToken cancellation);
}

/// <summary>Who wants the lease.</summary>
/// <param name="Owner">A person or a job, for messages (<c>ana@laptop</c>).</param>
/// <param name="Purpose">What for (<c>Promote 1.2.0</c>).</param>
public sealed record LeaseRequest(string Owner, string Purpose)
{
    /// <summary>
    /// Gets a value indicating whether the lease may append to a journal that is damaged; only a rollback says so
    /// (invariant 14). The damage is written into <see cref="RecordType.LeaseTaken"/>; the new record follows the last
    /// line that could be read, and its seq the highest one seen.
    /// </summary>
    public bool AllowDamaged { get; init; }
}

/// <summary>Who holds the lease.</summary>
/// <param name="Owner">As in <see cref="LeaseRequest.Owner"/>.</param>
/// <param name="Purpose">As in <see cref="LeaseRequest.Purpose"/>.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process on it.</param>
/// <param name="ProcessStart">When that process started, so that a reused id is not mistaken for it.</param>
/// <param name="Token">The fencing token.</param>
/// <param name="Since">When it was taken.</param>
/// <param name="ExpiresAt">When it ends unless it is renewed, by the store's clock.</param>
public sealed record LeaseHolder(
    string Owner,
    string Purpose,
    string Host,
    int ProcessId,
    DateTimeOffset ProcessStart,
    long Token,
    DateTimeOffset Since,
    DateTimeOffset ExpiresAt);

/// <summary>Somebody asks the holder to stop and undo.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Reason">Why, filtered text.</param>
/// <param name="At">When.</param>
/// <param name="Nonce">Tells two requests apart.</param>
public sealed record StopRequest(string By, string Reason, DateTimeOffset At, string Nonce);

/// <summary>This process may not write any more: its lease expired or somebody took it over.</summary>
/// <param name="message">What happened and what to do next.</param>
public sealed class LeaseLostException(string message) : Exception(message);
