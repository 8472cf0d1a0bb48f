using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runbooks;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Runbooks;

/// <summary>What shows a line, and what the world must be like for it to fail.</summary>
public class ShowingLines
{
    private const string Smoke = """{ "type": "probe", "id": "smoke", "in": "verify" }""";

    [Fact]
    public void A_probe_that_passed_shows_it_with_what_was_seen()
    {
        var line = new Scene().Promoted().Told("""{ "type": "probe", "id": "peers" }""");
        line.Status.ShouldBe(LineStatus.Passed);
        line.Evidence.ShouldBe("peers: as it should be");
        line.By.ShouldBe("Release");
        line.At.ShouldNotBeNull();
    }

    [Fact]
    public void A_probe_that_failed_fails_it()
    {
        var scene = new Scene().Deployed();
        scene.World.FailingProbes.Add("peers");
        scene.Release().Status.ShouldBe(ExitStatus.Failed);
        var line = scene.Told("""{ "type": "probe", "id": "peers" }""");
        line.Status.ShouldBe(LineStatus.Failed);
        line.Evidence.ShouldBe("peers is fail in PreChecks: peers saw what it should not");
        scene.Told(Smoke).Status.ShouldBe(LineStatus.Missing, "the run is over and never came to it");
    }

    [Fact]
    public void A_probe_that_could_not_look_is_no_pass()
    {
        var scene = new Scene().Deployed();
        scene.World.BlindProbes.Add("peers");
        _ = scene.Release();
        scene.Told("""{ "type": "probe", "id": "peers" }""").Status.ShouldBe(LineStatus.Failed);
    }

    [Fact]
    public void What_is_still_to_come_is_open_and_what_its_phase_left_out_is_missing()
    {
        var scene = new Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        scene.Told(Smoke, "\"phase\": \"verify\",").Status.ShouldBe(LineStatus.Open);
        scene.Told("""{ "type": "evidence", "name": "dump*" }""", "\"phase\": \"backup\",").Status.ShouldBe(LineStatus.Missing);
        scene.Told("""{ "type": "evidence", "name": "dump*" }""").Status.ShouldBe(LineStatus.Open, "it belongs to the run's end");
    }

    [Fact]
    public void Steps_that_were_made_show_it_and_steps_that_were_taken_back_fail_it()
    {
        var promoted = new Scene().Promoted();
        promoted.Told("""{ "type": "step", "id": "shift-traffic-*-50" }""").Status.ShouldBe(LineStatus.Passed);
        promoted.Told("""{ "type": "step", "id": "tag-release" }""").Evidence.ShouldContain("step tag-release");
        promoted.Told("""{ "type": "step", "id": "shift-traffic-*-50", "is": "undone" }""").Status.ShouldBe(LineStatus.Missing);

        var back = new Scene().Deployed().Sick("1.1.0");
        back.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        back.Told("""{ "type": "step", "id": "start-candidate-*" }""").Status.ShouldBe(LineStatus.Failed);
        back.Told("""{ "type": "step", "id": "start-candidate-*", "is": "undone" }""").Status.ShouldBe(LineStatus.Passed);
    }

    [Fact]
    public void The_gate_shows_what_it_passed_at_which_share_and_after_how_long()
    {
        var scene = new Scene().Promoted();
        scene.Told("""{ "type": "criterion" }""").Status.ShouldBe(LineStatus.Passed);
        scene.Told("""{ "type": "criterion", "id": "latency-p95", "share": 50 }""").Evidence.ShouldMatch("^gate passed at 50 % after .*: latency-p95: ");
        scene.Told("""{ "type": "criterion", "share": 10, "for": "1s" }""").Status.ShouldBe(LineStatus.Passed);
        var hasty = scene.Told("""{ "type": "criterion", "share": 10, "for": "10m" }""");
        hasty.Status.ShouldBe(LineStatus.Failed);
        hasty.Evidence.ShouldEndWith("at least 10m00s was asked for");
    }

    [Fact]
    public void A_gate_that_said_no_fails_what_it_named_and_nothing_else()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        scene.Told("""{ "type": "criterion", "id": "error-rate" }""").Status.ShouldBe(LineStatus.Failed);
        scene.Told("""{ "type": "criterion", "id": "latency-p95" }""").Status.ShouldBe(LineStatus.Missing);
        scene.Told("""{ "type": "criterion" }""").Status.ShouldBe(LineStatus.Failed);
        scene.Told("""{ "type": "criterion", "id": "error-rate", "share": 100 }""").Status.ShouldBe(LineStatus.Missing, "it never got there");
    }

    [Fact]
    public void What_a_person_let_pass_is_not_shown()
    {
        var scene = Release.Tests.Runs.Tended.Held();
        scene.World.Traffic.Rate = 20_000;
        scene.Decide(go: true).Status.ShouldBe(ExitStatus.Done);
        var line = scene.Told("""{ "type": "criterion", "share": 10 }""");
        line.Status.ShouldBe(LineStatus.Missing);
        line.Evidence.ShouldContain("a person decided to go on");
    }

    [Fact]
    public void Phases_show_their_end_and_one_that_was_skipped_is_missing_with_its_reason()
    {
        var scene = new Scene().Deployed();
        scene.Command(p => p.Release(Phases.Handover, (Phases.Backup, "the tag server is down"))).Status.ShouldBe(ExitStatus.Done);
        scene.Told("""{ "type": "phase", "name": "promote" }""").Status.ShouldBe(LineStatus.Passed);
        var skipped = scene.Told("""{ "type": "phase", "name": "backup" }""");
        skipped.Status.ShouldBe(LineStatus.Missing);
        skipped.Evidence.ShouldBe("Backup was skipped: the tag server is down");
    }

    [Fact]
    public void Evidence_configuration_input_and_roles_show_themselves()
    {
        var scene = new Scene { Configuration = """{ "name": "fake", "traffic": { "steps": [10, 50, 100] } }""" }.Promoted();
        scene.Told("""{ "type": "evidence", "name": "gate.json" }""").Evidence.ShouldMatch("^run-2-.*/gate.json \\(SHA-256 [0-9a-f]{12}\\)$");
        scene.Told("""{ "type": "configuration", "path": "$.traffic.steps", "is": [10, 50, 100] }""").Status.ShouldBe(LineStatus.Passed);
        scene.Told("""{ "type": "configuration", "path": "$.traffic.steps", "is": [5, 100] }""").Evidence.ShouldBe("$.traffic.steps is [10,50,100], expected [5,100]");
        scene.Told("""{ "type": "configuration", "path": "$.gate.alpha" }""").Status.ShouldBe(LineStatus.Failed);
        scene.Told("""{ "type": "input", "name": "version" }""").Evidence.ShouldBe("version: 1.1.0");
        scene.Told("""{ "type": "input", "name": "change-ticket" }""").Status.ShouldBe(LineStatus.Failed);
        scene.Told("""{ "type": "role", "name": "qa" }""").Evidence.ShouldBe("qa: Quality");
    }

    [Fact]
    public void A_backup_must_have_been_verified()
    {
        new Scene().Promoted().Told("""{ "type": "backup", "id": "git" }""").Status.ShouldBe(LineStatus.Passed);
        new Scene().Promoted().Told("""{ "type": "backup", "id": "images" }""").Status.ShouldBe(LineStatus.Passed);
        foreach (var (steps, status) in new[] { ("take", LineStatus.Missing), ("take verify", LineStatus.Passed), ("", LineStatus.Missing) })
        {
            var scene = new Scene().Promoted();
            foreach (var step in steps.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                scene.Time.Run(async () =>
                {
                    await using var lease = (await scene.Journal.TryTake(new LeaseRequest("test", "test"), default))!;
                    return await scene.Journal.Append(new JournalEntry(RecordType.StepApplied, "2", Phases.Backup, $"{step}-backup-database", Data: new JsonObject { ["seen"] = new JsonObject(), ["detail"] = "whole" }), lease, default);
                });
            }

            scene.Runbook = RunbookFile.Parse("""{ "title": "t", "toCome": ["database"], "lines": [{ "id": "L-1", "says": "x", "shownBy": { "type": "backup", "id": "database" } }] }""", Booked.File, scene.Options, Release.Configuration.OptionTypes.Core());
            scene.Line("L-1").Status.ShouldBe(status, steps);
        }
    }

    [Fact]
    public void A_step_for_every_service_waits_for_each_of_them()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        scene.Told("""{ "type": "step", "id": "shift-traffic-*-50" }""").Status.ShouldBe(LineStatus.Passed);
        scene.Told("""{ "type": "step", "id": "shift-traffic-*-50" }""").Evidence.ShouldContain("shift-traffic-search-50");
    }

    [Fact]
    public void A_step_that_only_one_service_took_shows_nothing()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);
        scene.Told("""{ "type": "step", "id": "shift-traffic-*-50" }""").Status.ShouldNotBe(LineStatus.Passed);
    }

    [Fact]
    public void A_notice_that_one_channel_never_got_was_not_delivered()
    {
        var scene = new Scene().Promoted();
        scene.Write(RecordType.Notice, new() { ["id"] = "page", ["notice"] = "k1", ["kind"] = "page", ["severity"] = 1, ["at"] = "2026-01-02T03:04:05Z", ["text"] = "down", ["channels"] = new JsonArray("pager", "charts"), ["detail"] = "down" });
        scene.Write(RecordType.Notice, new() { ["of"] = "k1", ["id"] = "page", ["channel"] = "pager", ["outcome"] = "given-up", ["detail"] = "503" });
        scene.Write(RecordType.Notice, new() { ["of"] = "k1", ["id"] = "page", ["channel"] = "charts", ["outcome"] = "delivered", ["detail"] = "" });
        scene.Told("""{ "type": "notice", "id": "page" }""").Status.ShouldBe(LineStatus.Failed);
        scene.Told("""{ "type": "notice", "id": "page", "channel": "charts" }""").Status.ShouldBe(LineStatus.Passed);
    }

    [Fact]
    public void A_notice_must_have_been_delivered()
    {
        var scene = new Scene().Promoted();
        const string Tie = """{ "type": "notice", "id": "promoted" }""";
        scene.Told(Tie).Status.ShouldBe(LineStatus.Missing);
        scene.Told(Tie, "\"phase\": \"watch\",").Status.ShouldBe(LineStatus.Open, "it comes after the run");
        scene.Write(RecordType.Notice, new() { ["id"] = "promoted", ["notice"] = "k1", ["kind"] = "promoted", ["severity"] = 0, ["at"] = "2026-01-02T03:04:05Z", ["text"] = "1.1.0 serves", ["channels"] = new JsonArray("chat"), ["to"] = "chat", ["detail"] = "1.1.0 serves" });
        scene.Told(Tie).Status.ShouldBe(LineStatus.Open);
        scene.Write(RecordType.Notice, new() { ["of"] = "k1", ["id"] = "promoted", ["channel"] = "chat", ["outcome"] = "given-up", ["detail"] = "503" });
        scene.Told(Tie).Status.ShouldBe(LineStatus.Failed);
        scene.Write(RecordType.Notice, new() { ["of"] = "k1", ["id"] = "promoted", ["channel"] = "chat", ["outcome"] = "delivered", ["detail"] = "" });
        scene.Told(Tie).Evidence.ShouldBe("notice promoted to chat: 1.1.0 serves");
    }

    [Fact]
    public void A_line_for_an_incident_applies_when_its_notice_was_sent()
    {
        var scene = new Scene().Promoted();
        const string More = "\"when\": \"incident\", \"incident\": \"severity-1\", \"phase\": \"watch\",";
        const string Tie = """{ "type": "notice", "id": "page" }""";
        var calm = scene.Told(Tie, More);
        calm.Status.ShouldBe(LineStatus.NotApplicable);
        calm.Evidence.ShouldBe("only on an incident: no notice severity-1 was sent in this run");
        scene.Write(RecordType.Notice, new() { ["id"] = "page", ["severity"] = 1, ["incident"] = "i1", ["to"] = "on-call", ["detail"] = "errors above 5 %" });
        scene.Told(Tie, More).Status.ShouldBe(LineStatus.Passed);
        scene.Told("""{ "type": "phase", "name": "rollback" }""", More).Status.ShouldBe(LineStatus.Open, "nobody took it back yet");
    }

    [Fact]
    public void A_line_for_a_rollback_is_judged_where_the_way_back_was()
    {
        const string More = "\"when\": \"rollback\",";
        const string Time = """{ "type": "time", "of": "rollback", "max": "5m" }""";
        new Scene().Promoted().Told(Time, More).Status.ShouldBe(LineStatus.NotApplicable);

        var refused = new Scene().Deployed().Sick("1.1.0");
        refused.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        refused.Told(Time, More).Status.ShouldBe(LineStatus.Passed);
        refused.Told("""{ "type": "time", "of": "rollback", "max": "1ms" }""", More).Status.ShouldBe(LineStatus.Failed);
        refused.Told("""{ "type": "phase", "name": "rollback" }""", More).Status.ShouldBe(LineStatus.Passed);

        var later = new Scene().Promoted();
        later.Rollback().Status.ShouldBe(ExitStatus.Done);
        later.Told("""{ "type": "step", "id": "return-traffic-*" }""", More, "2").Status.ShouldBe(LineStatus.Passed, "run 3 took run 2 back");
        later.Told("""{ "type": "step", "id": "return-traffic-*" }""", More, "3").Status.ShouldBe(LineStatus.Passed);
        later.Told("""{ "type": "probe", "id": "peers" }""", "", "3").Status.ShouldBe(LineStatus.NotApplicable, "a rollback checks nothing before");
    }

    [Fact]
    public void All_ties_must_hold_or_one()
    {
        const string Both = """[{ "type": "probe", "id": "peers" }, { "type": "evidence", "name": "dump*" }]""";
        var scene = new Scene().Promoted();
        scene.Told(Both).Status.ShouldBe(LineStatus.Missing);
        scene.Told(Both, "\"holds\": \"one\",").Status.ShouldBe(LineStatus.Passed);
    }

    [Fact]
    public void What_is_about_a_service_that_is_not_released_does_not_apply()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.Release("ping=1.1.0").Status.ShouldBe(ExitStatus.Done);
        scene.Told("""{ "type": "step", "id": "start-candidate-search", "service": "search" }""").Evidence.ShouldBe("search is not released by this run");
        scene.Told("""{ "type": "step", "id": "start-candidate-ping", "service": "ping" }""").Status.ShouldBe(LineStatus.Passed);
        scene.Told("""{ "type": "criterion", "share": 10 }""").Status.ShouldBe(LineStatus.Passed);
    }

    [Fact]
    public void What_is_not_applicable_says_why()
    {
        var scene = new Scene().Promoted().With("""{ "id": "L-1", "says": "x", "notApplicable": "we have no staging" }""");
        scene.Line("L-1").Status.ShouldBe(LineStatus.NotApplicable);
        scene.Line("L-1").Evidence.ShouldBe("we have no staging");
    }

    [Fact]
    public void What_a_watch_found_comes_after_the_run()
    {
        var scene = new Scene().Promoted();
        scene.Told("""{ "type": "watch", "found": "ended" }""", "\"phase\": \"watch\",").Status.ShouldBe(LineStatus.Open);
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.Told("""{ "type": "watch", "found": "ended" }""", "\"phase\": \"watch\",", "2").Status.ShouldBe(LineStatus.Missing, "another release was begun");
    }
}
