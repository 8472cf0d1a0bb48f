using Release.Configuration;
using Release.Journal;
using Release.Notices;
using Release.Reports;
using Release.Runs;
using Release.Tests.Runs;
using Release.Watching;

namespace Release.Tests.Watching;

/// <summary>A promoted version is watched by the journal: whoever tends makes what is due, and no process stays for it.</summary>
public class WatchingForDays
{
    [Fact]
    public void Its_beginning_says_when_everything_is_due_and_status_says_what_is_next()
    {
        var (scene, _) = Watched.ForTwoDays();
        var begun = scene.Records(WatchRecords.Begun).ShouldHaveSingleItem();
        begun.Entry.Run.ShouldBe("2");
        begun.Data["due"]!["smoke"]!.AsArray().Count.ShouldBe(2);
        var due = scene.Status()["due"]!.AsArray().Last()!;
        due["step"]!.GetValue<string>().ShouldBe("watch");
        due["run"]!.GetValue<string>().ShouldBe("2");
    }

    [Fact]
    public void Two_quiet_days_have_every_look_both_smoke_tests_and_gates_and_a_summary_a_day()
    {
        var (scene, ops) = Watched.ForTwoDays();

        scene.Tended(TimeSpan.FromHours(48.2));

        var watch = scene.Watch();
        watch.IsEnded.ShouldBeTrue();
        watch.Looks.Count.ShouldBeInRange(570, 585);
        scene.Records(WatchRecords.Smoke).Select(r => r.Data.Text("verdict")).ShouldBe(["pass", "pass"]);
        scene.Records(WatchRecords.Gate).Select(r => r.Data.Text("verdict")).ShouldBe(["pass", "pass"]);
        watch.Incidents.ShouldBeEmpty();
        ops.Told.ShouldAllBe(k => k == "daily-summary");
        ops.Got.Count.ShouldBe(scene.Records(WatchRecords.Summary).Count);
        ops.Got[^1].Text.ShouldContain("The watch is over. 1.1.0 in fake");
        ops.Got[^1].Text.ShouldContain("0 % failed (before the release 0 %), p95 at most 100ms (before 100ms); 2 of 2 smoke tests passed; 2 of 2 gates passed; no alert; no incident");
        scene.World.Evidence.Keys.ShouldContain(k => k.EndsWith("/watch.json", StringComparison.Ordinal));
        scene.World.Evidence.Keys.Count(k => k.Contains("/watch-20", StringComparison.Ordinal)).ShouldBe(2);
        scene.Status()["due"]!.AsArray().ShouldBeEmpty("what was kept is retired, and nothing is watched any more");
        JournalRules.TheChainHolds(scene.Journal.Records);
    }

    [Fact]
    public void A_smoke_test_for_a_canary_is_not_made_when_there_is_none()
    {
        var (scene, _) = Watched.ForTwoDays();
        scene.Options = scene.Options with { Smoke = [.. scene.Options.Smoke, new Release.Probes.HttpProbeOptions { Id = "both", Type = "http", Path = "/", At = [SmokeMoment.Canary] }] };
        _ = scene.World.FailingProbes.Add("both");

        scene.Tended(TimeSpan.FromHours(25));

        scene.Records(WatchRecords.Smoke).Select(r => r.Data.Text("verdict")).ShouldAllBe(v => v == "pass");
    }

    [Fact]
    public void What_went_wrong_while_nobody_looked_for_hours_is_told_and_not_rolled_back_by_itself()
    {
        var (scene, ops) = Watched.ForTwoDays();
        scene.Tended(TimeSpan.FromHours(1));
        scene.Sick("1.1.0");
        scene.Time.Pass(TimeSpan.FromHours(5));
        ops.Got.Clear();

        _ = scene.Tend();

        ops.Told.ShouldContain("page");
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
    }

    [Fact]
    public void A_second_watch_over_the_same_version_ends_too()
    {
        var (scene, _) = Watched.ForTwoDays();
        scene.Tended(TimeSpan.FromHours(48.2));
        scene.Command(p => p.WatchFor(TimeSpan.FromHours(4))).ShouldNotBeNull().Status.ShouldBe(ExitStatus.Done);

        scene.Tended(TimeSpan.FromHours(4.2));

        scene.Watch().IsEnded.ShouldBeTrue();
        scene.World.Evidence.Keys.Count(k => k.Contains("/watch", StringComparison.Ordinal) && k.EndsWith(".json", StringComparison.Ordinal)).ShouldBeGreaterThan(3);
    }

    [Fact]
    public void An_incident_of_a_second_watch_is_not_taken_for_one_of_the_first()
    {
        var (scene, ops) = Watched.ForTwoDays();
        scene.Alerts = new Alerts { Firing = ["HighLatency"] };
        scene.Tended(TimeSpan.FromHours(48.2));
        scene.Command(p => p.WatchFor(TimeSpan.FromHours(4))).ShouldNotBeNull().Status.ShouldBe(ExitStatus.Done);

        scene.Tended(TimeSpan.FromMinutes(20));

        ops.Got.Where(n => n.State == "open").Select(n => n.Incident).ShouldBe(["2-any-alert-1", "2.2-any-alert-1"]);
    }

    [Fact]
    public void A_regression_that_begins_on_the_second_day_is_found_told_once_and_rolled_back_although_stable_was_retired()
    {
        var (scene, ops) = Watched.ForTwoDays();
        scene.Tended(TimeSpan.FromHours(30));
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse("it was kept for ten minutes");
        ops.Got.Clear();
        var begin = scene.Time.GetUtcNow();

        scene.Sick("1.1.0");
        scene.Tended(TimeSpan.FromHours(1));

        scene.World.Serving().ShouldStartWith("ping-1.0.0-run1");
        var back = scene.State.Runs[^1];
        (back.Opening.Kind, back.Outcome).ShouldBe((RunKind.Rollback, RunOutcome.Done));
        (back.StartedAt - begin).ShouldBeLessThan(TimeSpan.FromMinutes(11));
        back.Opening.Reason.ShouldContain("incident 2-ping-errors-1: Severity 1 in fake 1.1.0");
        ops.Told.Where(k => k is "page" or "ticket" or "rolled-back").Order().ShouldBe(["page", "rolled-back", "ticket"]);
        ops.Got.Where(n => n.Incident is not null).Select(n => n.Incident).Distinct().ShouldBe(["2-ping-errors-1"]);
        ops.Told.ShouldContain("resolved");
        scene.Watch().IsEnded.ShouldBeTrue("another version serves");
        scene.Serves().ShouldBeTrue();
    }

    [Fact]
    public void One_to_five_percent_is_a_ticket_after_its_time_looked_into_after_15_minutes_and_asked_about_after_30()
    {
        var (scene, ops) = Watched.ForTwoDays(w => w with { Every = TimeSpan.FromMinutes(1) });
        scene.Tended(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(1));
        ops.Got.Clear();
        scene.World.Traffic.ErrorRates["1.1.0"] = 0.03;
        var told = new List<(int Minute, string Kind)>();
        var minute = 0;
        scene.Tended(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(1), () =>
        {
            minute++;
            told.AddRange(ops.Got.Select(n => (minute, Words.Of(n.Kind))));
            ops.Got.Clear();
        });

        told.Select(t => t.Kind).ShouldBe(["ticket", "page", "page"]);
        told[0].Minute.ShouldBeInRange(5, 8);
        told[1].Minute.ShouldBeInRange(15, 18);
        told[2].Minute.ShouldBeInRange(30, 33);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100", "a person considers");
        var incident = scene.Watch().Incidents.ShouldHaveSingleItem();
        (incident.Level, incident.ResolvedAt).ShouldBe((2, null));

        scene.World.Traffic.ErrorRates.Clear();
        scene.Tended(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(1));
        ops.Told.ShouldBe(["resolved"]);
        ops.Got[0].Incident.ShouldBe(incident.Id);
        scene.Watch().Incidents[0].ResolvedAt.ShouldNotBeNull();
    }

    [Fact]
    public void One_that_gets_worse_is_the_same_incident_and_then_rolled_back()
    {
        var (scene, ops) = Watched.ForTwoDays(w => w with { Every = TimeSpan.FromMinutes(1) });
        scene.Tended(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1));
        scene.World.Traffic.ErrorRates["1.1.0"] = 0.03;
        scene.Tended(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));
        scene.World.Traffic.ErrorRates["1.1.0"] = 0.3;
        scene.Tended(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.Watch().Incidents.ShouldHaveSingleItem().Level.ShouldBe(1);
        ops.Told.Count(k => k == "page").ShouldBe(1);
    }

    [Fact]
    public void A_gap_when_nobody_tended_is_told_and_what_was_due_in_it_is_made_once_and_said_to_be_late()
    {
        var (scene, ops) = Watched.ForTwoDays();
        scene.Tended(TimeSpan.FromMinutes(30));
        scene.Time.Pass(TimeSpan.FromHours(26));

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Done);
        result.Message.ShouldContain("nobody had looked since");
        scene.Records(WatchRecords.Smoke).ShouldHaveSingleItem().Data.Text("detail").ShouldContain("(late: it was due at");
        scene.Tended(TimeSpan.FromHours(23));
        ops.Got[^1].Text.ShouldContain("nobody looked from");
    }

    [Fact]
    public void A_smoke_test_that_fails_at_its_time_is_an_incident_and_the_next_that_passes_ends_it()
    {
        var (scene, ops) = Watched.ForTwoDays(w => w with { Smoke = ["08:00", "12:00"] });
        _ = scene.World.FailingProbes.Add("smoke");
        Until(scene, () => scene.Records(WatchRecords.Smoke).Count == 1);
        scene.Records(WatchRecords.Smoke)[0].Data.Text("verdict").ShouldBe("fail");
        ops.Told.Where(k => k != "daily-summary").ShouldBe(["page", "ticket"]);
        scene.World.FailingProbes.Clear();
        Until(scene, () => scene.Records(WatchRecords.Smoke).Count == 2);
        scene.Records(WatchRecords.Smoke)[1].Data.Text("verdict").ShouldBe("pass");
        scene.Journal.Records.Count(r => r is { Type: RecordType.Probe, Entry.Phase: WatchRecords.Phase }).ShouldBe(2);
        ops.Told.ShouldContain("resolved");
    }

    [Fact]
    public void Alerts_that_fire_are_noted_and_told_as_one_incident()
    {
        var (scene, ops) = Watched.ForTwoDays();
        var alerts = new Alerts();
        scene.Alerts = alerts;
        scene.Tended(TimeSpan.FromMinutes(10));
        alerts.Firing = ["HighLatency"];
        scene.Tended(TimeSpan.FromMinutes(30));
        alerts.Firing = [];
        scene.Tended(TimeSpan.FromMinutes(15));
        ops.Told.ShouldBe(["note", "resolved"]);
        ops.Got[0].Text.ShouldContain("alerts fire: HighLatency");
    }

    [Fact]
    public void An_outage_is_severity_1_at_once()
    {
        var (scene, ops) = Watched.ForTwoDays();
        scene.Tended(TimeSpan.FromMinutes(5));
        scene.World.Kill("ping-1.1.0-run2");
        scene.Tended(TimeSpan.FromMinutes(5));
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        ops.Told.ShouldContain("page");
    }

    [Fact]
    public void Metrics_that_cannot_be_read_are_neither_good_nor_bad()
    {
        var (scene, ops) = Watched.ForTwoDays();
        scene.Tended(TimeSpan.FromMinutes(10));
        _ = scene.World.Silent.Add("metrics");
        scene.Tended(TimeSpan.FromMinutes(30));
        ops.Got.ShouldBeEmpty();
        scene.Records(WatchRecords.Look)[^1].Data["problems"]!.AsArray().Count.ShouldBeGreaterThan(0);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invariant_1_nothing_fires_twice_and_nothing_is_lost_whichever_record_it_is_killed_at(bool written)
    {
        var landed = 0;
        for (var at = 1; at < 80; at++)
        {
            var (scene, ops) = Watched.ForTwoDays();
            scene.Tended(TimeSpan.FromMinutes(10));
            scene.Sick("1.1.0");
            scene.Time.Pass(TimeSpan.FromMinutes(5));
            scene.Cut(at, written);
            var result = scene.Killable(p => p.Tend());

            scene.Tended(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(2.5));

            scene.World.Serving().ShouldBe("ping-1.0.0-run1 100", $"killed at {at}");
            scene.State.Runs.Count(r => r.Opening.Kind is RunKind.Rollback).ShouldBe(1, $"killed at {at}");
            scene.Records(WatchRecords.Incident).Count(r => r.Data.Text("state") == "open").ShouldBe(1, $"killed at {at}");
            ops.Got.Where(n => n.Kind is NoticeKind.Page).Select(n => n.Key).Distinct().ShouldHaveSingleItem($"killed at {at}");
            JournalRules.TheChainHolds(scene.Journal.Records);
            if (result is not null)
            {
                landed.ShouldBeGreaterThan(20);
                return;
            }

            landed++;
        }

        Assert.Fail("It never came to its end.");
    }

    [Fact]
    public void Without_a_plan_in_the_configuration_a_person_begins_it_and_it_looks_at_once()
    {
        var scene = new Scene().Promoted();
        scene.Command(p => p.WatchFor(TimeSpan.FromHours(1))).LastLine.ShouldContain("1.1.0 in fake is watched until");
        scene.Records(WatchRecords.Look).Count.ShouldBe(1);
        scene.World.Evidence.Keys.ShouldContain(k => k.EndsWith("/baseline_metrics.json", StringComparison.Ordinal));
        scene.Tended(TimeSpan.FromMinutes(70));
        scene.Watch().IsEnded.ShouldBeTrue();
        scene.Command(p => p.WatchFor(null)).Status.ShouldBe(ExitStatus.Done);
        scene.Watch().IsEnded.ShouldBeFalse();
    }

    [Fact]
    public void Nothing_that_was_promoted_and_a_run_that_is_open_are_refused()
    {
        new Scene().Deployed().Command(p => p.WatchFor(null)).Status.ShouldBe(ExitStatus.Usage);
        Runs.Tended.Held().Command(p => p.WatchFor(null)).Status.ShouldBe(ExitStatus.Open);
    }

    [Fact]
    public void Where_what_served_before_is_not_known_a_person_is_paged_instead()
    {
        var rule = SeverityOptions.Usual.First(r => r.Id == "critical");
        var (scene, _) = Watched.ForTwoDays();
        scene.Tended(TimeSpan.FromMinutes(5));
        var finding = new Finding(rule, "ping/errors", true, "ping: 50 % failed");
        var incident = SeverityJudge.Incidents([finding], scene.Watch(), canGoBack: false, "fake 1.1.0", scene.Time.GetUtcNow()).ShouldHaveSingleItem();
        incident["rollsBack"]!.GetValue<bool>().ShouldBeFalse();
        incident["tell"]!.AsArray().Select(k => k!.GetValue<string>()).ShouldContain("page");
        incident["text"]!.GetValue<string>().ShouldContain("a person must decide");
    }

    private static void Until(Scene scene, Func<bool> done)
    {
        for (var turn = 0; turn < 400 && !done(); turn++)
        {
            scene.Time.Pass(TimeSpan.FromMinutes(5));
            _ = scene.Tend();
        }

        done().ShouldBeTrue();
    }

    private sealed class Alerts : IAlertSource
    {
        public IReadOnlyList<string> Firing { get; set; } = [];

        Task<AlertReading> IAlertSource.Firing(CancellationToken cancellation) => Task.FromResult(new AlertReading(Firing, null));
    }
}
