using Release.Gates;

namespace Release.Tests.Gates;

public sealed class ReadingNothing
{
    private static readonly VariantDelta Dead = Scene.Unread("a: connection refused");

    [Fact]
    public void For_longer_than_the_gap_is_unavailable_since_the_last_reading()
    {
        var scene = Short().Tick(50, 0).Tick(Dead, times: 4);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(Dead);
        (scene.Outcome, scene.Gate.UnavailableSince).ShouldBe((GateOutcome.Unavailable, Scene.Noon.AddSeconds(1)));
        scene.Reason.ShouldStartWith("no reading of the candidate since 12:00:01 UTC");
    }

    [Fact]
    public void Of_stable_is_unavailable_too() =>
        Short().Tick(Scene.Counted(50, 0), Dead, times: 5).Reason.ShouldStartWith("no reading of stable");

    [Fact]
    public void Ends_when_readings_are_back_and_keeps_what_was_counted()
    {
        var scene = Short().Tick(50, 2).Tick(Dead, times: 6).Tick(10, 0);
        (scene.Outcome, scene.Gate.UnavailableSince).ShouldBe((GateOutcome.Undecided, null));
        scene.Tick(10, 4).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void For_very_long_lets_the_policy_act()
    {
        var scene = Short().Tick(Dead, times: 19);
        scene.IsUnavailableTooLong.ShouldBeFalse();
        scene.Tick(Dead).IsUnavailableTooLong.ShouldBeTrue();
    }

    [Fact]
    public void Past_the_steps_end_is_still_unavailable_and_not_inconclusive() =>
        Short().Tick(Dead, times: 70).Outcome.ShouldBe(GateOutcome.Unavailable);

    [Fact]
    public void Buckets_that_are_too_coarse_are_unavailable_at_once()
    {
        var scene = new Scene(null, Scene.P95 with { Max = "900ms" }).Tick(Scene.Timed(10, 0, 0, 0), times: 2);
        (scene.Outcome, scene.Gate.UnavailableSince).ShouldBe((GateOutcome.Unavailable, Scene.Noon.AddSeconds(1)));
        scene.Reason.ShouldContain("buckets too coarse");
    }

    [Fact]
    public void A_missing_histogram_is_unavailable_and_the_errors_still_fail()
    {
        var scene = new Scene(null, Scene.ErrorRate, Scene.P95).Tick(50, 0);
        scene.Reason.ShouldStartWith("latency-p95 cannot be measured: requests were counted, but no histogram");
        scene.Tick(50, 10).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Counters_that_fall_without_a_restart_are_unavailable_and_may_still_fail()
    {
        var fell = Scene.Counted(50, 0) with { Doubt = "a: its counters fell" };
        var scene = Short().Tick(50, 0).Tick(fell, times: 90);
        (scene.Outcome, scene.Gate.UnavailableSince).ShouldBe((GateOutcome.Unavailable, Scene.Noon.AddSeconds(2)));
        scene.Reason.ShouldStartWith("the candidate's counters are no measurement: a: its counters fell");
        scene.IsUnavailableTooLong.ShouldBeTrue();
        scene.Tick(Scene.Counted(50, 40) with { Doubt = "a: its counters fell" }).Outcome.ShouldBe(GateOutcome.Fail);
    }

    private static Scene Short() =>
        new(o => o with { MaxGap = TimeSpan.FromSeconds(5), MaxUnavailable = TimeSpan.FromSeconds(20) });
}
