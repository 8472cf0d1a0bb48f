using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>What every journal must do. Derived for every implementation, the fake included.</summary>
public abstract class JournalConformance
{
    protected static readonly LeaseRequest Ana = new("ana@laptop", "Promote 1.2.0");

    protected ManualClock Clock { get; } = new();

    protected abstract (IJournal Journal, ILeases Leases) Store { get; }

    [Fact]
    public async Task An_empty_journal_reads_as_nothing()
    {
        var reading = await Store.Journal.Read(1, default);

        (reading.Records.Count, reading.Damage, reading.TornTail).ShouldBe((0, null, false));
    }

    [Fact]
    public async Task Invariant_1_An_acknowledged_record_is_what_a_reader_gets()
    {
        await using var lease = await Take();
        var deadline = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2));
        var entry = new JournalEntry(
            RecordType.StepIntent, "r-1", "canary", "shift-api", "k-1", deadline, new JsonObject { ["before"] = 10 });

        var written = await Store.Journal.Append(entry, lease, default);
        var read = (await Store.Journal.Read(1, default)).Records[^1];

        (read.Env, read.Seq, read.Token, read.Ts, read.PrevHash, read.Hash)
            .ShouldBe((written.Env, written.Seq, written.Token, written.Ts, written.PrevHash, written.Hash));
        (read.Entry with { Data = null }).ShouldBe(entry with { Data = null });
        read.Ts.ShouldBe(Clock.GetUtcNow());
        ((int)read.Data["before"]!).ShouldBe(10);
        ((int)written.Data["before"]!).ShouldBe(10);
    }

    [Fact]
    public async Task Invariant_11_Records_are_numbered_without_gaps_and_follow_each_other()
    {
        await using var lease = await Take();
        for (var index = 0; index < 5; index++)
        {
            _ = await Store.Journal.Append(new JournalEntry(RecordType.Note), lease, default);
        }

        var records = (await Store.Journal.Read(1, default)).Records;

        records.Select(record => record.Seq).ShouldBe([1, 2, 3, 4, 5, 6]);
        records[0].PrevHash.ShouldBe(new string('0', 64));
        records.Zip(records.Skip(1)).ShouldAllBe(pair => pair.First.Hash == pair.Second.PrevHash);
    }

    [Fact]
    public async Task Reading_from_a_seq_leaves_out_what_is_before()
    {
        await using var lease = await Take();
        _ = await Store.Journal.Append(new JournalEntry(RecordType.Note), lease, default);

        (await Store.Journal.Read(2, default)).Records.Select(record => record.Seq).ShouldBe([2]);
        (await Store.Journal.Read(3, default)).Records.ShouldBeEmpty();
    }

    [Fact]
    public async Task Invariant_9_A_lease_given_back_appends_nothing()
    {
        var old = await Take();
        await old.DisposeAsync();
        var before = (await Store.Journal.Read(1, default)).Records.Count;

        _ = await Should.ThrowAsync<LeaseLostException>(() => Store.Journal.Append(new JournalEntry(RecordType.Note), old, default));

        (await Store.Journal.Read(1, default)).Records.Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_number_without_a_form_in_JSON_is_refused_and_nothing_is_written()
    {
        await using var lease = await Take();
        var entry = new JournalEntry(RecordType.Sample, Data: new JsonObject { ["p99"] = double.NaN });

        _ = await Should.ThrowAsync<ArgumentException>(() => Store.Journal.Append(entry, lease, default));

        (await Store.Journal.Read(1, default)).Records.Count.ShouldBe(1);
        (await Store.Journal.Append(new JournalEntry(RecordType.Note), lease, default)).Seq.ShouldBe(2);
    }

    [Fact]
    public async Task A_caller_that_changes_its_data_afterwards_changes_no_record()
    {
        await using var lease = await Take();
        var data = new JsonObject { ["x"] = 1 };
        var record = await Store.Journal.Append(new JournalEntry(RecordType.Note, Data: data), lease, default);
        data["x"] = 2;

        ((int)record.Data["x"]!).ShouldBe(1);
        ((int)(await Store.Journal.Read(2, default)).Records[0].Data["x"]!).ShouldBe(1);
    }

    /// <summary>Random entries with hostile text, all kinds of numbers and nesting; the seed is in the failure's message.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20260102)]
    public async Task Any_entry_comes_back_as_it_was_written(int seed)
    {
        var random = new Random(seed);
        await using var lease = await Take();
        var entries = Enumerable.Range(0, 100).Select(_ => RandomEntries.Entry(random)).ToList();
        foreach (var entry in entries)
        {
            _ = await Store.Journal.Append(entry, lease, default);
        }

        var reading = await Store.Journal.Read(2, default);

        reading.Damage.ShouldBeNull($"seed {seed}");
        reading.Records.Count.ShouldBe(entries.Count, $"seed {seed}");
        var handedOver = new List<long>();
        _ = await Store.Journal.Read(2, record => handedOver.Add(record.Seq), default);
        handedOver.ShouldBe(reading.Records.Select(r => r.Seq), $"seed {seed}");
        foreach (var (entry, record) in entries.Zip(reading.Records))
        {
            (record.Entry with { Data = null }).ShouldBe(entry with { Data = null }, $"seed {seed}, record {record.Seq}");
            CanonicalJson.Bytes(record.Entry.Data).ShouldBe(CanonicalJson.Bytes(entry.Data), $"seed {seed}, record {record.Seq}");
        }
    }

    protected async Task<ILease> Take() => (await Store.Leases.TryTake(Ana, default)).ShouldNotBeNull();
}
