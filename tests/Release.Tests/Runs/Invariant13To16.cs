using Release.Configuration;
using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Invariant 13: when the candidate is the only healthy copy, halt instead of sending traffic to a dead stable.</summary>
public class ADeadStable
{
    [Fact]
    public void Invariant_13_one_that_starts_again_is_started_before_traffic_goes_back()
    {
        var scene = Dying("1.1.0");

        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue();
        scene.World.Effects.SkipWhile(e => e.Step != "revive-stable-ping").First(e => e.Way is Way.Undo).Step.ShouldStartWith("shift-traffic");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_13_one_that_does_not_start_halts_the_run_with_6_and_traffic_stays()
    {
        var scene = Dying("1.1.0");
        _ = scene.World.DoNotBoot.Add("1.0.0");

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Stuck);
        result.Message.ShouldContain("only the candidate of ping is healthy, so it keeps its traffic");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue();
        scene.Status()["state"]!.GetValue<string>().ShouldBe("stuck");
        scene.Resume().Status.ShouldBe(ExitStatus.Stuck);

        scene.World.DoNotBoot.Clear();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_13_when_neither_is_healthy_traffic_goes_to_stable()
    {
        var scene = Dying("1.1.0");
        _ = scene.World.DoNotBoot.Add("1.0.0");
        scene.World.BeforeChange += (step, way) =>
        {
            if (step == "revive-stable-ping")
            {
                scene.World.Put("health/ping-1.1.0-run2", null);
            }
        };

        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Invariants_7_and_13_the_other_services_go_back_all_the_same()
    {
        var scene = new Scene("ping", "search").Deployed().Sick("1.1.0");
        scene.World.Traffic.ErrorRates.Clear();
        scene.World.BeforeChange = (step, _) =>
        {
            if (step == "shift-traffic-search-50")
            {
                scene.World.Kill("ping-1.0.0-run1");
                scene.World.Traffic.ErrorRates["1.1.0"] = 0.2;
            }
        };
        _ = scene.World.DoNotBoot.Add("1.0.0");

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Stuck);
        result.Message.ShouldContain("only the candidate of ping is healthy");
        scene.World.Serving("search").ShouldBe("search-1.0.0-run1 100");
        scene.World.IsAlive("search-1.1.0-run2").ShouldBeFalse();
        scene.World.Serving("ping").ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.World.DoNotBoot.Clear();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving("ping").ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_13_a_rollback_of_a_promoted_run_starts_the_kept_version_first_or_halts()
    {
        var scene = new Scene().Promoted();
        scene.World.Kill("ping-1.0.0-run1");
        _ = scene.World.DoNotBoot.Add("1.0.0");

        scene.Rollback().Status.ShouldBe(ExitStatus.Stuck);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue();
        scene.World.DoNotBoot.Clear();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_13_a_share_is_not_withdrawn_to_a_dead_stable_either()
    {
        var scene = new Scene().Deployed();
        _ = scene.World.DoNotBoot.Add("1.0.0");

        var result = scene.Interrupted(2, () =>
        {
            var shifted = scene.State.Open?.Step("shift-traffic-ping-50").Status is StepStatus.Applied;
            if (shifted)
            {
                scene.World.Kill("ping-1.0.0-run1");
            }

            return shifted;
        });

        result.Status.ShouldBe(ExitStatus.Stuck);
        result.Message.ShouldContain("is halted as it stands: only the candidate of ping is healthy");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.Lines.ShouldContain(l => l.StartsWith("!   its share stays: only the candidate of ping is healthy", StringComparison.Ordinal));
    }

    // Stable dies while the candidate has half of the traffic, and the candidate's gate fails.
    private static Scene Dying(string sick)
    {
        var scene = new Scene().Deployed();
        scene.World.BeforeChange = (step, _) =>
        {
            if (step == "shift-traffic-ping-50")
            {
                scene.World.Kill("ping-1.0.0-run1");
                scene.World.Traffic.ErrorRates[sick] = 0.2;
            }
        };
        return scene;
    }
}

/// <summary>Invariant 14: nothing stands in a rollback's way.</summary>
public class NothingInTheWay
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invariant_14_not_a_changed_configuration_lost_evidence_failing_checks_a_stop_request_or_a_silent_source_of_metrics(bool isPromoted)
    {
        var scene = new Scene().Deployed();
        if (!isPromoted)
        {
            scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        }

        _ = scene.Killable(p => p.Release());
        scene.Configuration = "{ \"name\": \"something else\" }";
        scene.World.EvidenceIsLost = true;
        _ = scene.World.FailingProbes.Add("peers");
        _ = scene.World.BlindProbes.Add("smoke");
        _ = scene.World.Silent.Add("metrics");
        _ = scene.World.Silent.Add("remote");
        _ = scene.Time.Run(async () =>
        {
            await scene.Journal.AskToStop(new StopRequest("old", "old", scene.Time.GetUtcNow(), "1"), default);
            return true;
        });

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_14_a_plan_that_this_program_makes_differently_is_not_resumed_but_is_undone()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Options = scene.Options with { Traffic = scene.Options.Traffic with { Steps = [10, 25, 50, 100] } };

        var refused = scene.Resume();

        refused.Status.ShouldBe(ExitStatus.Open);
        refused.Message.ShouldContain("going on would do something else than what was started");
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Invariant_14_an_empty_journal_with_services_running_is_an_error_and_not_nothing()
    {
        var (lived, lost) = (new Scene().Promoted(), new Scene());
        foreach (var field in lived.World.Fields("weight/", FakeWorld.Gateway))
        {
            lost.World.Put(field, lived.World[field]);
        }

        var result = lost.Rollback();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain("The journal of fake is empty, but ping has traffic at 10.0.0.1:80, 10.0.0.2:80");
        new Scene().Rollback().Message.ShouldBe("There is nothing to roll back in fake: nothing was ever released there.");
    }
}

/// <summary>Invariant 15: a candidate with traffic is watched; before its process goes, its share does.</summary>
public class NobodyToWatch
{
    [Theory]
    [InlineData(2, ExitStatus.Interrupted, "shift-traffic-ping-10")]
    [InlineData(15, ExitStatus.Terminated, "shift-traffic-ping-50")]
    [InlineData(15, ExitStatus.Terminated, "shift-traffic-ping-100")]
    public void Invariant_15_a_signal_takes_the_share_back_before_the_process_ends_and_resume_judges_afresh(int signal, ExitStatus status, string step)
    {
        var scene = new Scene().Deployed();

        var result = scene.Interrupted(signal, () => scene.State.Open?.Step(step).Status is StepStatus.Applied);

        result.Status.ShouldBe(status);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.Traffic.Generators.ShouldBe(0);
        scene.Status()["state"]!.GetValue<string>().ShouldBe("interrupted");
        scene.Release().Status.ShouldBe(ExitStatus.Open);
        var judged = scene.Journal.Records.Count;

        scene.Resume().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.Journal.Records.Skip(judged).Count(r => r.Type is RecordType.Sample).ShouldBeGreaterThanOrEqualTo(2, "it is judged afresh");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData("tag-release")]
    [InlineData("start-candidate-ping")]
    [InlineData("shift-traffic-ping-10")]
    [InlineData("shift-traffic-ping-50")]
    public void Invariant_15_a_signal_in_the_middle_of_a_call_that_lands_later_leaves_no_share_either(string step)
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike(step, Way.Apply, Blow.CancelLate);

        var result = scene.Interrupted(2, () => scene.World.Blows.Calls.Contains($"apply {step}"));

        result.Status.ShouldBe(ExitStatus.Interrupted);
        scene.Time.Pass(TimeSpan.FromSeconds(10));
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_15_on_a_ci_host_where_nobody_comes_back_a_signal_undoes_the_run()
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show();

        var result = scene.Interrupted(15, () => scene.State.Open?.Step("shift-traffic-ping-50").Status is StepStatus.Applied, isCiHost: true);

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("interrupted by SIGTERM, and onInterrupt is rollback");
        scene.World.Show().ShouldBe(before);
    }

    [Theory]
    [InlineData(Phases.Canary, Phases.MetricsGate)]
    [InlineData(Phases.MetricsGate, Phases.Promote)]
    public void Invariant_15_a_phase_alone_parks_with_no_share_and_the_next_one_picks_it_up(string alone, string next)
    {
        var scene = new Scene().Deployed();

        var parked = scene.Release(goal: alone);

        parked.Status.ShouldBe(ExitStatus.Parked);
        parked.LastLine.ShouldBe($"Run 2 (1.1.0) is parked: {alone} is done and {next} is for a person to start. Go on: ./build.sh {next} --env fake or ./build.sh Promote --env fake; take it back: ./build.sh Rollback --env fake.");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue();
        scene.Status()["state"]!.GetValue<string>().ShouldBe("parked");
        scene.Resume().Status.ShouldBe(ExitStatus.Parked);
        scene.Release("3.0.0").Status.ShouldBe(ExitStatus.Open);

        scene.Release(goal: next).Status.ShouldBe(ExitStatus.Parked);
        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.State.Runs.Count.ShouldBe(2);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(Phases.Backup)]
    [InlineData(Phases.Tag)]
    [InlineData(Phases.Verify)]
    public void A_phase_alone_that_gives_no_share_parks_too_and_can_be_taken_back(string alone)
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show(tags: false);
        scene.Release(goal: alone).Status.ShouldBe(ExitStatus.Parked);

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.Show(tags: false).ShouldBe(before);
        scene.World.Fields("tag/").ShouldBe(alone == Phases.Verify ? ["tag/release/fake/1.1.0"] : [], "a tag that was pushed stays here too");
    }

    [Fact]
    public void Invariant_15_a_gate_that_holds_parks_with_no_share()
    {
        var scene = new Scene().Deployed();
        scene.Options = scene.Options with { Gate = scene.Options.Gate with { OnInconclusive = DeadlinePolicy.Hold } };
        scene.World.Traffic.Rate = 100;

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Parked);
        result.Message.ShouldContain("the gate is inconclusive");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.Traffic.Rate = 20_000;
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invariants_8_and_15_a_share_that_cannot_be_taken_back_is_stuck_and_not_parked_or_open(bool isParked)
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-10", Way.Undo, Blow.FailBefore);

        var result = isParked
            ? scene.Release(goal: Phases.Canary)
            : scene.Interrupted(2, () => scene.State.Open?.Step("shift-traffic-ping-10").Status is StepStatus.Applied);

        result.Status.ShouldBe(ExitStatus.Stuck);
        result.Message.ShouldContain("shift-traffic-ping-10");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 90, ping-1.1.0-run2 10");
        scene.Status()["state"]!.GetValue<string>().ShouldBe("stuck");
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invariant_15_a_share_whose_process_is_gone_for_two_minutes_is_taken_by_whoever_acts_next(bool isPromote)
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Release().Status.ShouldBe(ExitStatus.Open);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50", "it may come back yet");
        scene.Time.Pass(scene.Options.OrphanAfter);
        _ = scene.Status();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50", "who only looks changes nothing");

        (isPromote ? scene.Release() : scene.Down()).Status.ShouldBe(ExitStatus.Open);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_15_resume_after_that_time_begins_with_no_share_and_judges_afresh()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Time.Pass(scene.Options.OrphanAfter);
        var effects = scene.World.Effects.Count;

        scene.Resume().Status.ShouldBe(ExitStatus.Done);

        scene.World.Effects.Skip(effects).Where(e => e.Field == "weight/ping/10.0.0.2:80").Select(e => e.To).ShouldBe([null, "50", "100"]);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_15_a_candidate_that_crashes_while_it_has_traffic_is_noticed_and_the_run_undone()
    {
        var scene = new Scene().Deployed();
        scene.World.BeforeChange = (step, _) =>
        {
            if (step == "shift-traffic-ping-50")
            {
                scene.Time.At(TimeSpan.FromSeconds(0.5), () => scene.World.Kill("ping-1.1.0-run2"));
            }
        };

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("crashed while it had traffic");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }
}

/// <summary>Invariant 16: undo owns only what it changed.</summary>
public class UndoOwnsItsOwn
{
    [Fact]
    public void Invariant_16_what_was_there_before_the_step_is_there_after_its_undo()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Put("tag/release/fake/1.1.0", "c0ffee");
        scene.World.Put("process/ping-1.1.0-run2", scene.World.AddressOf("ping-1.1.0-run2"));
        scene.World.Put("health/ping-1.1.0-run2", "200");
        var before = scene.World.Show();

        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);

        scene.World.Show().ShouldBe(before);
        scene.World.Blows.Calls.ShouldNotContain("apply tag-release", "it was so already");
    }

    [Fact]
    public void Invariant_16_steps_that_never_began_are_not_undone()
    {
        var scene = new Scene().Deployed();
        scene.World.Put("pushed/release/fake/1.1.0", "yes");
        _ = scene.World.DoNotBoot.Add("1.1.0");

        scene.Release().Status.ShouldBe(ExitStatus.Failed);

        scene.World.Blows.Calls.Where(c => c.StartsWith("undo", StringComparison.Ordinal)).ShouldBe(
            ["undo start-candidate-ping", "undo prepare-ping", "undo tag-release", "undo tag-rollback-point"]);
        scene.World["pushed/release/fake/1.1.0"].ShouldBe("yes");
    }

    [Fact]
    public void Invariant_16_what_somebody_else_changed_meanwhile_is_left()
    {
        var scene = new Scene().Deployed();
        scene.World.BeforeChange = (step, way) =>
        {
            if (step == "push-tag")
            {
                scene.World.SomebodySets("tag/release/fake/1.1.0", "commit");
                scene.World.Put("weight/ping/10.9.9.9:80", "7");
            }
        };
        _ = scene.World.FailingProbes.Add("version-ping");

        scene.Release().Status.ShouldBe(ExitStatus.Failed);

        scene.World["tag/release/fake/1.1.0"].ShouldBe("somebody's commit");
        scene.World["weight/ping/10.9.9.9:80"].ShouldBe("7");
        scene.World["weight/ping/10.0.0.1:80"].ShouldBe("100", "traffic still goes to stable");
        scene.World["weight/ping/10.0.0.2:80"].ShouldBeNull();
    }

    [Fact]
    public void Invariants_7_and_16_a_step_whose_field_is_somebody_elses_is_not_begun()
    {
        var scene = new Scene().Deployed();
        scene.World.SomebodySets("tag/release/fake/1.1.0", "commit");

        scene.Release("1.1.0").Status.ShouldBe(ExitStatus.Failed);

        scene.World["tag/release/fake/1.1.0"].ShouldBe("somebody's commit");
        scene.World.Blows.Calls.ShouldNotContain("apply tag-release");
        JournalRules.Hold(scene);
    }
}
