using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>A line of the runbook that a person must sign before the candidate gets the rest of the traffic.</summary>
[Collection(TheClone.Crashes)]
public sealed class SigningOffARelease(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private const string Runbook = """
        {
          "title": "How we release",
          "roles": [{ "name": "qa" }],
          "lines": [
            { "id": "R-1", "phase": "pre-checks", "says": "The gateway answers", "shownBy": { "type": "probe", "id": "gateway-up" } },
            { "id": "R-2", "phase": "promote", "says": "Somebody tried it", "signOff": { "roles": "qa", "required": true, "note": true } },
            { "id": "R-3", "phase": "verify", "says": "Ping gets pong", "shownBy": { "type": "probe", "id": "ping-pong", "in": "verify" } }
          ]
        }
        """;

    [ReleaseFact]
    public async Task It_waits_for_the_signature_and_every_line_is_on_record() => await Given().A_running_v1()
        .When().Something_else("A_runbook_is_named", w => Name(w.Root.Folder))
        .Somebody_runs("Promote", "--version", "2.0.0")
        .Then().It_exits_with(7)
        .Its_last_line_has("R-2 (qa) must be signed before Promote", "./build.sh SignOff --line R-2 --as qa --note")
        .The_candidate_has_no_share()
        .When().Somebody_runs("SignOff", "--line", "R-22", "--as", "qa", "--note", "x")
        .Then().It_exits_with(2).It_says("There is no line \"R-22\". Did you mean \"R-2\"?")
        .When().Somebody_runs("SignOff", "--line", "R-2", "--as", "qa", "--note", "tried <b>by hand</b>")
        .Then().It_exits_with(0).Its_last_line_has("R-2 is signed as qa", "./build.sh Promote")
        .When().Somebody_runs("Promote")
        .Then().It_exits_with(0).V2_serves_everything()
        .When().Somebody_runs("Runbook", "--json")
        .Then().It_exits_with(0)
        .That("Every_line_has_its_outcome", w => JsonNode.Parse(w.Last.Output)!["lines"]!.AsArray().Select(l => l!["status"]!.GetValue<string>()).ShouldBe(["passed", "signed", "passed"]))
        .That("The_evidence_has_it", w => Directory.GetFiles(Path.Combine(w.Root.Folder, "releases"), "runbook-*.html", SearchOption.AllDirectories).ShouldHaveSingleItem());

    private static async Task Name(string root)
    {
        var file = Path.Combine(root, "environments", "local.json");
        var environment = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        environment["runbook"] = "local.runbook.json";
        await File.WriteAllTextAsync(file, environment.ToJsonString());
        await File.WriteAllTextAsync(Path.Combine(root, "environments", "local.runbook.json"), Runbook);
    }
}
