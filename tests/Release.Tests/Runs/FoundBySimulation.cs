using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>What a closed run left behind, and what comes after it.</summary>
public class AfterAnAbandonedRun
{
    [Fact]
    public void What_a_first_deployment_left_serves_until_the_next_one_does_and_is_then_stopped()
    {
        var scene = new Scene();
        scene.World.Blows.Strike("shift-traffic-ping-100", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.World.Fields("process/").ShouldBe(["process/ping-1.0.0-run2", "process/ping-1.1.0-run3"]);
        scene.World.Effects.SkipWhile(e => e.Field != "weight/ping/10.0.0.2:80").ShouldContain(e => e.Step == "retire-ping-1-0-0-run1", "not before another one serves");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void The_share_that_a_rollback_had_given_back_is_taken_away_and_what_it_was_kept_for_stays()
    {
        var scene = new Scene("ping", "search").Promoted();
        scene.World.Blows.Strike("return-traffic-ping", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Rollback()).ShouldBeNull();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving("ping").ShouldBe("ping-1.2.0-run4 100");
        scene.World.Serving("search").ShouldBe("search-1.2.0-run4 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void What_is_due_to_be_stopped_is_not_stopped_while_it_serves()
    {
        var scene = new Scene().Promoted();
        scene.World.Blows.Strike("retire-ping", Way.Apply, Blow.FailAfter);
        scene.Rollback().Status.ShouldBe(ExitStatus.Stuck);
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.Time.Pass(TimeSpan.FromMinutes(20));

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.World.Effects.TakeWhile(e => e.Step != "retire-ping-1-0-0-run1").Last(e => e.Field == "weight/ping/10.0.0.1:80").To.ShouldBe("0");
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void What_is_overdue_is_not_stopped_by_the_command_that_abandons_while_it_serves()
    {
        var scene = new Scene().Promoted();
        scene.Time.Pass(TimeSpan.FromMinutes(20));
        scene.World.Blows.Strike("retire-ping", Way.Apply, Blow.KillHalf);
        scene.Killable(p => p.Rollback()).ShouldBeNull();

        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue();
    }

    [Fact]
    public void Nothing_of_it_lands_after_it_was_closed()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("start-candidate-ping", Way.Apply, Blow.KillLate);
        scene.Killable(p => p.Release()).ShouldBeNull();

        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue();
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.World.Fields("process/").ShouldBe(["process/ping-1.0.0-run1", "process/ping-1.1.0-run3"]);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_share_that_cannot_be_taken_away_keeps_the_next_release_from_beginning()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);
        scene.World.Blows.Strike("withdraw-ping", Way.Apply, Blow.FailBefore);

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("What run 2 left in fake still has traffic");
        scene.State.Open.ShouldBeNull();
        scene.Release().Status.ShouldBe(ExitStatus.Done, "it may be tried again");
        scene.World.Serving().ShouldBe("ping-1.1.0-run3 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_13_a_share_does_not_go_to_a_stable_that_is_sick()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.World.Put("health/ping-1.0.0-run1", null);
        _ = scene.World.DoNotBoot.Add("1.0.0");
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        scene.Release().Status.ShouldBe(ExitStatus.Failed);

        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.World.DoNotBoot.Clear();
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run5 100");
    }
}

/// <summary>A person may accept what stands, but not so that what follows takes the service down.</summary>
public class AcceptingAsItStands
{
    [Fact]
    public void A_share_that_cannot_be_taken_back_is_not_accepted_because_its_instance_would_be_stopped_next()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("shift-traffic-ping-10", Way.Undo, Blow.FailBefore, always: true);
        scene.Release().Status.ShouldBe(ExitStatus.Stuck);

        var result = scene.Resume(acceptAsIs: true);

        result.Status.ShouldBe(ExitStatus.Stuck);
        result.Message.ShouldContain("shift-traffic-ping-10 cannot be accepted as it stands");
        result.LastLine.ShouldContain("Abandon");
        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue("it has traffic");
        scene.World.Blows.Heal();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Nor_is_a_stable_that_does_not_start_before_traffic_goes_back_to_it()
    {
        var scene = new Scene().Promoted();
        scene.World.Kill("ping-1.0.0-run1");
        _ = scene.World.DoNotBoot.Add("1.0.0");
        scene.Rollback().Status.ShouldBe(ExitStatus.Stuck);

        scene.Resume(acceptAsIs: true).Status.ShouldBe(ExitStatus.Stuck);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue();
    }

    [Fact]
    public void What_was_accepted_and_runs_on_is_stopped_by_the_next_release()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.FailBefore);
        scene.Release().Status.ShouldBe(ExitStatus.Stuck);
        scene.Resume(acceptAsIs: true).Status.ShouldBe(ExitStatus.Failed);
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue();

        scene.Release("1.2.0").Status.ShouldBe(ExitStatus.Done);

        scene.World.Fields("process/").ShouldBe(["process/ping-1.0.0-run1", "process/ping-1.2.0-run3"]);
        JournalRules.Hold(scene);
    }
}

/// <summary>Calls and instances whose process went away.</summary>
public class WhatADeadProcessLeft
{
    [Fact]
    public void Invariant_6_an_undo_that_lands_late_is_waited_for_before_the_run_is_closed()
    {
        var scene = new Scene().Promoted().Sick("1.2.0");
        scene.World.Blows.Strike("shift-traffic-ping-10", Way.Undo, Blow.KillLate);
        scene.Killable(p => p.Release()).ShouldBeNull();

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.Time.Pass(TimeSpan.FromSeconds(10));

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_13_a_candidate_that_died_while_nobody_watched_gets_no_traffic()
    {
        var scene = new Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        scene.World.Kill("ping-1.1.0-run2");
        var effects = scene.World.Effects.Count;

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("ping 1.1.0 does not run any more, so it gets no traffic");
        scene.World.Effects.Skip(effects).ShouldNotContain(e => e.Field == "weight/ping/10.0.0.2:80");
    }

    [Fact]
    public void Invariant_13_a_rollback_that_goes_on_starts_again_what_died_meanwhile()
    {
        var scene = new Scene().Promoted();
        scene.World.Blows.Strike("return-traffic-ping", Way.Apply, Blow.KillBefore);
        scene.Killable(p => p.Rollback()).ShouldBeNull();
        scene.World.Restart();
        scene.World.Put("process/ping-1.1.0-run2", scene.World.AddressOf("ping-1.1.0-run2"));
        scene.World.Put("health/ping-1.1.0-run2", "200");

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World[FakeWorld.Gateway].ShouldBe("alive");
        scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void An_environment_that_could_not_be_started_again_is_not_said_to_serve()
    {
        var scene = new Scene().Deployed().Downed();
        _ = scene.World.DoNotBoot.Add("1.0.0");

        scene.Release().Message.ShouldStartWith("Rolled back 1.0.0: fake is not running, as before;");
    }
}
