using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>A journal whose records are copied to another disk, and what becomes of the two when one of them is away.</summary>
public sealed class ACopyOnAnotherDisk : IDisposable
{
    private static readonly LeaseRequest Ana = new("ana@laptop", "Promote 1.2.0");
    private static readonly LeaseRequest Bob = new("bob@desk", "rollback") { AllowDamaged = true };

    private readonly TemporaryFolder _disk = new();
    private readonly TemporaryFolder _other = new();
    private readonly List<string> _warnings = [];

    private string Journal => Path.Combine(_disk.Env, "journal.jsonl");

    private string Copied => Path.Combine(_other.Env, "journal.jsonl");

    public void Dispose()
    {
        _disk.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Every_record_is_in_the_copy_when_its_append_returns()
    {
        await using var lease = (await Store().TryTake(Ana, default)).ShouldNotBeNull();
        var store = Of(lease);
        for (var i = 0; i < 5; i++)
        {
            _ = await store.Append(Note(i), lease, default);
            (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
        }

        await lease.DisposeAsync();
        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_took_the_lease_is_in_it_before_anything_else_is_recorded()
    {
        await using var lease = (await Store().TryTake(Ana, default)).ShouldNotBeNull();
        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
    }

    [Fact]
    public async Task A_copy_that_is_behind_or_begins_late_catches_up()
    {
        _ = await Written(new FileJournalStore(_disk.Env, "prod", new ManualClock(), Process), 3);
        File.Exists(Copied).ShouldBeFalse();

        _ = await Written(Store(), 1);

        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
        await File.WriteAllBytesAsync(Copied, (await File.ReadAllBytesAsync(Copied))[..300]);
        _ = await Written(Store(), 1);
        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
    }

    [Fact]
    public async Task Invariant_14_a_copy_that_cannot_be_written_is_told_once_and_stops_nothing()
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(_other.Env)!);
        await File.WriteAllTextAsync(_other.Env, "a file where the folder should be");

        (await Written(Store(), 5)).Count.ShouldBe(7);

        _warnings.ShouldHaveSingleItem().ShouldContain($"The journal's copy {Copied} is not written any more: ");
    }

    [Fact]
    public async Task A_copy_of_something_else_is_left_alone()
    {
        _ = await Written(new FileJournalStore(_disk.Env, "prod", new ManualClock(), Process), 2);
        _ = await Written(Broken(), 9);
        var foreign = await File.ReadAllTextAsync(Copied);

        // A rollback goes on; everything else is refused with the way out.
        (await Written(Store(), 1, Bob)).Count.ShouldBe(7);
        var refused = await Should.ThrowAsync<JournalFailedException>(() => Store().TryTake(Ana, default));

        (await File.ReadAllTextAsync(Copied)).ShouldBe(foreign);
        _warnings.ShouldContain(w => w.Contains("the two went apart", StringComparison.Ordinal));
        refused.Message.ShouldContain("keep the one that says what runs now: copy it over the other");
    }

    [Fact]
    public async Task While_the_store_is_away_the_copy_is_read_and_nothing_is_begun_in_its_place()
    {
        var records = await Written(Store(), 3);
        Directory.Delete(_disk.Env, recursive: true);

        var store = Store();
        (await store.Read(1, default)).Records.Select(r => r.Hash).ShouldBe(records.Select(r => r.Hash));
        var refused = await Should.ThrowAsync<JournalFailedException>(() => store.TryTake(Bob, default));

        refused.Message.ShouldContain($"There is no journal at {Journal}, but its copy {Copied} has one: the store is away, or was lost.");
        Directory.Exists(_disk.Env).ShouldBeFalse("nothing is made where a disk is to be mounted");
        store.WhyAway().ShouldBe($"there is no journal at {Journal}");
    }

    [Fact]
    public async Task What_was_written_into_the_copy_meanwhile_is_read_at_once_and_taken_back_by_the_next_holder()
    {
        var before = await Written(Store(), 3);
        Directory.Move(_disk.Env, _disk.Env + "-away");
        var meanwhile = await Written(Broken(), 2, Bob);
        Directory.Move(_disk.Env + "-away", _disk.Env);

        var store = Store();
        (await store.Read(1, default)).Records.Count.ShouldBe(before.Count + 4, "what counts is what was written, wherever");
        _warnings.ShouldContain(w => w.Contains("has more than the journal", StringComparison.Ordinal));
        await using var lease = (await store.TryTake(Ana, default)).ShouldNotBeNull();

        _warnings.ShouldContain($"4 records that were written into {Copied} while the store was away are in the journal now.");
        var all = await new FileJournalStore(_disk.Env, "prod", new ManualClock(), Process).Read(1, default);
        all.Damage.ShouldBeNull();
        all.Records.Select(r => r.Hash).Take(meanwhile.Count).ShouldBe(meanwhile.Select(r => r.Hash));
        all.Records[^1].Data["bytesTakenBackFromCopy"].ShouldNotBeNull();
        lease.Token.ShouldBe(3, "the rollback beside the copy had the second");
    }

    [Fact]
    public async Task What_does_not_fit_behind_the_journal_is_not_put_there()
    {
        _ = await Written(Store(), 3);
        await File.WriteAllBytesAsync(Copied, LinesOf(await File.ReadAllBytesAsync(Copied), 3));
        _ = await Written(Broken(), 2, Bob);
        var journal = await File.ReadAllBytesAsync(Journal);

        _ = await Should.ThrowAsync<JournalFailedException>(() => Store().TryTake(Ana, default));

        (await File.ReadAllBytesAsync(Journal)).ShouldBe(journal);
    }

    [Fact]
    public async Task A_torn_last_line_on_either_side_is_no_difference()
    {
        _ = await Written(Store(), 3);
        await File.AppendAllTextAsync(Journal, "{\"data\":{\"x\"");
        await File.AppendAllTextAsync(Copied, "{\"da");

        _ = await Written(Store(), 1);

        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
        (await Store().Read(1, default)).Damage.ShouldBeNull();
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_journal_that_answers_says_so_and_one_that_is_a_folder_or_leads_nowhere_is_away()
    {
        _ = await Written(Store(), 1);
        Store().WhyAway().ShouldBeNull();
        Directory.GetFiles(_disk.Env).Length.ShouldBe(2, "the probe is gone");

        File.Move(Journal, Journal + ".moved");
        _ = Directory.CreateDirectory(Journal);
        Store().WhyAway().ShouldNotBeNull();

        Directory.Delete(Journal);
        _ = File.CreateSymbolicLink(Journal, "/nowhere/journal.jsonl");
        Store().WhyAway().ShouldNotBeNull();
    }

    [Fact]
    public async Task A_record_longer_than_what_is_read_at_once_is_found_whole()
    {
        var store = Store();
        await using (var lease = (await store.TryTake(Ana, default)).ShouldNotBeNull())
        {
            _ = await store.Append(new JournalEntry(RecordType.Note, Data: new JsonObject { ["x"] = new string('x', 300_000) }), lease, default);
            store.Copy!.Compare(Journal).ShouldBe(CopyStanding.Follows);
        }

        _ = await Written(Store(), 1);
        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
    }

    private static LocalProcess Process => new("here", 1, default, (_, _) => false);

    private static JournalEntry Note(int x) => new(RecordType.Note, Data: new JsonObject { ["x"] = x });

    private FileJournalStore? _last;

    private FileJournalStore Store() => _last = new(_disk.Env, "prod", new ManualClock(), Process)
    {
        Copy = new JournalCopy(_other.Env, new ManualClock(), _warnings.Add),
    };

    // As a rollback works while the store is away.
    private FileJournalStore Broken() => new(_other.Env, "prod", new ManualClock(), Process);

    private FileJournalStore Of(ILease _) => _last!;

    private static byte[] LinesOf(byte[] bytes, int count)
    {
        var at = 0;
        for (var line = 0; line < count; line++)
        {
            at = Array.IndexOf(bytes, (byte)'\n', at) + 1;
        }

        return bytes[..at];
    }

    private static async Task<IReadOnlyList<JournalRecord>> Written(FileJournalStore store, int notes, LeaseRequest? request = null)
    {
        await using (var lease = (await store.TryTake(request ?? Ana, default)).ShouldNotBeNull())
        {
            for (var i = 0; i < notes; i++)
            {
                _ = await store.Append(Note(i), lease, default);
            }
        }

        return (await store.Read(1, default)).Records;
    }
}
