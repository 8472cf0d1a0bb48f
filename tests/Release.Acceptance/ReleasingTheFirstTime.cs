using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>A new user, a fresh clone, <c>./build.sh Promote</c>.</summary>
[Collection(TheClone.Releases)]
public sealed class ReleasingTheFirstTime(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseFact]
    public async Task A_fresh_clone_compiles_bootstraps_and_releases() => await Given().A_clone_after_its_first_promotion()
        .When().Nothing_more()
        .Then().That("The_first_promotion_went_well", w =>
        {
            var first = w.Clone.FirstPromotion;
            w.Say($"./build.sh Promote, first compile included: {first.Took.TotalSeconds:0.0} s");
            first.ExitCode.ShouldBe(0, first.ToString());
            first.LastLine.ShouldContain("1.1.0 serves everything in local; 1.0.0 is kept until");
            first.LastLine.ShouldContain("./build.sh Rollback");
            first.Output.ShouldContain("local is empty: deploying 1.0.0 first");
        })
        .Version_serves_everything("1.1.0")
        .The_state_is("idle");

    [ReleaseFact]
    public async Task The_status_is_one_document_of_the_promised_shape() => await Given().A_clone_after_its_first_promotion()
        .When().Somebody_runs("Status", "--env", "local", "--json")
        .Then().It_exits_with(0)
        .That("Its_output_is_the_document", w =>
        {
            var status = JsonNode.Parse(w.Last.Output)!.AsObject();
            Shape.Of(status).ShouldBe(
                """
                candidate: null
                down: False
                due[].at: String
                due[].run: String
                due[].step: String
                endpoints.admin: String
                endpoints.traffic: String
                env: String
                lease: null
                orphan: null
                previous: String
                run.finishedAt: String
                run.id: String
                run.kind: String
                run.phases[].finishedAt: String
                run.phases[].name: String
                run.phases[].reason: null
                run.phases[].startedAt: String
                run.phases[].status: String
                run.reason: String
                run.startedAt: String
                run.state: String
                run.verdict: String
                run.version: String
                split.observed: null
                split.requested.candidate: Number
                split.requested.stable: Number
                stable.services[].artefact: String
                stable.services[].name: String
                stable.services[].version: String
                stable.version: String
                state: String
                unwatched: False
                watchedBy: null
                """);
            status["run"]!["phases"]!.AsArray().Select(p => $"{p!["name"]} {p["status"]}").ShouldBe(
                ["PreChecks done", "Backup done", "Tag done", "Canary done", "MetricsGate done", "Promote done", "Verify done", "Handover done"]);
            status["run"]!["verdict"]!.GetValue<string>().ShouldBe("pass");
            status["stable"]!["services"]![0]!["artefact"]!.GetValue<string>().ShouldStartWith("sha256:");
        });

    [ReleaseFact]
    public async Task It_leaves_evidence_and_annotated_tags_of_its_own() => await Given().A_clone_after_its_first_promotion()
        .When().Nothing_more()
        .Then().That("There_is_evidence", async w =>
        {
            var evidence = Path.Combine(w.Root.Folder, "releases", "local");
            var latest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(evidence, "latest-success.json")))!;
            latest["version"]!.GetValue<string>().ShouldBe("1.1.0");
            latest["previous"]!.GetValue<string>().ShouldBe("1.0.0");
            var report = Directory.GetFiles(evidence, "deployments-*.md").ShouldHaveSingleItem();
            (await File.ReadAllTextAsync(report)).ShouldContain("1.0.0 to 1.1.0");
            Directory.GetFiles(Directory.GetDirectories(evidence, "run-2-*").ShouldHaveSingleItem()).Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .ShouldBe(["checks.json", "configuration.json", "gate.json", "plan.json", "release-notes.md", "release.md", "running.json", "steps.json"]);
        })
        .That("There_are_tags", async w =>
        {
            var head = (await Command.Require(w.Root.Folder, "git", "rev-parse", "HEAD")).Trim();

            // An example of the documentation is released from the same clone, in an environment of another name.
            var tags = (await w.Root.Tags()).Where(t => t.Contains("/local/", StringComparison.Ordinal)).ToList();
            tags.Count.ShouldBe(2);
            foreach (var tag in tags)
            {
                var lines = (await Command.Require(w.Root.Folder, "git", "cat-file", "tag", tag)).Split('\n');
                lines[0].ShouldBe($"object {head}");
                lines[3].ShouldStartWith("tagger Release <release@localhost>");
            }

            tags.ShouldContain("release/local/1.1.0");
            tags.ShouldContain(t => t.StartsWith("rollback/local/", StringComparison.Ordinal));
        });

    [ReleaseFact]
    public async Task Processes_outlive_the_command_and_hold_none_of_its_pipes() => await Given().An_empty_environment()
        .When().Something_else("A_pipe_is_read_to_its_end", async w =>
        {
            var program = $"'{w.Clone.Program}' Promote --version 1.0.0 --root '{w.Root.Folder}' | cat";
            _ = await w.Run(w.Root.Start("/bin/sh", ["-c", program]));
        })
        .Then().It_exits_with(0).Its_last_line_has("1.0.0 serves in local")
        .Version_serves_everything("1.0.0");
}
