using Release.Journal;

namespace Release.Tests.Journal;

public sealed class AJournalInMemory : JournalConformance
{
    private readonly InMemoryJournal _journal;

    public AJournalInMemory() => _journal = new InMemoryJournal("prod", Clock);

    protected override (IJournal Journal, ILeases Leases) Store => (_journal, _journal);
}

public sealed class ALeaseInMemory : LeaseConformance
{
    private readonly InMemoryJournal _journal;

    public ALeaseInMemory() => _journal = new InMemoryJournal("prod", Clock);

    protected override (IJournal Journal, ILeases Leases) Store => (_journal, _journal);

    protected override (IJournal Journal, ILeases Leases) Other => (_journal, _journal);

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task A_crash_at_an_append_frees_the_lease_and_leaves_the_record_only_if_it_was_written(bool before, int records)
    {
        var lease = (await _journal.TryTake(Ana, default)).ShouldNotBeNull();
        _journal.BeforeAppend = _ => Crash(before);
        _journal.AfterAppend = _ => Crash(!before);
        _ = await Should.ThrowAsync<SimulatedCrashException>(() => _journal.Append(new JournalEntry(RecordType.Note), lease, default));
        _journal.BeforeAppend = null;
        _journal.AfterAppend = null;

        _ = await Should.ThrowAsync<SimulatedCrashException>(() => _journal.Append(new JournalEntry(RecordType.Note), lease, default));
        await lease.DisposeAsync();

        _journal.Records.Count.ShouldBe(records);
        (await _journal.TryTake(Bo, default)).ShouldNotBeNull().Token.ShouldBe(2);

        static void Crash(bool now)
        {
            if (now)
            {
                throw new SimulatedCrashException("The process was killed.");
            }
        }
    }
}
