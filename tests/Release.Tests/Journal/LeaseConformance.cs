using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>What every lease must do. Derived for every implementation, the fake included.</summary>
public abstract class LeaseConformance
{
    protected static readonly LeaseRequest Ana = new("ana@laptop", "Promote 1.2.0");
    protected static readonly LeaseRequest Bo = new("bo@ci", "Rollback");

    protected ManualClock Clock { get; } = new();

    /// <summary>Gets the store as the first process sees it.</summary>
    protected abstract (IJournal Journal, ILeases Leases) Store { get; }

    /// <summary>Gets the same store as another process sees it.</summary>
    protected abstract (IJournal Journal, ILeases Leases) Other { get; }

    [Fact]
    public async Task Only_one_holds_it()
    {
        await using var lease = await Store.Leases.TryTake(Ana, default);

        (await Other.Leases.TryTake(Bo, default)).ShouldBeNull();
        (await Store.Leases.TryTake(Ana, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Taking_and_giving_back_are_recorded_and_the_token_grows()
    {
        for (var round = 1; round <= 2; round++)
        {
            await using var lease = await Store.Leases.TryTake(Ana, default);
            lease.ShouldNotBeNull().Token.ShouldBe(round);
        }

        var records = (await Store.Journal.Read(1, default)).Records;
        records.Select(record => (record.Type, record.Token)).ShouldBe(
        [
            (RecordType.LeaseTaken, 1),
            (RecordType.LeaseReleased, 1),
            (RecordType.LeaseTaken, 2),
            (RecordType.LeaseReleased, 2),
        ]);
        ((string?)records[0].Data["owner"]).ShouldBe("ana@laptop");
    }

    [Fact]
    public async Task Looking_names_the_holder_and_changes_nothing()
    {
        (await Store.Leases.Look(default)).ShouldBeNull();
        await using (var lease = await Store.Leases.TryTake(Ana, default))
        {
            var holder = (await Other.Leases.Look(default)).ShouldNotBeNull();

            (holder.Owner, holder.Purpose, holder.Token, holder.Since)
                .ShouldBe((Ana.Owner, Ana.Purpose, 1, Clock.GetUtcNow()));
            await lease.ShouldNotBeNull().EnsureHeld(default);
        }

        (await Other.Leases.Look(default)).ShouldBeNull();
        (await Other.Journal.Read(1, default)).Records.Count.ShouldBe(2);
    }

    [Fact]
    public async Task It_is_held_for_hours()
    {
        await using var lease = (await Store.Leases.TryTake(Ana, default)).ShouldNotBeNull();
        for (var tick = 0; tick < 100; tick++)
        {
            Clock.Advance(TimeSpan.FromMinutes(3));
            await lease.EnsureHeld(default);
        }

        (await Other.Leases.TryTake(Bo, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Invariant_9_Who_was_taken_over_appends_nothing_and_may_call_nothing()
    {
        await using var old = (await Store.Leases.TryTake(Ana, default)).ShouldNotBeNull();
        var holder = (await Other.Leases.Look(default)).ShouldNotBeNull();

        await using var taken = (await Other.Leases.TakeOver(holder, Bo, default)).ShouldNotBeNull();

        taken.Token.ShouldBe(2);
        _ = await Should.ThrowAsync<LeaseLostException>(() => old.EnsureHeld(default));
        _ = await Should.ThrowAsync<LeaseLostException>(() => Store.Journal.Append(new JournalEntry(RecordType.Note), old, default));
        await old.DisposeAsync();
        await taken.EnsureHeld(default);
        (await Other.Journal.Append(new JournalEntry(RecordType.Note), taken, default)).Seq.ShouldBe(3);
        var record = (await Other.Journal.Read(1, default)).Records[1];
        ((string?)record.Data["takenFrom"]!["owner"]).ShouldBe(Ana.Owner);
    }

    [Fact]
    public async Task Taking_over_from_somebody_who_is_no_longer_the_holder_takes_nothing()
    {
        LeaseHolder first;
        await using (await Store.Leases.TryTake(Ana, default))
        {
            first = (await Other.Leases.Look(default)).ShouldNotBeNull();
        }

        await using var second = (await Store.Leases.TryTake(Ana, default)).ShouldNotBeNull();

        (await Other.Leases.TakeOver(first, Bo, default)).ShouldBeNull();
        await second.EnsureHeld(default);
    }

    [Fact]
    public async Task A_stop_request_lies_there_until_it_is_cleared()
    {
        var request = new StopRequest("bo@ci", "errors at 12:00\nsee \"graph\"", Clock.GetUtcNow(), "n-1");
        (await Store.Leases.StopRequested(default)).ShouldBeNull();

        await Other.Leases.AskToStop(request, default);

        (await Store.Leases.StopRequested(default)).ShouldBe(request);
        await Store.Leases.ClearStopRequest(default);
        (await Other.Leases.StopRequested(default)).ShouldBeNull();
        await Store.Leases.ClearStopRequest(default);
    }
}
