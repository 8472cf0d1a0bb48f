using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>
/// Invariant 15 where a candidate's share comes, or stays, although its run goes back or was withdrawn: the process that took
/// it away was killed in between, and what another one had called lands after that.
/// </summary>
public class LandingLate
{
    [Theory]
    [InlineData("promote")]
    [InlineData("down")]
    [InlineData("resume")]
    [InlineData("tend")]
    public void Invariant_15_a_share_that_a_killed_rollback_never_took_is_taken_by_whoever_acts_next(string command)
    {
        var scene = KilledGoingBack();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 90, ping-1.1.0-run2 10");
        scene.Time.Pass(scene.Options.OrphanAfter);

        _ = Do(scene, command);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        AndThenItIsTakenBack(scene);
    }

    [Theory]
    [InlineData("promote")]
    [InlineData("down")]
    [InlineData("resume")]
    [InlineData("tend")]
    public void Invariant_15_a_share_that_a_late_call_gives_back_to_a_run_on_its_way_back_is_taken_again(string command)
    {
        var scene = LandedOnTheWayBack();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.Time.Pass(scene.Options.OrphanAfter);

        _ = Do(scene, command);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        AndThenItIsTakenBack(scene);
    }

    [Fact]
    public void Before_that_time_the_run_is_left_to_whoever_may_come_back()
    {
        var scene = KilledGoingBack();
        scene.Release().Status.ShouldBe(ExitStatus.Open);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 90, ping-1.1.0-run2 10");
    }

    [Theory]
    [InlineData("promote")]
    [InlineData("down")]
    [InlineData("tend")]
    public void Invariant_15_a_second_ctrl_c_while_a_call_may_still_land_leaves_no_share_for_ever(string command)
    {
        var scene = KilledWhileWithdrawing();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.Time.Pass(scene.Options.OrphanAfter);

        Do(scene, command).Status.ShouldBe(ExitStatus.Open, "what becomes of the run is that person's matter");

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.State.Open!.GoesBack.ShouldBeFalse();
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Who_goes_on_at_once_waits_for_the_call_and_judges_the_candidate_from_no_share()
    {
        var scene = KilledWhileWithdrawing(until: TimeSpan.Zero);
        var effects = scene.World.Effects.Count;

        scene.Resume().Status.ShouldBe(ExitStatus.Done);

        scene.World.Effects.Skip(effects).Where(e => e.Field == "weight/ping/10.0.0.2:80").Select(e => e.To).ShouldBe(["50", null, "50", "100"]);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Once_it_was_looked_at_nothing_is_recorded_again()
    {
        var scene = KilledWhileWithdrawing();
        scene.Time.Pass(scene.Options.OrphanAfter);
        _ = scene.Tend();
        scene.State.Open!.CandidateMayHaveTraffic.ShouldBeFalse();
        var records = scene.Journal.Records.Count;
        scene.Time.Pass(scene.Options.OrphanAfter);

        scene.Tend().Status.ShouldBe(ExitStatus.Open);

        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Fact]
    public void Invariant_7_a_router_that_does_not_say_leaves_it_to_the_next_one()
    {
        var scene = KilledWhileWithdrawing();
        scene.Time.Pass(scene.Options.OrphanAfter);
        _ = scene.World.Silent.Add("router/ping");
        scene.Tend().Status.ShouldBe(ExitStatus.Open);
        scene.State.Open!.CandidateMayHaveTraffic.ShouldBeTrue();
        scene.World.Silent.Clear();
        scene.Time.Pass(scene.Options.OrphanAfter);

        _ = scene.Tend();

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Invariant_13_it_is_not_taken_to_a_stable_that_died_meanwhile()
    {
        var scene = LandedOnTheWayBack();
        scene.World.Kill("ping-1.0.0-run1");
        _ = scene.World.DoNotBoot.Add("1.0.0");
        scene.Time.Pass(scene.Options.OrphanAfter);

        _ = scene.Release();

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.State.Open!.StuckBecause.ShouldNotBeNull();
    }

    [Fact]
    public void Invariant_6_it_goes_before_the_instance_that_has_it_is_stopped()
    {
        var scene = LandedOnTheWayBack();
        var effects = scene.World.Effects.Count;

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.Effects.Skip(effects).Select(e => e.Field).First(f => f is "weight/ping/10.0.0.2:80" or "process/ping-1.1.0-run2").ShouldBe("weight/ping/10.0.0.2:80");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Status_says_that_nobody_watches_it()
    {
        var scene = LandedOnTheWayBack();

        var status = scene.Status();

        status["unwatched"]!.GetValue<bool>().ShouldBeTrue();
        status["orphan"]!.GetValue<string>().ShouldContain("may still give the candidate traffic");
    }

    [Fact]
    public void Who_takes_over_one_that_undoes_leaves_no_share()
    {
        var scene = new Scene { TakingOverKills = true }.Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("shift-traffic-ping-10", Way.Undo, Blow.Freeze);
        var sick = scene.Process();
        _ = scene.Time.Run(async () =>
        {
            var release = sick.Live(p => p.Release());
            while (scene.State.Open?.GoesBack != true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), scene.Time);
            }

            return await scene.Process().TakeOver(force: true);
        });

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        AndThenItIsTakenBack(scene);
    }

    // It was sick at 10 %, and its process was killed when it was about to take that away.
    private static Scene KilledGoingBack()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("shift-traffic-ping-10", Way.Undo, Blow.KillBefore);
        scene.Killable(p => p.Release()).ShouldBeNull();
        return scene;
    }

    // Killed in the middle of a shift; a rollback took the share away and was killed too; then that shift arrived.
    private static Scene LandedOnTheWayBack()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillLate);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.KillBefore);
        scene.Killable(p => p.Rollback()).ShouldBeNull();
        scene.State.Open!.CandidateHasTraffic.ShouldBeFalse();
        scene.Time.Pass(TimeSpan.FromSeconds(10));
        return scene;
    }

    // Ctrl-C in the middle of a shift, and once more while that call was waited for.
    private static Scene KilledWhileWithdrawing(TimeSpan? until = null)
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.CancelLate);
        var ana = scene.Process(new() { Owner = "ana@laptop", Program = "test" });
        scene.Time.Run(async () =>
        {
            var release = ana.Live(p => p.Release());
            await When(() => scene.State.Open?.Step("shift-traffic-ping-50").Status is StepStatus.Intended);
            ana.Stop.Request(new StopCause.Interrupted(2));
            await When(() => scene.State.Open?.CandidateHasTraffic == false);
            ana.Die();
            return await release;
        }).ShouldBeNull();
        scene.Time.Pass(until ?? TimeSpan.FromSeconds(10));
        return scene;

        async Task When(Func<bool> holds)
        {
            while (!holds())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), scene.Time);
            }
        }
    }

    private static RunResult Do(Scene scene, string command) => command switch
    {
        "promote" => scene.Release(),
        "down" => scene.Down(),
        "resume" => scene.Resume(),
        "tend" => scene.Tend(),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    private static void AndThenItIsTakenBack(Scene scene)
    {
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.State.Open.ShouldBeNull();
        scene.Serves().ShouldBeTrue();
        JournalRules.Hold(scene);
    }
}
