using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Invariant 6: the failed step is undone too, then the earlier ones in reverse; traffic goes first and in one call.</summary>
public class GoingBack
{
    [Fact]
    public void Invariant_6_traffic_goes_first_in_one_call_then_the_rest_in_reverse_order()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("push-tag", Way.Apply, Blow.FailBefore);

        scene.Release().Status.ShouldBe(ExitStatus.Failed);

        scene.World.Blows.Calls.Where(c => c.StartsWith("undo", StringComparison.Ordinal)).ShouldBe(
            ["undo shift-traffic-ping-10", "undo push-tag", "undo start-candidate-ping", "undo prepare-ping", "undo tag-release", "undo tag-rollback-point"]);
        scene.World.Effects.Where(e => e.Way is Way.Undo && e.Field.StartsWith("weight/", StringComparison.Ordinal)).Select(e => $"{e.From}->{e.To}")
            .ShouldBe(["100->", "0->100"], "never back through 50 and 10");
    }

    [Fact]
    public void Invariant_6_with_several_services_all_traffic_goes_before_anything_is_stopped()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.World.Traffic.ErrorRates["1.1.0"] = 0.2;

        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);

        scene.World.Blows.Calls.Where(c => c.StartsWith("undo", StringComparison.Ordinal)).Take(4).ShouldBe(
            ["undo shift-traffic-ping-10", "undo shift-traffic-search-10", "undo start-candidate-search", "undo prepare-search"]);
    }

    [Fact]
    public void Invariant_6_after_a_share_that_was_withdrawn_and_given_again_traffic_goes_to_the_split_before_the_run()
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show();
        scene.Release(goal: Phases.MetricsGate).Status.ShouldBe(ExitStatus.Parked);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        _ = scene.Sick("1.1.0");

        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);

        scene.World.Show().ShouldBe(before);
        scene.World.Effects.Where(e => e.Way is Way.Undo && e.Field == "weight/ping/10.0.0.1:80").Select(e => e.To).ShouldAllBe(to => to == "100");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData("shift-traffic-ping-10")]
    [InlineData("shift-traffic-ping-50")]
    [InlineData("shift-traffic-ping-100")]
    public void Invariant_6_a_shift_that_lands_after_traffic_went_back_is_taken_back_again(string step)
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show();
        scene.World.Blows.Strike(step, Way.Apply, Blow.KillLate);
        scene.Killable(p => p.Release()).ShouldBeNull();

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.Lines.ShouldContain($"  {step}: a late call had moved traffic again");
        scene.Time.Pass(TimeSpan.FromSeconds(10));
        scene.World.Show(tags: false).ShouldBe(before);
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData("shift-traffic-ping-10")]
    [InlineData("shift-traffic-ping-50")]
    public void Invariant_6_also_when_the_process_that_would_have_settled_it_dies_before(string step)
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show();
        scene.World.Blows.Strike(step, Way.Apply, Blow.KillLate);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.World.Blows.Strike("tag-rollback-point", Way.Undo, Blow.KillAfter);
        scene.Killable(p => p.Rollback()).ShouldBeNull();

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.Time.Pass(TimeSpan.FromSeconds(10));
        scene.World.Show(tags: false).ShouldBe(before);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_6_whether_a_late_shift_landed_is_not_guessed_when_the_router_does_not_answer()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillLate);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.World.BeforeChange = (step, way) =>
        {
            if (step == "tag-rollback-point" && way is Way.Undo)
            {
                _ = scene.World.Silent.Add("router/ping");
            }
        };

        var result = scene.Rollback();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain("shift-traffic-ping-50: whether a late call moved traffic again is not known");
        scene.World.Silent.Clear();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Invariant_6_a_call_without_a_key_that_is_made_again_has_a_deadline_of_its_own()
    {
        var scene = new Scene();
        scene.World.Blows.Strike("set-up-route-ping", Way.Apply, Blow.KillBefore);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Time.Pass(TimeSpan.FromMinutes(5));
        scene.World.Blows.Strike("set-up-route-ping", Way.Apply, Blow.KillLate);
        scene.Killable(p => p.Resume()).ShouldBeNull();

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.Time.Pass(TimeSpan.FromSeconds(10));
        scene.World.Show().ShouldBe("");
        JournalRules.Hold(scene);
    }
}

/// <summary>Invariant 7: a peer that does not answer stops what needs it; nothing is guessed, and the rest goes on.</summary>
public class PeersThatDoNotAnswer
{
    [Theory]
    [InlineData("repository", "tag-rollback-point")]
    [InlineData("start-candidate-ping", "start-candidate-ping")]
    [InlineData("shift-traffic-ping-10", "shift-traffic-ping-10")]
    [InlineData("shift-traffic-ping-50", "shift-traffic-ping-50")]
    [InlineData("push-tag", "push-tag")]
    public void Invariant_7_an_unknown_before_an_apply_stops_the_run_open_and_resume_completes_it(string silent, string step)
    {
        var scene = new Scene().Deployed();
        _ = scene.World.Silent.Add(silent);

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain(step);
        scene.World.Blows.Calls.ShouldNotContain($"apply {step}");
        scene.Status()["state"]!.GetValue<string>().ShouldBe("interrupted");
        scene.World.Silent.Clear();
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_7_in_a_rollback_the_other_services_go_back_and_the_end_names_what_is_left()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.World.Blows.Strike("shift-traffic-search-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        _ = scene.World.Silent.Add("router/ping");

        var result = scene.Rollback();

        result.Status.ShouldBe(ExitStatus.Stuck);
        result.Message.ShouldContain("shift-traffic-ping-10");
        scene.World.Serving("search").ShouldBe("search-1.0.0-run1 100");
        scene.World.IsAlive("search-1.1.0-run2").ShouldBeFalse();
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue("it has traffic");
        scene.World.Serving("ping").ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.World.Silent.Clear();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving("ping").ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData("router/ping", "set-up-route-ping")]
    [InlineData("start-stable-ping", "start-stable-ping")]
    public void Invariant_7_in_a_rollback_of_a_promoted_run_too(string silent, string step)
    {
        var scene = new Scene("ping", "search").Promoted();
        _ = scene.World.Silent.Add(silent);

        var result = scene.Rollback();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain(step);
        scene.World.Serving("search").ShouldBe("search-1.0.0-run1 100");
        scene.World.IsAlive("search-1.1.0-run2").ShouldBeFalse();
        scene.World.Serving("ping").ShouldBe("ping-1.1.0-run2 100");
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue("it serves");
        scene.State.Stable!.Version.ShouldBe("1.1.0");

        scene.World.Silent.Clear();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving("ping").ShouldBe("ping-1.0.0-run1 100");
        scene.State.Stable!.Version.ShouldBe("1.0.0");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_7_a_platform_that_is_silent_when_traffic_goes_back_is_no_reason_to_keep_it_on_the_candidate()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        _ = scene.World.Silent.Add("platform");

        scene.Rollback().Status.ShouldBe(ExitStatus.Stuck);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.Silent.Clear();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
    }
}

/// <summary>Invariant 8: a failed undo is stuck, with a code of its own and a journaled way out.</summary>
public class AFailedUndo
{
    [Fact]
    public void Invariant_8_it_ends_with_6_and_only_rollback_accept_as_is_and_abandon_go_on()
    {
        var scene = Stuck();

        scene.Release().Message.ShouldContain("is stuck: the undo of start-candidate-ping failed");
        scene.Down().Status.ShouldBe(ExitStatus.Stuck);
        scene.Resume().Status.ShouldBe(ExitStatus.Stuck);
        scene.Status()["run"]!["reason"]!.GetValue<string>().ShouldContain("start-candidate-ping");
    }

    [Fact]
    public void Invariant_8_rollback_tries_again_and_ends_it()
    {
        var scene = Stuck();

        scene.Rollback().Status.ShouldBe(ExitStatus.Stuck, "it fails again");
        scene.World.Blows.Heal();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_8_accepted_as_it_stands_the_rest_is_undone_and_the_journal_says_who_accepted()
    {
        var scene = Stuck();

        var result = scene.Resume(acceptAsIs: true);

        result.Status.ShouldBe(ExitStatus.Failed);
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue("it was accepted as it stands");
        scene.State.Runs[^1].Steps.Single(s => s.Id == "start-candidate-ping").Detail.ShouldBe("accepted as it stands by bob@desk: because");
        scene.World.Blows.Heal();
        scene.World.Traffic.ErrorRates.Clear();
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_8_abandoned_the_split_that_remains_is_stated()
    {
        var scene = Stuck();

        var result = scene.Abandon();

        result.Status.ShouldBe(ExitStatus.Done);
        result.Message.ShouldContain("The split that remains: ping: 10.0.0.1:80 has 100%");
        result.Message.ShouldContain("Left: prepare-ping, start-candidate-ping");
        scene.State.Open.ShouldBeNull();
    }

    private static Scene Stuck()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.FailHalf, always: true);
        scene.Release().Status.ShouldBe(ExitStatus.Stuck);
        return scene;
    }
}
