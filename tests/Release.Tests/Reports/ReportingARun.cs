using Release.Evidence;
using Release.Gates;
using Release.Journal;
using Release.Reports;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Reports;

public sealed class ReportingARun
{
    [Fact]
    public void A_promoted_release_says_so_and_what_the_gate_saw()
    {
        var report = Told.Promoted().Report();

        (report.Run, report.Kind, report.Version, report.VersionBefore).ShouldBe(("2", RunKind.Release, "1.1.0", "1.0.0"));
        report.Verdict.Line.ShouldBe("1.1.0 was promoted: it took over everything from 1.0.0.");
        report.Verdict.Outcome.ShouldBe(ReportOutcome.Promoted);
        report.Phases.Select(p => (p.Name, p.Status)).ShouldBe(Phases.OfARelease.Select(p => (p, "done")));
        report.Steps.ShouldAllBe(s => s.Status == StepStatus.Applied && s.AppliedAt >= s.BegunAt && s.After != null);
        report.Decisions.Select(d => d.What).ShouldBe([.. Enumerable.Repeat("gate", report.Decisions.Count - 1), "promote"]);
        report.Services.Single().Requested.Select(p => p.Percent).ShouldBe([10.0, 50, 100]);
        report.Services.Single().Objectives.Select(o => (o.Id, o.Allowed, o.IsKept)).ShouldBe([("error-rate", 0.01, true), ("latency-p95", 0.05, true)]);
        report.DetectionSeconds.ShouldBeNull();
        report.Due.Single().Version.ShouldBe("1.0.0");
        report.Writers.Single().Owner.ShouldBe("ana@laptop");
        report.Probes.Where(p => p.IsCheck).Select(p => p.Id).ShouldBe(["peers"]);
        report.Probes.Count(p => p.Id == "smoke").ShouldBe(2);
    }

    [Fact]
    public void A_release_that_the_gate_refused_says_why_and_shows_the_way_back()
    {
        var report = Told.RolledBack().Report();

        report.Verdict.Outcome.ShouldBe(ReportOutcome.RolledBack);
        report.Verdict.Sentence.ShouldBe("1.1.0 was rolled back: 1.0.0 serves everything.");
        report.Verdict.Why.ShouldContain("error-rate broken");
        report.Steps.ShouldAllBe(s => s.Status == StepStatus.Undone && s.UndoneAt > s.AppliedAt);
        report.Steps.ShouldAllBe(s => s.After != null); // What was seen stays on record after the undo.
        report.Services.Single().Requested.Select(p => p.Percent).ShouldBe([10.0, 0]);
        report.Services.Single().Objectives[0].IsKept.ShouldBe(false);
        report.DetectionSeconds.ShouldNotBeNull().ShouldBeGreaterThan(0);
        report.Decisions.Select(d => (d.What, d.Verdict)).ShouldBe([("gate", "fail"), ("go-back", "")]);
        report.CandidateRequests.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Counts_of_the_ticks_add_up_to_those_of_the_step()
    {
        var scene = Told.Promoted();
        var service = scene.Report().Services.Single();
        var stepAt = GateLook.FromJson(scene.Journal.Records.Last(r => r.Type is RecordType.Sample).Data["gate"]!.AsObject()).StepAt;

        foreach (var objective in service.Objectives)
        {
            // Of the last traffic step alone, whose clock began when the share was observed.
            var last = objective.Points.Where(p => p.At > stepAt).ToList();
            last.Sum(p => p.Candidate.Requests).ShouldBe(objective.Candidate.Requests, 1e-6);
            last.Sum(p => p.Candidate.Events).ShouldBe(objective.Candidate.Events, 1e-6);
        }

        service.Observed.ShouldAllBe(p => p.Percent >= 0 && p.Percent <= 100);
    }

    [Fact]
    public void A_release_that_was_taken_back_names_the_run_and_the_run_names_it()
    {
        var scene = Told.Promoted();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        var (release, rollback) = (scene.Report("2"), scene.Report("3"));

        release.Origin.UndoneBy.ShouldBe("3");
        release.Verdict.Sentence.ShouldContain("taken back by run 3");
        (rollback.Kind, rollback.Origin.Undoes, rollback.Verdict.Outcome).ShouldBe((RunKind.Rollback, "2", ReportOutcome.Done));
        rollback.Verdict.Sentence.ShouldBe("1.1.0 was taken back: 1.0.0 serves everything.");
        rollback.Services.ShouldBeEmpty();
    }

    [Fact]
    public void A_parked_run_says_for_what_it_waits()
    {
        var scene = Told.Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);

        var verdict = scene.Report().Verdict;

        verdict.Outcome.ShouldBe(ReportOutcome.Parked);
        verdict.Line.ShouldContain("MetricsGate is for a person to start");
        verdict.Next.ShouldContain("./build.sh Promote --env fake");
    }

    [Fact]
    public void A_run_whose_process_was_killed_is_open_and_then_shows_both_goes()
    {
        var scene = Told.Scene().Deployed();
        scene.Cut(12, written: true);
        scene.Killable(p => p.Release()).ShouldBeNull();

        scene.Report().Verdict.Outcome.ShouldBe(ReportOutcome.Open);
        scene.Report().Verdict.Next.ShouldContain("./build.sh Resume --env fake");

        scene.Time.Pass(TimeSpan.FromMinutes(2));
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        var report = scene.Report();
        report.Phases.Count(p => p.Status == "left").ShouldBe(1);
        report.Decisions.ShouldContain(d => d.What == "continue");
        report.Writers.Count.ShouldBe(2);
    }

    [Fact]
    public void A_stuck_run_names_what_could_not_be_undone()
    {
        var scene = Told.Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.FailBefore);
        scene.Release().Status.ShouldBe(ExitStatus.Stuck);

        var report = scene.Report();

        report.Verdict.Outcome.ShouldBe(ReportOutcome.Stuck);
        report.Verdict.Why.ShouldContain("start-candidate-ping");
        report.Steps.Single(s => s.Status is StepStatus.UndoFailed).UndoFailedAt.ShouldNotBeNull();
        Told.Html(report).ShouldContain("undo failed");
    }

    [Fact]
    public void An_abandoned_run_says_who_closed_it_and_why()
    {
        var scene = Told.Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        var report = scene.Report();

        report.Verdict.Line.ShouldContain("bob@desk: because");
        report.Decisions[^1].What.ShouldBe("abandon");
    }

    [Fact]
    public void Without_a_number_it_is_the_last_release_or_rollback()
    {
        var scene = Told.Promoted().Downed();

        scene.View().Run.ShouldBe("2");
        scene.View("3").Verdict.Sentence.ShouldBe("fake was stopped; 1.1.0 is recorded.");
    }

    [Fact]
    public void An_unknown_number_names_those_that_exist()
    {
        var scene = Told.Promoted();

        var refused = Should.Throw<ReleaseException>(() => scene.View("9"));

        refused.Status.ShouldBe(ExitStatus.Usage);
        refused.Message.ShouldContain("The journal of fake has no run 9; it has the runs 1, 2.");
    }

    [Fact]
    public void An_empty_journal_is_said_to_be_empty() =>
        Should.Throw<ReleaseException>(() => Told.Scene().View()).Message.ShouldContain("the journal of fake has no run");

    [Fact]
    public void Evidence_that_was_changed_or_lost_is_found()
    {
        var scene = Told.Promoted();
        scene.World.Evidence[scene.World.Evidence.Keys.Single(k => k.EndsWith("gate.json", StringComparison.Ordinal))] = "[]";
        _ = scene.World.Evidence.Remove(scene.World.Evidence.Keys.Single(k => k.EndsWith("steps.json", StringComparison.Ordinal)));

        var evidence = scene.View().Evidence;

        string[] Named(EvidenceCondition now) => [.. evidence.Where(e => e.Now == now).Select(e => e.Name.Split('/')[1])];
        Named(EvidenceCondition.Changed).ShouldBe(["gate.json"]);
        Named(EvidenceCondition.Missing).ShouldBe(["steps.json"]);
        Named(EvidenceCondition.Intact).ShouldContain("release.md");
    }

    [Fact]
    public void A_damaged_journal_is_reported_as_far_as_it_can_be_read()
    {
        var scene = Told.Promoted();
        scene.Damage = new JournalDamage(5, 5, "the hash is not that of the record");

        var report = scene.View();

        report.Chain.Holds.ShouldBeFalse();
        Told.Html(report).ShouldContain("The journal is damaged at record 5");
        Told.Markdown(report).ShouldContain("**The journal is damaged at record 5**");
    }

    [Fact]
    public void The_chain_has_every_record_of_the_run()
    {
        var scene = Told.Promoted();

        var chain = scene.Report().Chain;

        chain.Links.Sum(l => l.Count).ShouldBe(scene.Journal.Records.Count(r => r.Entry.Run == "2"));
        chain.Links.Where(l => l.Count > 1).ShouldAllBe(l => l.Type == "sample");
        chain.LastHash.ShouldBe(scene.Journal.Records[^1].Hash);
    }

    [Fact]
    public void A_configuration_without_limits_gives_a_report_without_limits()
    {
        var scene = new Scene().Promoted();

        var report = scene.Report();

        report.Services.Single().Objectives.ShouldAllBe(o => o.Allowed == null && o.Points.Count > 0);
        Told.Html(report).ShouldContain("the recorded configuration does not say the limit");
    }

    [Fact]
    public void The_model_is_one_json_document()
    {
        var json = ReportJson.Of(Told.RolledBack().Report());

        json["verdict"]!["outcome"]!.GetValue<string>().ShouldBe("rolled-back");
        json["steps"]![0]!["status"]!.GetValue<string>().ShouldBe("undone");
        json["services"]![0]!["objectives"]![0]!["points"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }
}
