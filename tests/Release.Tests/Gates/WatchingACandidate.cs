using Release.Gates;

namespace Release.Tests.Gates;

public sealed class WatchingACandidate
{
    [Fact]
    public void A_good_one_passes_when_every_limit_is_shown_to_be_kept_and_the_shortest_time_is_over()
    {
        var scene = new Scene(null, Scene.ErrorRate, Scene.P95);
        scene.Tick(Scene.Timed(600, 9, 4, 0), Scene.Timed(5400, 81, 36, 0), times: 2).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(Scene.Timed(600, 9, 4, 0), Scene.Timed(5400, 81, 36, 0)).Outcome.ShouldBe(GateOutcome.Pass);
        scene.Reason.ShouldContain("latency-p95: candidate 0.667 % (12 of 1,800) over 250ms, limit 5 %");
    }

    [Fact]
    public void Too_few_requests_do_not_pass_and_it_is_said_how_many_are_needed()
    {
        var scene = new Scene().Tick(30, 0, times: 9);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldMatch("not decided: error-rate: candidate 0 % \\(0 of 270\\).*270 of about [0-9,]+ requests needed");
        scene.Gate.Look().Objectives.Single().Needed.ShouldBeGreaterThan(0);
        scene.Tick(30, 0, times: 10).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void Twenty_percent_errors_fail_at_once_with_the_whole_story()
    {
        var scene = new Scene().Tick(50, 10);
        (scene.Outcome, scene.Cause).ShouldBe((GateOutcome.Fail, GateCause.Objective));
        scene.Reason.ShouldMatch(
            "^error-rate broken: candidate 20 % \\(10 of 50\\) failed, .*stable 0 % \\(0 of 450\\).*evidence .* of the 100 that decide \\(after 1s, 1s of it at 10 %\\)\\.$");
        scene.Gate.Look().Objectives.Single().Standing.ShouldBe(ObjectiveStanding.Broken);
    }

    [Fact]
    public void A_limit_that_is_broken_is_told_with_the_least_that_the_true_share_is()
    {
        var scene = new Scene(null, Scene.ErrorRate with { Compare = false }).Tick(50, 10);
        scene.Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldMatch("limit 1 %.*: its true share is at least [0-9.]+ % \\(95 %\\); evidence");
        scene.Gate.Look().Objectives.Single().Bounds.Low.ShouldBeInRange(0.01, 0.2);
    }

    [Fact]
    public void One_error_among_the_first_requests_is_no_fail() =>
        new Scene().Tick(10, 1).Outcome.ShouldBe(GateOutcome.Undecided);

    [Fact]
    public void Errors_that_keep_the_limit_fail_it_by_comparison()
    {
        var scene = new Scene(null, Scene.ErrorRate with { Max = "50%" });
        for (var tick = 0; tick < 20 && scene.Outcome == GateOutcome.Undecided; tick++)
        {
            scene.Tick(Scene.Counted(50, 3), Scene.Counted(450, 1));
        }

        scene.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Slowness_that_keeps_the_limit_fails_it_by_comparison() =>
        new Scene(null, Scene.P95 with { Max = "500ms" })
            .Tick(Scene.Timed(100, 30, 1, 0), Scene.Timed(900, 90, 9, 0), times: 5).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void Without_a_comparison_it_passes_by_its_limit_alone() =>
        new Scene(null, Scene.P95 with { Max = "500ms", Compare = false })
            .Tick(Scene.Timed(100, 30, 1, 0), Scene.Timed(900, 90, 9, 0), times: 5).Outcome.ShouldBe(GateOutcome.Pass);

    [Fact]
    public void Three_hundred_milliseconds_more_fail_the_latency_objective()
    {
        var scene = new Scene(null, Scene.ErrorRate, Scene.P95).Tick(Scene.Timed(50, 50, 50, 10), Scene.Timed(450, 50, 4, 0));
        scene.Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldStartWith("latency-p95 broken: candidate 100 % (50 of 50) over");
    }

    [Fact]
    public void A_limit_between_two_buckets_is_named()
    {
        var scene = new Scene(null, Scene.P95 with { Max = "300ms" }).Tick(Scene.Timed(50, 50, 50, 10));
        scene.Gate.Look().Objectives.Single().Judged!.ShouldContain("fails by those over 500ms and passes by those over 250ms");
    }

    [Fact]
    public void Slowness_between_two_buckets_neither_fails_nor_passes_a_limit() =>
        new Scene(null, Scene.P95 with { Max = "300ms", Compare = false }).Tick(Scene.Timed(50, 12, 12, 0), times: 60).Outcome.ShouldBe(GateOutcome.Inconclusive);

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
    public void Evidence_of_the_step_before_counts_against_it_and_not_for_it()
    {
        var scene = new Scene(null, Scene.ErrorRate with { Compare = false }).Tick(50, 2);
        var before = scene.Gate.Look().Objectives.Single();
        var after = scene.Step(50).Gate.Look().Objectives.Single();
        (after.Evidence, after.Candidate.Requests).ShouldBe((before.Evidence, 0));
        scene.Tick(50, 6).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void The_warm_ups_errors_are_dropped()
    {
        var scene = new Scene(o => o with { WarmUp = TimeSpan.FromSeconds(2) }).Tick(50, 50, times: 2);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldStartWith("warming up");
        scene.Tick(50, 0).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(50, 10).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void A_step_that_ends_without_enough_requests_is_inconclusive()
    {
        var scene = new Scene().Tick(Scene.Counted(3, 0), Scene.Counted(27, 0), times: 59);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(Scene.Counted(3, 0), Scene.Counted(27, 0));
        (scene.Outcome, scene.Cause).ShouldBe((GateOutcome.Inconclusive, GateCause.Evidence));
        scene.Reason.ShouldContain("180 of about");
        scene.Tick(1000, 0, times: 5).Outcome.ShouldBe(GateOutcome.Inconclusive);
    }

    [Fact]
    public void A_candidate_without_requests_is_no_evidence_and_then_a_wrong_split()
    {
        var scene = new Scene().Tick(0, 0, times: 20);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldContain("error-rate has seen no requests of the candidate");
        scene.Tick(0, 0, times: 40);
        (scene.Outcome, scene.Cause).ShouldBe((GateOutcome.Unavailable, GateCause.Split));
        scene.Reason.ShouldStartWith("split: asked for 10 %, observed 0 %");
    }

    [Fact]
    public void With_all_traffic_stable_is_not_missed_and_nothing_is_compared() =>
        new Scene(o => o with { MaxGap = TimeSpan.FromSeconds(2) }, Scene.ErrorRate, Scene.P95 with { Max = null, Required = true })
            .Step(100).Tick(Scene.Timed(600, 60, 6, 1), VariantDelta.Absent, times: 5).Outcome.ShouldBe(GateOutcome.Pass);

    [Fact]
    public void With_all_traffic_and_no_limit_the_shortest_time_passes_it() =>
        new Scene(null, Scene.ErrorRate with { Max = null }).Step(100).Tick(Scene.Counted(600, 1), VariantDelta.Absent, times: 3).Outcome.ShouldBe(GateOutcome.Pass);

    [Fact]
    public void A_comparison_that_is_required_passes_within_its_margin()
    {
        var scene = new Scene(null, Scene.ErrorRate with { Max = null, Required = true, PassMargin = new() { Ratio = 1, Absolute = new Percent(1) } });
        scene.Tick(Scene.Counted(50, 0), Scene.Counted(450, 1)).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(Scene.Counted(50, 0), Scene.Counted(450, 1), times: 30).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void A_split_that_is_not_what_was_asked_for_is_unavailable_for_that_reason()
    {
        // Too few requests for a pass before the split can be judged; then six in ten where one was asked for.
        var scene = new Scene().Tick(Scene.Counted(6, 0), Scene.Counted(4, 0), times: 50);
        (scene.Outcome, scene.Cause).ShouldBe((GateOutcome.Unavailable, GateCause.Split));
        scene.Reason.ShouldStartWith("split: asked for 10 %, observed 60 %");
    }

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
