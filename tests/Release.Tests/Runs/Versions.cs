using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Which version a release gets when nobody says.</summary>
public class Versions
{
    [Fact]
    public void The_next_minor_one_after_the_newest_that_was_ever_promoted()
    {
        var scene = new Scene().Promoted();
        scene.Release("2.3.4").Status.ShouldBe(ExitStatus.Done);
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.Release().Message.ShouldStartWith("2.4.0 serves everything");
    }

    [Fact]
    public void One_that_was_rolled_back_by_its_gate_is_not_skipped()
    {
        var scene = new Scene().Promoted().Sick("1.2.0");
        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        scene.World.Traffic.ErrorRates.Clear();

        scene.Release().Message.ShouldStartWith("1.2.0 serves everything");
    }

    [Fact]
    public void A_version_given_for_an_empty_environment_is_released_beside_the_first_one()
    {
        var scene = new Scene();
        scene.Release("4.0.0").Message.ShouldStartWith("4.0.0 serves everything");
        scene.State.Previous!.Version.ShouldBe("1.0.0");
    }

    [Fact]
    public void The_first_version_by_name_is_deployed_and_that_is_all()
    {
        var scene = new Scene();
        scene.Release("1.0.0").Message.ShouldBe("1.0.0 serves in fake: it was the first deployment.");
        scene.State.Runs.Count.ShouldBe(1);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.Rollback().Message.ShouldContain("nothing to roll back");
    }

    [Fact]
    public void Faults_are_the_candidates_and_never_the_first_deployments()
    {
        var scene = new Scene();
        scene.Release("1.1.0", Phases.Handover, "latency=+1ms").Status.ShouldBe(ExitStatus.Done);
        scene.State.Runs[0].Opening.Target.Instances[0].Faults.ShouldBeEmpty();
        scene.State.Runs[1].Opening.Target.Instances[0].Faults.ShouldBe(["latency=+1ms"]);
    }

    [Fact]
    public void A_version_may_be_released_again_after_it_was_taken_back()
    {
        var scene = new Scene().Promoted();
        _ = scene.Rollback();
        scene.World.Put("tag/release/fake/1.1.0", "c0ffee");
        scene.Release("1.1.0").Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run4 100");
        JournalRules.Hold(scene);
    }
}

/// <summary>A version that was replaced is kept for a while, and then stopped by whoever comes next.</summary>
public class KeepingTheOldVersion
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    [Fact]
    public void It_is_kept_until_its_time_and_a_rollback_needs_no_start()
    {
        var scene = new Scene().Promoted();
        scene.Time.Pass(Kept / 2);
        var calls = scene.World.Blows.Calls.Count;

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.Blows.Calls.Skip(calls).ShouldBe(["apply return-traffic-ping", "apply retire-ping"]);
    }

    [Fact]
    public void When_it_is_due_the_next_release_stops_it_and_says_so()
    {
        var scene = new Scene().Promoted();
        scene.Time.Pass(Kept + TimeSpan.FromMinutes(1));
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeTrue("nobody was there to stop it");

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.Lines.ShouldContain(l => l.StartsWith("Due since 2026-03-04 05:16:", StringComparison.Ordinal) && l.EndsWith("Z: retiring ping 1.0.0 of run 2", StringComparison.Ordinal));
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue();
        scene.State.Due.Select(d => d.Instance.Id).ShouldBe(["ping-1.1.0-run2"]);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_rollback_after_that_starts_it_again_first()
    {
        var scene = new Scene().Promoted();
        scene.World.Kill("ping-1.0.0-run1");
        var calls = scene.World.Blows.Calls.Count;

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.Blows.Calls.Skip(calls).ShouldBe(["apply start-stable-ping", "apply return-traffic-ping", "apply retire-ping"]);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void The_one_before_the_last_is_stopped_when_the_next_is_promoted()
    {
        var scene = new Scene().Promoted();

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.World.Fields("process/").ShouldBe(["process/ping-1.1.0-run2", "process/ping-1.2.0-run3"]);
        scene.Status()["due"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void One_that_cannot_be_stopped_hinders_nobody_and_is_tried_again()
    {
        var scene = new Scene().Promoted();
        scene.Time.Pass(Kept * 2);
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.FailHalf);

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.Lines.ShouldContain(l => l.StartsWith("!   it could not be retired", StringComparison.Ordinal));
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse("superseded, it was tried again");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void One_that_serves_again_and_is_replaced_again_is_kept_its_full_time()
    {
        var scene = new Scene().Promoted();
        _ = scene.Rollback();
        scene.Status()["due"]!.AsArray().ShouldBeEmpty();
        scene.Time.Pass(TimeSpan.FromMinutes(5));
        scene.Release().Status.ShouldBe(ExitStatus.Done);

        var due = scene.State.Due.ShouldHaveSingleItem();

        due.Instance.Id.ShouldBe("ping-1.0.0-run1");
        (due.At - scene.State.Runs[^1].FinishedAt!.Value).ShouldBe(Kept);
    }

    [Fact]
    public void Down_stops_what_is_kept_too_and_nothing_is_due_afterwards()
    {
        var scene = new Scene().Promoted().Downed();
        scene.World.Fields("process/").ShouldBeEmpty();
        scene.Release("1.2.0").Status.ShouldBe(ExitStatus.Done);
        scene.State.Due.Select(d => d.Instance.Id).ShouldBe(["ping-1.1.0-run2"]);
    }
}

/// <summary>Looking at what a release would do.</summary>
public class Previewing
{
    [Fact]
    public void It_changes_nothing_and_has_the_hash_of_the_run_that_is_then_opened()
    {
        var scene = new Scene().Promoted();
        var (world, records, calls) = (scene.World.Show(), scene.Journal.Records.Count, scene.World.Blows.Calls.Count);

        var preview = scene.Preview();

        scene.World.Show().ShouldBe(world);
        scene.Journal.Records.Count.ShouldBe(records);
        scene.World.Blows.Calls.Count.ShouldBe(calls);
        preview["version"]!.GetValue<string>().ShouldBe("1.2.0");
        _ = scene.Release();
        scene.State.Runs[^1].Opening.PlanHash.ShouldBe(preview["planHash"]!.GetValue<string>());
        preview["steps"]!.AsArray().Select(s => s!["step"]!.GetValue<string>()).ShouldBe(scene.State.Runs[^1].Steps.Select(s => s.Id));
    }

    [Fact]
    public void Of_an_empty_environment_it_shows_the_first_deployment()
    {
        var scene = new Scene();
        var preview = scene.Preview();
        preview["note"]!.GetValue<string>().ShouldContain("nothing is deployed yet");
        _ = scene.Release();
        scene.State.Runs[0].Opening.PlanHash.ShouldBe(preview["planHash"]!.GetValue<string>());
    }

    [Fact]
    public void Of_a_parked_run_it_shows_that_run()
    {
        var scene = new Scene().Deployed();
        _ = scene.Release(goal: Phases.Canary);
        scene.Preview()["planHash"]!.GetValue<string>().ShouldBe(scene.State.Open!.Opening.PlanHash);
    }

    [Fact]
    public void PreChecks_alone_opens_no_run_and_takes_no_lease()
    {
        var scene = new Scene().Deployed();
        var records = scene.Journal.Records.Count;
        scene.Release(goal: Phases.PreChecks).Status.ShouldBe(ExitStatus.Done);
        _ = scene.World.FailingProbes.Add("peers");
        scene.Release(goal: Phases.PreChecks).Status.ShouldBe(ExitStatus.Failed);
        scene.Journal.Records.Count.ShouldBe(records);
    }
}
