using System.Text.Json.Nodes;
using Release.Acceptance.Hostile;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>
/// A release whose ticket, reason, branch, files, checks and peers all carry hostile text fails its checks: whatever shows
/// it (the terminal, a workflow's log and summary, the views) shows it, and it does nothing there.
/// </summary>
[Collection(TheClone.Crashes)]
public sealed class HostileTexts(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private static readonly string[] Views = ["Status", "History", "Audit"];

    [ReleaseFact]
    public async Task Are_shown_and_do_nothing()
    {
        await using var peer = new HostilePeer();
        await Given().A_running_v1()
            .When().Something_else("The environment is hostile", w => Infect(w, peer.Address))
            .Something_else("Somebody promotes on a terminal and in a workflow", async w =>
            {
                Harmless.InTerminal(await Promote(w));
                w.Root.Variables["GITHUB_ACTIONS"] = "true";
                w.Root.Variables["GITHUB_STEP_SUMMARY"] = Summary(w);
                Harmless.InWorkflowLog(await Promote(w));
                w.Root.Variables.Clear();
            })
            .Something_else("Somebody looks", async w =>
            {
                foreach (var view in Views)
                {
                    var ended = await w.MustRun(view);
                    Harmless.InTerminal(ended.Output);
                    var json = await w.MustRun(view, "--json");
                    JsonNode.Parse(json.Output).ShouldNotBeNull();
                    json.Output.Contains('\e', StringComparison.Ordinal).ShouldBeFalse();
                }
            })
            .Something_else("An auditor reads", async w =>
            {
                await w.MustRun("Report");
                await w.MustRun("History", "--html");
                var reports = Path.Combine(w.Root.State, "reports");
                var pages = Directory.GetFiles(reports, "*.html");
                pages.Length.ShouldBe(2);
                foreach (var page in pages)
                {
                    Harmless.InHtml(await File.ReadAllTextAsync(page));
                }

                var markdown = Directory.GetFiles(reports, "*.md").ShouldHaveSingleItem();
                (await File.ReadAllTextAsync(markdown)).ShouldContain(HostileText.Mark);
                Harmless.InMarkdown(await File.ReadAllTextAsync(markdown));
                Harmless.InMarkdown(await File.ReadAllTextAsync(Summary(w)));
            })
            .Then().V1_serves_everything();
    }

    private static string Summary(World world) => Path.Combine(world.Root.State, "summary.md");

    private static async Task<string> Promote(World world)
    {
        var ended = await world.Run("Promote", "--change-ticket", HostileText.Whole, "--reason", HostileText.Whole);
        ended.ExitCode.ShouldBe(1, ended.ToString());
        ended.Everything.ShouldContain(HostileText.Mark);
        return ended.Everything;
    }

    private static async Task Infect(World world, Uri peer)
    {
        var folder = world.Root.Folder;
        var file = Path.Combine(folder, "environments", "local.json");
        var environment = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        var checks = environment["checks"]!.AsArray();
        checks.Add(new JsonObject { ["id"] = "hostile-branch", ["type"] = "git", ["branch"] = "main" });
        checks.Add(new JsonObject { ["id"] = "hostile-file", ["type"] = "git", ["clean"] = true });
        checks.Add(new JsonObject { ["id"] = "hostile-answer", ["type"] = "http", ["url"] = peer.ToString() });
        foreach (var (text, number) in HostileText.All.Select((t, i) => (t, i)))
        {
            checks.Add(new JsonObject
            {
                ["id"] = $"hostile-log-{number}",
                ["type"] = "command",
                ["program"] = "sh",
                ["args"] = new JsonArray("-c", "printf '%s' \"$1\"; printf '%s' \"$1\" >&2; exit 1", "sh", text),
            });
        }

        await File.WriteAllTextAsync(file, environment.ToJsonString());
        await Command.Require(folder, "git", "switch", "--quiet", "--create", HostileText.Branch);
        await RootFolder.Commit(folder, HostileText.Whole);
        await File.WriteAllTextAsync(Path.Combine(folder, HostileText.File.Replace('/', '-')), "");
    }
}
