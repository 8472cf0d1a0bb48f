using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>gate.md, section 2.6: a shared outage is nobody's regression.</summary>
public sealed class ASharedOutage
{
    [Fact]
    public void Is_no_fail_and_ends_the_step_inconclusive_for_the_reason_both()
    {
        var scene = new Scene().Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 59);
        (scene.Outcome, scene.State.Verdict.Cause).ShouldBe((GateOutcome.Undecided, GateCause.Both));
        scene.Tick(Scene.Counted(50, 10), Scene.Counted(450, 90));
        (scene.Outcome, scene.State.Verdict.Cause).ShouldBe((GateOutcome.Inconclusive, GateCause.Both));
        scene.Reason.ShouldContain("error-rate: candidate and stable both break it");
    }

    [Fact]
    public void That_ends_in_time_lets_the_candidate_pass() =>
        new Scene().Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 5).Tick(500, 0).Outcome.ShouldBe(GateOutcome.Pass);

    [Fact]
    public void That_stable_recovers_from_and_the_candidate_does_not_is_a_fail() =>
        new Scene().Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 5).Tick(50, 10).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void Of_another_objective_does_not_excuse_the_candidate() =>
        new Scene(null, Scene.ErrorRate, Scene.P95)
            .Tick(Scene.Timed(50, 50, 50, 50), Scene.Timed(450, 0, 0, 0) with { Counts = new Counters(450, 90, Scene.Timed(450, 0, 0, 0).Counts.Buckets) })
            .Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_few_errors_of_stable_do_not_excuse_the_candidate() =>
        new Scene().Tick(Scene.Counted(475, 95), Scene.Counted(25, 1)).Outcome.ShouldBe(GateOutcome.Fail);
}
