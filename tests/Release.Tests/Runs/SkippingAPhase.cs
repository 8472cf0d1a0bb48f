using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A person leaves a phase out: it is journaled with the reason, everything else holds, and the run can be resumed and taken back.</summary>
public class SkippingAPhase
{
    private const string Why = "the outage is worse";

    [Theory]
    [InlineData(Phases.PreChecks)]
    [InlineData(Phases.Backup)]
    [InlineData(Phases.Tag)]
    [InlineData(Phases.MetricsGate)]
    [InlineData(Phases.Verify)]
    public void It_is_recorded_with_its_reason_and_the_release_ends_well(string phase)
    {
        var scene = new Scene().Deployed();

        Skipping(scene, phase).Status.ShouldBe(ExitStatus.Done);

        var run = scene.State.Runs[^1];
        run.Outcome.ShouldBe(RunOutcome.Promoted);
        run.Phases.Single(p => p.Name == phase).ShouldSatisfyAllConditions(p => p.Status.ShouldBe("skipped"), p => p.Reason.ShouldBe(Why));
        run.Phases.Where(p => p.Name != phase).ShouldAllBe(p => p.Status == "done");
        run.Phases.Select(p => p.Name).ShouldBe(Phases.OfARelease);
        Decisions(scene).ShouldBe([$"{phase}: {Why}"]);
        scene.Serves().ShouldBeTrue();
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(Phases.PreChecks)]
    [InlineData(Phases.Backup)]
    [InlineData(Phases.Tag)]
    [InlineData(Phases.MetricsGate)]
    [InlineData(Phases.Verify)]
    public void It_is_taken_back_like_any_other(string phase)
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show(tags: false);
        Skipping(scene, phase).Status.ShouldBe(ExitStatus.Done);

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.State.Stable!.Version.ShouldBe("1.0.0");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.Show(tags: false).ShouldContain(before.Split('\n')[0]);
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(Phases.Canary, "without one there is nothing to release")]
    [InlineData(Phases.Promote, "the candidate never serves")]
    [InlineData(Phases.Handover, "closes the run")]
    public void It_is_refused_where_that_makes_no_release(string phase, string why)
    {
        var scene = new Scene().Deployed();
        var records = scene.Journal.Records.Count;

        var result = Skipping(scene, phase);

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldContain($"{phase} cannot be skipped");
        result.Message.ShouldContain(why);
        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void It_is_refused_without_a_reason(string reason)
    {
        var scene = new Scene().Deployed();

        var result = Skipping(scene, Phases.Tag, reason);

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldContain("Tag guards what comes after it");
        result.LastLine.ShouldContain("--skip Tag --reason");
        scene.State.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public void A_skipped_check_is_not_made()
    {
        var scene = new Scene().Deployed();
        _ = scene.World.FailingProbes.Add("peers");

        Skipping(scene, Phases.PreChecks).Status.ShouldBe(ExitStatus.Done);

        scene.Journal.Records.ShouldNotContain(r => r.Type == RecordType.Probe && r.Entry.Phase == Phases.PreChecks && r.Entry.Run == "2");
    }

    [Fact]
    public void Steps_of_a_skipped_phase_were_never_begun()
    {
        var scene = new Scene().Deployed();

        Skipping(scene, Phases.Backup).Status.ShouldBe(ExitStatus.Done);
        scene.State.Runs[^1].Steps.ShouldNotContain(s => s.Phase == Phases.Backup);

        scene = new Scene().Deployed();
        Skipping(scene, Phases.Tag).Status.ShouldBe(ExitStatus.Done);
        scene.State.Runs[^1].Steps.ShouldNotContain(s => s.Id == "tag-release" || s.Id == "push-tag");
        scene.World.Fields("tag/release", "pushed/").ShouldBeEmpty();
    }

    [Fact]
    public void Invariant_15_a_candidate_whose_gate_was_skipped_is_watched_all_the_same()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");

        Skipping(scene, Phases.MetricsGate).Status.ShouldBe(ExitStatus.GateSaidNo);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.Journal.Records.ShouldContain(r => r.Type == RecordType.Sample && r.Entry.Run == "2");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void The_promotion_does_not_claim_a_gate_that_was_skipped()
    {
        var scene = new Scene().Deployed();

        Skipping(scene, Phases.MetricsGate).Status.ShouldBe(ExitStatus.Done);

        scene.Journal.Records.Single(r => r.Type == RecordType.Decision && r.Data["decision"]!.GetValue<string>() == "promote")
            .Data["reason"]!.GetValue<string>().ShouldBe($"1.1.0 passed every step but the first, whose gate was skipped: {Why}");
    }

    [Fact]
    public void Whoever_resumes_leaves_out_the_same()
    {
        for (var cut = 1; ; cut++)
        {
            var scene = new Scene().Deployed();
            scene.Cut(cut, written: true);
            var told = scene.Killable(p => Skipping(p, Phases.MetricsGate, Why));
            if (told is not null)
            {
                cut.ShouldBeGreaterThan(20);
                return;
            }

            if (scene.State.Open is not null)
            {
                scene.Resume().Status.ShouldBeOneOf(ExitStatus.Done);
                var run = scene.State.Runs[^1];
                run.Outcome.ShouldBe(RunOutcome.Promoted, $"cut {cut}");
                if (run.Skips.Count > 0)
                {
                    run.Phases.Single(p => p.Name == Phases.MetricsGate).Status.ShouldBe("skipped", $"cut {cut}");
                    Decisions(scene).ShouldBe([$"MetricsGate: {Why}"]);
                }

                scene.Serves().ShouldBeTrue($"cut {cut}");
                JournalRules.Hold(scene);
            }
        }
    }

    [Fact]
    public void The_decision_is_durable_before_anything_is_changed()
    {
        var scene = new Scene().Deployed();

        _ = Skipping(scene, Phases.MetricsGate);

        var records = scene.Journal.Records.Where(r => r.Entry.Run == "2").ToList();
        records.FindIndex(r => r.Type == RecordType.Decision && r.Data["decision"]!.GetValue<string>() == "skip")
            .ShouldBeLessThan(records.FindIndex(r => r.Type == RecordType.StepIntent));
    }

    [Fact]
    public void A_later_command_that_does_not_skip_it_takes_it()
    {
        var scene = new Scene().Deployed();
        Skipping(scene, Phases.PreChecks, Why, Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        scene.State.Open!.WasSkipped(Phases.PreChecks).ShouldBeTrue();

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.State.Runs[^1].HasFinished(Phases.PreChecks).ShouldBeTrue();
        Decisions(scene).ShouldBe([$"PreChecks: {Why}", "nothing is skipped any more"]);
    }

    [Fact]
    public void A_parked_run_gets_its_share_back_although_its_gate_is_skipped()
    {
        var scene = new Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);

        Skipping(scene, Phases.MetricsGate).Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Status_and_history_show_it()
    {
        var scene = new Scene().Deployed();
        _ = Skipping(scene, Phases.Backup);

        var phases = scene.Status()["run"]!["phases"]!.AsArray();
        var skipped = phases.Single(p => p!["name"]!.GetValue<string>() == Phases.Backup)!;
        skipped["status"]!.GetValue<string>().ShouldBe("skipped");
        skipped["reason"]!.GetValue<string>().ShouldBe(Why);
        var lines = scene.Time.Run(() => new Views.HistoryView(scene.Process().Environment).Render(default));
        lines.ShouldContain($"      Backup skipped: {Why}");
    }

    private static RunResult Skipping(Scene scene, string phase, string reason = Why, string goal = Phases.Handover) =>
        scene.Command(p => Skipping(p, phase, reason, goal));

    private static Task<RunResult> Skipping(FakeProcess process, string phase, string reason, string goal = Phases.Handover) =>
        process.Release(goal, (phase, reason));

    private static IEnumerable<string> Decisions(Scene scene) => scene.Journal.Records
        .Where(r => r.Type == RecordType.Decision && r.Data["decision"]!.GetValue<string>() == "skip")
        .Select(r => r.Data["reason"]!.GetValue<string>());
}
