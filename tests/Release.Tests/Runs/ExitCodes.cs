using Release.Configuration;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Every exit code by the situation that it stands for.</summary>
public class ExitCodes
{
    [Fact]
    public void Zero_a_release_that_serves() => new Scene().Release().Status.ShouldBe(ExitStatus.Done);

    [Theory]
    [InlineData("peers")]
    [InlineData("smoke")]
    [InlineData("version-ping")]
    public void One_a_check_a_smoke_test_or_a_verification_that_fails_undoes_everything(string probe)
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show(tags: false);
        _ = scene.World.FailingProbes.Add(probe);

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain($"{probe} is fail ({probe} saw what it should not)");
        scene.World.Show(tags: false).ShouldBe(before);
    }

    [Fact]
    public void One_unavailable_is_not_pass()
    {
        var scene = new Scene().Deployed();
        _ = scene.World.BlindProbes.Add("peers");
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("peers is unavailable");
    }

    [Fact]
    public void One_a_candidate_that_does_not_boot()
    {
        var scene = new Scene().Deployed();
        _ = scene.World.DoNotBoot.Add("1.1.0");
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("ping-1.1.0-run2 did not become healthy");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void One_the_first_deployment_that_fails_leaves_nothing()
    {
        var scene = new Scene();
        _ = scene.World.DoNotBoot.Add("1.0.0");
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("fake is empty again");
        scene.World.Show().ShouldBe("");
        scene.World.DoNotBoot.Clear();
        scene.Release().Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void Two_a_version_that_serves_already()
    {
        var scene = new Scene().Promoted();
        var (world, records) = (scene.World.Show(), scene.State.Runs.Count);
        var result = scene.Release("1.1.0");
        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldBe("1.1.0 is what serves in fake now, so there is nothing to release. Name another one: ./build.sh Promote --version 1.2.0 --env fake.");
        scene.World.Show().ShouldBe(world);
        scene.State.Runs.Count.ShouldBe(records);
    }

    [Fact]
    public void Three_errors()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        var before = scene.World.Show();
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("error-rate broken: candidate 20 %");
        scene.World.Show().ShouldBe(before);
        scene.State.Runs[^1].Verdict.ShouldBe("fail");
    }

    [Fact]
    public void Three_latency()
    {
        var scene = new Scene().Deployed();
        _ = scene.World.Traffic.Slow.Add("1.1.0");
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("latency-p95 broken");
    }

    [Fact]
    public void Three_too_little_to_judge_by_policy()
    {
        var scene = new Scene().Deployed();
        scene.World.Traffic.Rate = 100;
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("the gate is inconclusive");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Three_metrics_that_are_away_for_too_long_by_policy()
    {
        var scene = new Scene().Deployed();
        scene.World.BeforeChange = (step, _) =>
        {
            if (step == "shift-traffic-ping-50")
            {
                scene.Time.At(TimeSpan.FromSeconds(1), () => scene.World.Silent.Add("metrics"));
            }
        };
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("the gate is unavailable: no reading of the candidate");
    }

    [Fact]
    public void Three_a_split_that_is_not_what_was_asked_for()
    {
        var scene = new Scene().Deployed();
        scene.World.Traffic.RealShare = 0.4;
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("the split of ping is not what was asked for");
    }

    [Fact]
    public void Three_both_versions_sick_is_nobodys_regression_and_held()
    {
        var scene = new Scene().Deployed().Sick("1.1.0").Sick("1.0.0");
        var result = scene.Release();
        result.Status.ShouldBe(ExitStatus.Parked);
        result.Message.ShouldContain("candidate and stable both break it");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Zero_too_little_to_judge_when_the_policy_is_to_promote_and_the_record_says_so()
    {
        var scene = new Scene().Deployed();
        scene.Options = scene.Options with { Gate = scene.Options.Gate with { OnInconclusive = DeadlinePolicy.Promote } };
        scene.World.Traffic.Rate = 100;
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.Journal.Records.ShouldContain(r => r.Data["reason"] != null && r.Data["reason"]!.GetValue<string>().StartsWith("promoted without evidence: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Four_somebody_else_has_it()
    {
        var scene = new Scene().Deployed();
        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(1), p => p.Release()),
            (TimeSpan.FromSeconds(1), p => p.Resume()),
            (TimeSpan.FromSeconds(1), p => p.Down()),
            (TimeSpan.FromSeconds(1), p => p.Abandon()));
        results.Select(r => r.Status).ShouldBe([ExitStatus.Done, ExitStatus.Held, ExitStatus.Held, ExitStatus.Held, ExitStatus.Held]);
    }

    [Fact]
    public void Five_a_peer_that_does_not_answer()
    {
        var scene = new Scene().Deployed();
        _ = scene.World.Silent.Add("repository");
        scene.Release().Status.ShouldBe(ExitStatus.Open);
    }

    [Fact]
    public void Six_an_undo_that_fails()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("tag-release", Way.Undo, Blow.FailBefore);
        scene.Release().Status.ShouldBe(ExitStatus.Stuck);
    }

    [Fact]
    public void One_a_down_that_fails_starts_again_what_it_had_stopped_and_is_tried_again()
    {
        var scene = new Scene().Promoted();
        scene.World.Blows.Strike("retire-ping-1-1-0-run2", Way.Apply, Blow.FailHalf);
        scene.Down().Status.ShouldBe(ExitStatus.Failed);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue();
        scene.Down().Status.ShouldBe(ExitStatus.Done);
        scene.World.Fields("process/", FakeWorld.Gateway).ShouldBeEmpty();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Seven_a_phase_alone() => new Scene().Deployed().Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);

    [Theory]
    [InlineData(2, ExitStatus.Interrupted)]
    [InlineData(15, ExitStatus.Terminated)]
    public void A_hundred_and_thirty_and_143_by_a_signal_in_any_phase_and_resumable(int signal, ExitStatus status)
    {
        foreach (var phase in Phases.OfARelease.Append(Phases.Bootstrap))
        {
            var scene = phase == Phases.Bootstrap ? new Scene() : new Scene().Deployed();
            var result = scene.Interrupted(signal, () => scene.State.Open?.Phases.Any(p => p.Name == phase) == true);
            if (result.Status is ExitStatus.Done)
            {
                continue; // it was over in the instant it began
            }

            result.Status.ShouldBe(status, phase);
            scene.Resume().Status.ShouldBe(ExitStatus.Done, phase);
            scene.World.Serving().ShouldBe(phase == Phases.Bootstrap ? "ping-1.0.0-run1 100" : "ping-1.1.0-run2 100");
            JournalRules.Hold(scene);
        }
    }

    [Fact]
    public void A_hundred_and_thirty_before_anything_began_changes_nothing()
    {
        var scene = new Scene();
        scene.Command(p =>
        {
            p.Stop.Request(new StopCause.Interrupted(2));
            return p.Release();
        }).Status.ShouldBe(ExitStatus.Interrupted);
        scene.World.Show().ShouldBe("");
        scene.State.Open.ShouldBeNull();
    }
}
