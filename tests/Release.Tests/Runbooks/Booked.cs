using Release.Configuration;
using Release.Journal;
using Release.Runbooks;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Runbooks;

/// <summary>Scenes with a runbook, and what became of its lines.</summary>
internal static class Booked
{
    public const string File = "environments/fake.runbook.json";

    public static Scene With(this Scene scene, params string[] lines)
    {
        scene.Runbook = RunbookFile.Parse(Text(lines), File, scene.Options, OptionTypes.Core());
        return scene;
    }

    public static string Text(params string[] lines) => $$"""
        { "title": "How we release",
          "roles": [{ "name": "qa", "who": "Quality" }, { "name": "lead" }],
          "lines": [{{string.Join(",\n", lines)}}] }
        """;

    /// <summary>A line that one tie shows.</summary>
    public static string Shown(string id, string tie, string more = "") => $$"""{ "id": "{{id}}", "says": "Line {{id}}", {{more}} "shownBy": {{tie}} }""";

    /// <summary>A line that somebody signs.</summary>
    public static string Signed(string id, string more = "", string roles = "\"qa\"", string options = "") =>
        $$"""{ "id": "{{id}}", "says": "Line {{id}}", {{more}} "signOff": { "roles": {{roles}}{{options}} } }""";

    public static string Required(string id, string phase, string roles = "\"qa\"", string options = "") => Signed(id, $"\"phase\": \"{phase}\",", roles, ", \"required\": true" + options);

    public static RunResult Sign(this Scene scene, string line, string role = "qa", SignedAnswer answer = SignedAnswer.Yes, string note = "seen") =>
        scene.Command(p => p.Sign(new(line, role, answer, note)), new() { Owner = "eve@office", Program = "test" });

    public static ExecutedRunbook Executed(this Scene scene, string? run = null) => ExecutedRunbook.Of(
        scene.Runbook!,
        "fake",
        scene.Options,
        scene.Journal.Records,
        scene.State,
        run is null ? scene.State.Runs.LastOrDefault(r => r.Opening is { Kind: RunKind.Release, IsFirst: false } or { Kind: RunKind.Rollback }) : scene.State.Run(run));

    public static ExecutedLine Line(this Scene scene, string id, string? run = null) => scene.Executed(run).Lines.Single(l => l.Id == id);

    /// <summary>What becomes of a line of one tie in this scene.</summary>
    public static ExecutedLine Told(this Scene scene, string tie, string more = "", string? run = null) => scene.With(Shown("L-1", tie, more)).Line("L-1", run);

    /// <summary>Appends a record that another part of the program would write.</summary>
    public static void Write(this Scene scene, RecordType type, System.Text.Json.Nodes.JsonObject data, string? phase = null) => scene.Time.Run(async () =>
    {
        var lease = (await scene.Journal.TryTake(new LeaseRequest("test", "test"), default)).ShouldNotBeNull();
        await using (lease)
        {
            return await scene.Journal.Append(new JournalEntry(type, scene.State.Runs[^1].Id, phase, Data: data), lease, default);
        }
    });
}
