using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A hotfix is released while another run is open.</summary>
public sealed class SupersedingACanary
{
    private static readonly ReleaseInputs Hotfix = new() { Owner = "bob@laptop", Program = "test", Version = "1.1.1", Reason = "orders are lost" };

    [Fact]
    public void A_parked_canary_is_withdrawn_and_the_hotfix_is_promoted()
    {
        var scene = new Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);

        scene.Command(p => p.Supersede(), Hotfix).Status.ShouldBe(ExitStatus.Done);

        scene.State.Stable!.Version.ShouldBe("1.1.1");
        scene.State.Run("2")!.Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.State.Run("2")!.Reason.ShouldBe("bob@laptop: superseded: orders are lost");
        scene.State.Run("3")!.Opening.Supersedes.ShouldBe("2");
        scene.Serves().ShouldBeTrue();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_canary_that_another_process_judges_is_withdrawn_by_that_process()
    {
        var scene = new Scene().Deployed();

        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(5), p => p.Supersede()));

        results[0].Status.ShouldBe(ExitStatus.Failed, results[0].LastLine);
        results[1].Status.ShouldBe(ExitStatus.Done, results[1].LastLine);
        scene.State.Run("3")!.Opening.Supersedes.ShouldBe("2");
        scene.State.Run("3")!.Outcome.ShouldBe(RunOutcome.Promoted);
        scene.Serves().ShouldBeTrue();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void An_interrupted_run_is_withdrawn_too()
    {
        var scene = new Scene().Deployed();
        _ = scene.Interrupted(2, () => scene.State.Open?.CandidateHasTraffic == true);

        scene.Command(p => p.Supersede(), Hotfix).Status.ShouldBe(ExitStatus.Done);

        scene.State.Stable!.Version.ShouldBe("1.1.1");
    }

    [Fact]
    public void With_nothing_open_it_is_a_release_as_any_other()
    {
        var scene = new Scene().Deployed();

        scene.Command(p => p.Supersede(), Hotfix).Status.ShouldBe(ExitStatus.Done);

        scene.State.Run("2")!.Opening.Supersedes.ShouldBeNull();
        scene.Lines.ShouldContain("No run of fake is open, so nothing is superseded: a release as any other.");
    }

    [Fact]
    public void What_cannot_be_withdrawn_keeps_the_hotfix_from_beginning()
    {
        var scene = new Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        _ = scene.World.Silent.Add("platform");

        scene.Command(p => p.Supersede(), Hotfix).Status.ShouldBe(ExitStatus.Stuck);

        scene.State.Runs.Count.ShouldBe(2);
    }
}
