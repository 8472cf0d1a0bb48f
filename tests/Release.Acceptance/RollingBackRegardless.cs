using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Invariant 14 with the real program: what else is broken while somebody rolls back.</summary>
[Collection(TheClone.Releases)]
public sealed class RollingBackRegardless(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private const string Secret = "SHOP_TOKEN_OF_A_CHECK";

    [ReleaseFact]
    public async Task Of_an_unset_secret_of_a_check() => await Given().A_running_v1()
        .When().Something_else("A_check_needs_a_secret", w =>
        {
            w.Root.Variables[Secret] = "s3cret-s3cret";
            return Configure(w, json => json["checks"]!.AsArray().Add(new JsonObject
            {
                ["id"] = "with-secret",
                ["type"] = "http",
                ["url"] = "${gateway.admin}/status",
                ["headers"] = new JsonObject { ["Authorization"] = $"Bearer ${{env:{Secret}}}" },
            }));
        })
        .V2_is_promoted()
        .Then().It_exits_with(0)
        .When().Something_else("The_secret_is_not_set_any_more", w =>
        {
            _ = w.Root.Variables.Remove(Secret);
            return Task.CompletedTask;
        })
        .Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(1).It_says(Secret)
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).V1_serves_everything();

    [ReleaseFact]
    public async Task Of_evidence_that_cannot_be_written() => await Given().A_promoted_v2()
        .When().Something_else("Its_evidence_folder_is_a_file", w =>
        {
            var folder = Path.Combine(w.Root.Folder, "releases");
            Directory.Delete(folder, recursive: true);
            return File.WriteAllTextAsync(folder, "");
        })
        .Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(5).It_says("the evidence could not be put")
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).Its_last_line_has("Rolled back 3.0.0: 2.0.0 serves everything")
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).V1_serves_everything();

    [ReleaseFact]
    public async Task Of_an_environment_whose_file_and_folder_are_gone() => await Given().A_promoted_v2()
        .When().Something_else("Somebody_removes_the_environments", w =>
        {
            Directory.Delete(Path.Combine(w.Root.Folder, "environments"), recursive: true);
            return Task.CompletedTask;
        })
        .Somebody_runs("Rollback")
        .Then().It_exits_with(0).It_says("Going on with the configuration that the last run recorded")
        .When().Its_configuration_is_mended()
        .Then().V1_serves_everything();

    [ReleaseFact]
    public async Task Of_variables_that_are_wrong_for_a_release() => await Given().A_promoted_v2()
        .When().Something_else("A_job_sets_what_a_release_would_refuse", w =>
        {
            (w.Root.Variables["RELEASE_VERSION"], w.Root.Variables["RELEASE_FAULT"]) = ("latest", "no-such-fault");
            return Task.CompletedTask;
        })
        .Somebody_runs("Rollback")
        .Then().It_exits_with(0).Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything");

    [ReleaseFact]
    public async Task Of_an_older_record_that_somebody_edited() => await Given().A_promoted_v2()
        .When().Something_else("An_older_record_is_edited", w => Edit(w, 9))
        .Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(5).It_says("damaged")
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).It_says("The journal is damaged at record 9", "Going on with what can be read")
        .Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything");

    [ReleaseFact]
    public async Task Of_damage_in_its_own_run_only_when_a_person_says_so() => await Given().A_running_v1(new Settings { Step = "4s" })
        .When().Something_else("Somebody_notes_where_traffic_enters", async w => w.Noted = (await w.Traffic()).ToString())
        .V2s_promotion_is_killed_at(Moment.Parse("Canary", "step-applied shift-traffic-ping-40"))
        .Something_else("The_intent_of_its_shift_is_edited", w => Edit(w, w.Root.Journal().Last(r =>
            r["type"]!.GetValue<string>() == "step-intent" && r["step"]!.GetValue<string>() == "shift-traffic-ping-40")["seq"]!.GetValue<int>()))
        .Somebody_runs("Rollback")
        .Then().It_exits_with(5).Its_last_line_has("nothing is guessed", "--accept-journal --reason")
        .When().Somebody_runs("Rollback", "--accept-journal")
        .Then().It_exits_with(2).It_says("--reason")
        .When().Somebody_runs("Rollback", "--accept-journal", "--reason", "the journal was edited by hand")
        .Then().It_exits_with(0).Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything")
        .That("V1_answers_everything", async w =>
        {
            for (var request = 0; request < 20; request++)
            {
                (await w.Ask(new Uri(w.Noted))).Version.ShouldBe("1.0.0");
            }
        });

    [ReleaseFact]
    public async Task To_a_version_of_old_that_has_to_be_started() => await Given().A_promoted_v2().Somebodys_traffic()
        .When().Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(0)
        .When().Somebody_runs("Rollback", "--to", "9.9.9")
        .Then().It_exits_with(2).It_says("9.9.9 was never released in local", "There is: 2.0.0, 1.0.0")
        .When().Somebody_runs("Rollback", "--version", "1.0.0")
        .Then().It_exits_with(2).It_says("--to")
        .When().Somebody_runs("Rollback", "--to", "1.0.0")
        .Then().It_exits_with(0).Its_last_line_has("Switched from 3.0.0 back to 1.0.0: it serves everything in local")
        .It_says("last answer of 3.0.0: between")
        .Version_serves_everything("1.0.0")
        .No_request_failed()
        .When().Somebody_runs("Rollback", "--to", "1.0.0")
        .Then().It_exits_with(0).Its_last_line_has("1.0.0 serves everything in local already")
        .When().Somebody_runs("History")
        .Then().It_exits_with(0).It_says("rollback  1.0.0")
        .When().Somebody_runs("Report", "--json")
        .Then().It_exits_with(0).It_says("\"lastCandidateAnswerSeconds\"", "3.0.0 was taken back: 1.0.0 serves everything.");

    [ReleaseFact]
    public async Task To_a_version_whose_artefact_is_another_one_now_it_is_refused_by_name() => await Given().A_promoted_v2()
        .When().Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(0)
        .When().Something_else("The_artefact_is_replaced", async w =>
        {
            var description = Path.Combine(w.Root.State, "artefacts", "ping", "1.0.0", "release.json");
            var json = JsonNode.Parse(await File.ReadAllTextAsync(description))!;
            json["digest"] = "sha256:0000000000000000";
            await File.WriteAllTextAsync(description, json.ToJsonString());
        })
        .Somebody_notes_down_how_everything_is()
        .Somebody_runs("Rollback", "--to", "1.0.0")
        .Then().It_exits_with(2).It_says("ping 1.0.0 served as sha256:", "sha256:000000000000", "Nothing was changed")
        .Everything_is_as_noted();

    internal static async Task Configure(World world, Action<JsonObject> change)
    {
        var file = Path.Combine(world.Root.Folder, "environments", "local.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        change(json);
        await File.WriteAllTextAsync(file, json.ToJsonString());
        await RootFolder.Commit(world.Root.Folder, "Another configuration");
    }

    // One hexadecimal digit of its hash: the line stays JSON and the chain does not hold.
    private static async Task Edit(World world, int seq)
    {
        var file = Path.Combine(world.Root.State, "journal.jsonl");
        var lines = await File.ReadAllLinesAsync(file);
        var at = lines[seq - 1].IndexOf("\"hash\":\"", StringComparison.Ordinal) + "\"hash\":\"".Length;
        lines[seq - 1] = lines[seq - 1][..at] + (lines[seq - 1][at] == 'a' ? 'b' : 'a') + lines[seq - 1][(at + 1)..];
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n");
    }
}
