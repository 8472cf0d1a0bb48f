using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>gate.md, section 2.6: a shared outage is nobody's regression.</summary>
public sealed class ASharedOutage
{
    [Fact]
    public void Is_no_fail_and_ends_the_step_inconclusive_for_the_reason_both()
    {
        var scene = new Scene().Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 59);
        (scene.Outcome, scene.Cause).ShouldBe((GateOutcome.Undecided, GateCause.Both));
        scene.Gate.Look().Objectives.Single().Standing.ShouldBe(ObjectiveStanding.Shared);
        scene.Tick(Scene.Counted(50, 10), Scene.Counted(450, 90));
        (scene.Outcome, scene.Cause).ShouldBe((GateOutcome.Inconclusive, GateCause.Both));
        scene.Reason.ShouldContain("candidate and stable both break it, so it is nobody's regression");
    }

    [Fact]
    public void That_held_a_run_does_not_stand_against_it_when_somebody_goes_on()
    {
        var scene = new Scene().Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 60);
        scene.Step(10).Tick(Scene.Counted(600, 0), Scene.Counted(5_400, 0), times: 5).Outcome.ShouldBe(GateOutcome.Pass);
        scene.Step(50).Tick(Scene.Counted(600, 100), Scene.Counted(600, 1), times: 3).Outcome.ShouldBe(GateOutcome.Fail);
    }

    /// <summary>Of two ticks, one in an outage, no dispersion is made: it would divide everything later away.</summary>
    [Fact]
    public void That_began_before_the_candidate_is_seen_all_the_same()
    {
        var gate = Gate.Begin(
            new Release.Configuration.GateOptions { Metrics = new() { Type = "scrape" }, WarmUp = TimeSpan.Zero, Objectives = [Scene.ErrorRate] },
            new GateStart([new Counters(4_500, 4, []), new Counters(450, 150, [])], new Percent(10), Scene.Noon, TimeSpan.FromMinutes(3)));
        for (var tick = 1; tick <= 10; tick++)
        {
            _ = gate.Advance(new GateTick(Scene.Noon.AddSeconds(5 * tick), Scene.Counted(450, 150), Scene.Counted(50, 16)));
        }

        gate.Verdict.Cause.ShouldBe(GateCause.Both);
    }

    [Fact]
    public void With_few_requests_is_not_taken_for_the_candidates() =>
        new Scene().Tick(Scene.Counted(25, 8), Scene.Counted(12, 4)).Outcome.ShouldBe(GateOutcome.Undecided);

    [Fact]
    public void That_stable_recovers_from_and_the_candidate_does_not_is_a_fail() =>
        new Scene().Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 5).Tick(50, 10, times: 5).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void Of_another_objective_does_not_excuse_the_candidate() =>
        new Scene(null, Scene.ErrorRate, Scene.P95)
            .Tick(Scene.Timed(50, 50, 50, 50), Scene.Timed(450, 45, 0, 0) with { Counts = new Counters(450, 90, Scene.Timed(450, 45, 0, 0).Counts.Buckets) })
            .Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_few_errors_of_stable_do_not_excuse_the_candidate() =>
        new Scene().Tick(Scene.Counted(475, 95), Scene.Counted(225, 1), times: 2).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void By_a_plain_criterion_is_nobodys_either() => new Scene(
        o => o with { Criteria = [new() { Id = "burst", Type = Release.Configuration.ObjectiveType.Errors, Max = "5%" }] },
        Scene.ErrorRate with { Max = null }).Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 60).Cause.ShouldBe(GateCause.Both);
}
