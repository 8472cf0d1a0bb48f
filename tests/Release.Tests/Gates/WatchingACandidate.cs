using Release.Gates;

namespace Release.Tests.Gates;

public sealed class WatchingACandidate
{
    [Fact]
    public void A_good_one_passes_when_every_objective_has_succeeded_and_the_shortest_time_is_over()
    {
        var scene = new Scene(null, Scene.ErrorRate, Scene.P95);
        scene.Tick(Scene.Timed(600, 9, 4, 0), times: 2).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(Scene.Timed(600, 9, 4, 0)).Outcome.ShouldBe(GateOutcome.Pass);
        scene.Reason.ShouldContain("latency-p95 0.667 % (12 of 1,800), at most 5 % of requests over 250ms");
    }

    [Fact]
    public void Too_few_requests_do_not_pass_and_are_named()
    {
        var scene = new Scene().Tick(50, 0, times: 9);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldContain("450 of the 500 candidate requests");
        scene.Tick(50, 0).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void Twenty_percent_errors_fail_at_once_with_the_whole_story()
    {
        var scene = new Scene().Tick(50, 10);
        scene.Outcome.ShouldBe(GateOutcome.Fail);
        scene.State.Verdict.Cause.ShouldBe(GateCause.Objective);
        scene.Reason.ShouldBe(
            "error-rate broken: candidate 20 % (10 of 50), at most 1 % of requests failed; stable 0 % (0 of 450)"
            + " (after 1s, 1s of it at 10 %).");
    }

    [Fact]
    public void Five_errors_in_the_first_ten_requests_are_not_yet_a_fail() =>
        new Scene().Tick(10, 5).Outcome.ShouldBe(GateOutcome.Undecided);

    [Fact]
    public void Three_hundred_milliseconds_more_fail_the_latency_objective()
    {
        var scene = new Scene(null, Scene.ErrorRate, Scene.P95).Tick(Scene.Timed(50, 50, 50, 10), Scene.Timed(450, 50, 4, 0));
        scene.Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldStartWith("latency-p95 broken: candidate 100 % (50 of 50), at most 5 % of requests over 250ms; stable 0.889 % (4 of 450)");
    }

    [Fact]
    public void A_limit_between_two_buckets_is_named_in_the_verdict()
    {
        var scene = new Scene(null, Scene.P95 with { Max = "300ms" }).Tick(Scene.Timed(50, 50, 50, 10));
        scene.Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldContain("fails by those over 500ms and passes by those over 250ms");
    }

    [Fact]
    public void Slowness_between_two_buckets_neither_fails_nor_passes()
    {
        var scene = new Scene(null, Scene.P95 with { Max = "300ms" }).Tick(Scene.Timed(200, 50, 50, 0), times: 60);
        scene.Outcome.ShouldBe(GateOutcome.Inconclusive);
        scene.Reason.ShouldContain("up to 25 % (3,000 of 12,000), at most 5 % of requests over 300ms (300ms lies between two buckets");
    }

    [Fact]
    public void A_fail_stays_whatever_follows()
    {
        var scene = new Scene().Tick(50, 50);
        var reason = scene.Reason;
        scene.Tick(1000, 0, times: 100).Step(50).Tick(1000, 0, times: 100);
        (scene.Outcome, scene.Reason).ShouldBe((GateOutcome.Fail, reason));
    }

    [Fact]
    public void A_pass_stays_for_its_step_only()
    {
        var scene = new Scene().Tick(600, 0, times: 3);
        scene.Outcome.ShouldBe(GateOutcome.Pass);
        scene.Tick(600, 0).Tick(Scene.Unread("gone")).Outcome.ShouldBe(GateOutcome.Pass);
        scene.Step(50).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(600, 0, times: 2).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(600, 0).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void A_fail_follows_a_pass_in_the_same_step() =>
        new Scene().Tick(600, 0, times: 3).Tick(600, 100).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_fail_wins_over_the_pass_of_another_objective_in_the_same_tick() =>
        new Scene(null, Scene.ErrorRate, Scene.P95).Tick(Scene.Timed(600, 0, 0, 0), times: 2)
            .Tick(Scene.Timed(600, 600, 600, 600)).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void Errors_before_a_step_and_errors_after_it_fail_together() =>
        new Scene().Tick(50, 4).Step(50).Tick(50, 2).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_success_that_began_before_the_step_does_not_pass_it()
    {
        var scene = new Scene().Tick(450, 0, times: 1).Step(50).Tick(50, 0, times: 1);
        scene.State.Objectives[0].Successes.ShouldBe(0);
        scene.Tick(500, 0).State.Objectives[0].Successes.ShouldBe(1);
    }

    [Fact]
    public void The_warm_ups_errors_are_dropped()
    {
        var scene = new Scene(o => o with { WarmUp = TimeSpan.FromSeconds(2) }).Tick(50, 50, times: 2);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldStartWith("warming up");
        scene.Tick(50, 5).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(50, 1).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void A_step_that_ends_without_enough_requests_is_inconclusive()
    {
        var scene = new Scene().Tick(5, 0, times: 59);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(5, 0);
        (scene.Outcome, scene.State.Verdict.Cause).ShouldBe((GateOutcome.Inconclusive, GateCause.Evidence));
        scene.Reason.ShouldContain("300 of the 500 candidate requests");
        scene.Tick(1000, 0, times: 5).Outcome.ShouldBe(GateOutcome.Inconclusive);
    }

    [Fact]
    public void A_candidate_without_requests_is_no_evidence_and_not_unavailable()
    {
        var scene = new Scene().Tick(0, 0, times: 60);
        scene.Outcome.ShouldBe(GateOutcome.Inconclusive);
        scene.Reason.ShouldContain("no candidate requests, so no evidence");
        scene.State.UnavailableSince.ShouldBeNull();
    }

    [Fact]
    public void With_all_traffic_stable_is_not_missed() =>
        new Scene(o => o with { MaxGap = TimeSpan.FromSeconds(2) })
            .Step(100).Tick(Scene.Counted(600, 0), VariantDelta.Absent, times: 5).Outcome.ShouldBe(GateOutcome.Pass);

    [Fact]
    public void One_candidate_instance_that_cannot_be_read_keeps_the_rest_from_passing()
    {
        var half = Scene.Counted(600, 0) with { Problems = ["b: connection refused"] };
        var scene = new Scene().Tick(half, times: 10);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldContain("candidate not fully read: b: connection refused");
        scene.Tick(600, 0).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void One_stable_instance_that_cannot_be_read_does_not() =>
        new Scene().Tick(Scene.Counted(600, 0), Scene.Counted(450, 0) with { Problems = ["s: gone"] }, times: 3)
            .Outcome.ShouldBe(GateOutcome.Pass);
}
