using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>Pins the file. The golden file is never rewritten for a released version; a new format gets a new one.</summary>
public sealed class TheFileFormat : IDisposable
{
    // Types are added, and what was written once is kept as it was.
    private static readonly RecordType[] OfVersion1 = [.. Enum.GetValues<RecordType>().Where(t => t is not RecordType.Watch)];

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_lines_are_those_of_version_1()
    {
        var start = new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);
        var store = new FileJournalStore(_folder.Env, "prod", _clock, new LocalProcess("laptop", 4711, start, (_, _) => false));
        await using (var lease = (await store.TryTake(new LeaseRequest("ana@laptop", "Promote 1.2.0"), default)).ShouldNotBeNull())
        {
            foreach (var type in OfVersion1)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(1500));
                _ = await store.Append(Entry(type), lease, default);
            }
        }

        var written = await File.ReadAllTextAsync(store.JournalPath);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "overwrite")
        {
            await File.WriteAllTextAsync(Golden(), written);
        }

        written.ShouldBe(await File.ReadAllTextAsync(Golden()));
    }

    [Fact]
    public async Task A_journal_of_version_1_is_read()
    {
        _ = Directory.CreateDirectory(_folder.Env);
        var store = new FileJournalStore(_folder.Env, "prod", _clock, new LocalProcess("laptop", 1, default, (_, _) => false));
        File.Copy(Golden(), store.JournalPath);

        var reading = await store.Read(1, default);

        (reading.Damage, reading.TornTail, reading.Records.Count).ShouldBe((null, false, OfVersion1.Length + 2));
    }

    private static JournalEntry Entry(RecordType type) => type == RecordType.StepIntent
        ? new JournalEntry(
            type,
            "r-1",
            "canary",
            "shift-traffic-api",
            "k-1",
            new DateTimeOffset(2026, 1, 2, 3, 5, 0, TimeSpan.Zero),
            new JsonObject { ["before"] = new JsonObject { ["share"] = 0.01, ["note"] = "€ \"é\"\n" }, ["attempt"] = 1, ["gone"] = null })
        : new JournalEntry(type, "r-1");

    private static string Golden([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "Journals", "v1.jsonl");
}
