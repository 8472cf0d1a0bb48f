using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>A process was killed when its record was in the journal and not yet in the copy.</summary>
public sealed class AKillBeforeTheCopy : IDisposable
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
    public async Task The_next_use_of_the_journal_brings_it_into_the_copy_and_says_nothing()
    {
        await Killed();

        await Written(Store(), Ana);

        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rollback_without_a_store_that_can_still_be_read_brings_it_there_first()
    {
        await Killed();

        new JournalCopy(_other.Env, new ManualClock(), _warnings.Add).CatchUp(Journal).ShouldBe(1);
        await Written(Broken(), Bob);

        Store().Copy!.Compare(Journal).ShouldBe(CopyStanding.Ahead);
        await Written(Store(), Ana);
        (await Store().Read(1, default)).Damage.ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_is_brought_from_a_journal_that_cannot_be_read_or_is_another_one()
    {
        await Killed();
        var (copied, copy) = (await File.ReadAllBytesAsync(Copied), new JournalCopy(_other.Env, new ManualClock(), _warnings.Add));

        copy.CatchUp(Path.Combine(_disk.Env, "nowhere")).ShouldBe(0);
        await File.WriteAllTextAsync(Journal, "another one\nand more of it\n");
        copy.CatchUp(Journal).ShouldBe(0);

        (await File.ReadAllBytesAsync(Copied)).ShouldBe(copied);
    }

    [Fact]
    public async Task Where_a_rollback_went_on_without_it_what_that_did_counts_at_once()
    {
        await Killed();
        await Written(Broken(), Bob);

        var store = Store();
        var read = await store.Read(1, default);

        read.Damage.ShouldBeNull();
        read.Records[^1].Hash.ShouldBe((await Broken().Read(1, default)).Records[^1].Hash);
        _warnings.ShouldContain(w => w.Contains("never came into its copy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_next_holder_goes_on_from_there_and_keeps_the_record_in_a_file_of_its_own()
    {
        var lost = await Killed();
        await Written(Broken(), Bob);

        await using var lease = (await Store().TryTake(Ana, default)).ShouldNotBeNull();

        var all = await new FileJournalStore(_disk.Env, "prod", new ManualClock(), Process).Read(1, default);
        all.Damage.ShouldBeNull();
        var aside = all.Records[^1].Data["setAside"].ShouldNotBeNull();
        aside["hash"]!.GetValue<string>().ShouldBe(lost.Hash);
        aside["seq"]!.GetValue<long>().ShouldBe(lost.Seq);
        (await File.ReadAllTextAsync(Path.Combine(_disk.Env, aside["file"]!.GetValue<string>()))).ShouldContain(lost.Hash);
        (await File.ReadAllBytesAsync(Copied)).ShouldBe(await File.ReadAllBytesAsync(Journal));
        _warnings.ShouldContain(w => w.Contains($"Record {lost.Seq} (note)", StringComparison.Ordinal) && w.Contains("is set aside in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_that_loses_nothing()
    {
        _ = await Killed();
        await Written(Broken(), Bob);
        var (journal, copied) = (await File.ReadAllBytesAsync(Journal), await File.ReadAllBytesAsync(Copied));
        var common = journal.AsSpan().CommonPrefixLength(copied);
        for (var cut = journal.AsSpan(0, common).LastIndexOf((byte)'\n') + 1; cut < copied.Length; cut += 97)
        {
            await File.WriteAllBytesAsync(Journal, copied[..cut]);
            await File.WriteAllBytesAsync(Copied, copied);

            await Written(Store(), Ana);

            (await Store().Read(1, default)).Damage.ShouldBeNull($"cut at {cut}");
            (await File.ReadAllBytesAsync(Journal)).AsSpan().StartsWith(copied).ShouldBeTrue($"cut at {cut}");
        }
    }

    [Fact]
    public async Task Two_records_that_the_copy_never_got_are_a_persons_matter()
    {
        await Killed(behind: 2);
        await Written(Broken(), Bob);
        (await Should.ThrowAsync<JournalFailedException>(() => Store().TryTake(Ana, default))).Message.ShouldContain("went apart");
    }

    [Fact]
    public async Task One_record_and_a_copy_that_is_damaged_behind_it_are_too()
    {
        await Killed();
        await Written(Broken(), Bob);
        var lines = (await File.ReadAllTextAsync(Copied)).Split('\n');
        lines[^3] = lines[^3].Replace("note", "nope", StringComparison.Ordinal).Replace("\"x\":7", "\"x\":8", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Copied, string.Join('\n', lines));
        var journal = await File.ReadAllBytesAsync(Journal);

        _ = await Should.ThrowAsync<JournalFailedException>(() => Store().TryTake(Ana, default));

        (await File.ReadAllBytesAsync(Journal)).ShouldBe(journal);
    }

    private static LocalProcess Process => new("here", 1, default, (_, _) => false);

    private FileJournalStore Store() => new(_disk.Env, "prod", new ManualClock(), Process)
    {
        Copy = new JournalCopy(_other.Env, new ManualClock(), _warnings.Add),
    };

    // As a rollback works while the store is away.
    private FileJournalStore Broken() => new(_other.Env, "prod", new ManualClock(), Process);

    // The last record is in the journal only; its process is gone and gave nothing back.
    private async Task<JournalRecord> Killed(int behind = 1)
    {
        var store = Store();
        var lease = (FileLease)(await store.TryTake(Ana, default)).ShouldNotBeNull();
        var last = new List<JournalRecord>();
        for (var i = 0; i < 4; i++)
        {
            last.Add(await store.Append(Note(i), lease, default));
        }

        lease.Vanish();
        var copied = await File.ReadAllBytesAsync(Copied);
        for (var i = 0; i < behind; i++)
        {
            copied = copied[..(copied.AsSpan(0, copied.Length - 1).LastIndexOf((byte)'\n') + 1)];
        }

        await File.WriteAllBytesAsync(Copied, copied);
        return last[^1];
    }

    private static JournalEntry Note(int x) => new(RecordType.Note, Data: new JsonObject { ["x"] = x });

    private static async Task Written(FileJournalStore store, LeaseRequest request)
    {
        await using var lease = (await store.TryTake(request, default)).ShouldNotBeNull();
        _ = await store.Append(Note(7), lease, default);
    }
}
