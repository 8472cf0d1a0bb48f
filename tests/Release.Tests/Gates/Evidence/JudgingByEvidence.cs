using System.Collections.Immutable;
using Release.Gates;
using Release.Gates.Evidence;

namespace Release.Tests.Gates.Evidence;

public sealed class JudgingByEvidence
{
    [Fact]
    public void A_fail_stays_and_names_the_metric_that_weighs_most()
    {
        var watch = new Watch(Watch.Errors, Watch.Latency).Tick(5, times: 12);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Fail);
        watch.Verdict.Cause.ShouldBe(GateCause.Objective);
        watch.Verdict.Reason.ShouldStartWith("errors broken: candidate 10 % (");
        var (at, state) = (watch.Verdict.At, watch.Known);
        watch.Tick(0, times: 100).Verdict.At.ShouldBe(at);
        watch.Known.ShouldBe(state, "a gate that has failed does not go on");
        watch.Step().Tick(0, times: 100).Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void What_a_step_still_needs_is_counted_from_its_beginning()
    {
        var watch = new Watch(Watch.Limit).Tick(0, times: 40);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Pass);
        watch.Step().Tick(0, times: 2);
        watch.Words.ShouldContain(", 100 of about ");
        watch.Gate.Look().ShouldHaveSingleItem().Needed.ShouldBeInRange(100, 500);
    }

    [Fact]
    public void A_fail_follows_a_pass_too()
    {
        var watch = new Watch(Watch.Errors).Tick(0.5, times: 100);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Pass);
        watch.Tick(5, times: 30).Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void A_slower_candidate_fails_by_its_latency()
    {
        var watch = new Watch(Watch.Errors, Watch.Latency).Tick(Watch.Counted(50, 0, 1.5), Watch.Counted(450, 4), times: 30);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Fail);
        watch.Verdict.Reason.ShouldStartWith("latency broken: candidate ");
        watch.Verdict.Reason.ShouldContain("over 100ms");
    }

    [Fact]
    public void A_pass_is_of_its_step()
    {
        var watch = new Watch(Watch.Errors).Tick(0.5, times: 100).Step();
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Undecided);
        watch.Tick(0.5).Verdict.Outcome.ShouldBe(GateOutcome.Undecided);
        watch.Tick(0.5, times: 100).Verdict.Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void Nobody_fails_for_what_stable_does_too()
    {
        var watch = new Watch(NeverPasses, Watch.Limit, Watch.Errors).Tick(0, 0, times: 20).Tick(10, 90, times: 40);
        (watch.Verdict.Outcome, watch.Verdict.Cause).ShouldBe((GateOutcome.Undecided, GateCause.Both));
        watch.Words.ShouldStartWith("candidate and stable both break it, so it is nobody's regression: slo: candidate ");
    }

    /// <summary>Stable had nearly all requests before the outage and half of them in it, so by all its counts it keeps the limit long.</summary>
    [Fact]
    public void Nobody_fails_for_what_stable_does_too_when_the_split_changed_before()
    {
        var watch = new Watch(NeverPasses, Watch.Limit)
            .Tick(Watch.Counted(5, 0), Watch.Counted(495, 1), times: 120)
            .Tick(Watch.Counted(250, 7), Watch.Counted(250, 7), times: 60);
        watch.Verdict.Cause.ShouldBe(GateCause.Both);
    }

    [Fact]
    public void The_candidate_alone_fails_by_the_limit()
    {
        var watch = new Watch(Watch.Limit).Tick(3, 1, times: 40);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Fail);
        watch.Verdict.Reason.ShouldContain("limit 1 %");
    }

    [Fact]
    public void A_worse_candidate_fails_though_both_break_the_limit()
    {
        var watch = new Watch(Watch.Errors with { Limit = 0.01 }).Tick(20, 20, times: 40);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Without_requests_of_the_candidate_nothing_passes_or_fails()
    {
        var watch = new Watch(Watch.Errors with { Required = true }, Watch.Limit).Tick(Watch.Counted(0, 0), Watch.Counted(500, 5), times: 400);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Unavailable);
        watch.Words.ShouldStartWith("split: asked for 10 %, observed 0 % (0 of ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_side_that_is_not_read_for_a_minute_is_no_verdict_until_it_is_back(bool isCandidate)
    {
        var watch = new Watch(Watch.Errors).Tick(0.5, times: 5);
        var (candidate, stable) = (Watch.Counted(50, 0), Watch.Counted(450, 4));
        watch.Tick(isCandidate ? null : candidate, isCandidate ? stable : null, times: 11).Verdict.Outcome.ShouldBe(GateOutcome.Undecided);
        watch.Tick(isCandidate ? null : candidate, isCandidate ? stable : null).Verdict.Outcome.ShouldBe(GateOutcome.Unavailable);
        watch.Words.ShouldContain(isCandidate ? "no reading of the candidate for 60s" : "no reading of stable for 60s");
        watch.Tick(0.5).Verdict.Outcome.ShouldBe(GateOutcome.Undecided);
    }

    [Theory]
    [InlineData(double.NaN, 50)]
    [InlineData(-1, 50)]
    [InlineData(51, 50)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1e307, 1e308)]
    public void What_is_no_count_is_unavailable_and_never_a_verdict(double errors, double requests)
    {
        foreach (var objective in new[] { Watch.Errors, Watch.Limit })
        {
            var watch = new Watch(objective).Tick(new Counters(requests, errors, []), Watch.Counted(450, 4), times: 50);
            watch.Verdict.Outcome.ShouldBe(GateOutcome.Unavailable, objective.Id);
        }
    }

    [Fact]
    public void A_single_burst_beside_a_flawless_stable_can_be_waited_out()
    {
        new Watch(Watch.Errors with { MinErrorTicks = 3 }).Tick(20, times: 2).Verdict.Outcome.ShouldBe(GateOutcome.Undecided);
        new Watch(Watch.Errors with { MinErrorTicks = 3 }).Tick(20, times: 3).Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Buckets_that_are_too_coarse_cannot_be_measured()
    {
        Counters Coarse(double requests) => new(requests, 0, [new(10, requests), new(double.PositiveInfinity, requests)]);
        var gate = SequentialGate.Begin(new() { Objectives = [Watch.Latency with { Required = true }] }, [Coarse(27_000)], 0.1, Scene.Noon);
        gate.Advance(new(Scene.Noon.AddSeconds(5), 0.1, Coarse(450), Coarse(50))).Outcome.ShouldBe(GateOutcome.Unavailable);
        gate.Describe().ShouldContain("buckets too coarse");
    }

    [Fact]
    public void A_bound_that_is_lost_keeps_its_evidence_and_cannot_pass()
    {
        static Counters Coarser(Counters counters) => counters with { Buckets = [.. counters.Buckets.Where(b => b.Bound != 0.25)] };
        var watch = new Watch(Watch.Latency with { Required = true }).Tick(0.5, times: 5);
        watch.Tick(Coarser(Watch.Counted(50, 0)), Coarser(Watch.Counted(450, 0)), times: 200).Verdict.Outcome.ShouldBe(GateOutcome.Unavailable);
        watch.Words.ShouldContain("lost its bound 250ms");
        watch.Tick(0.5, times: 100).Verdict.Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void A_limit_between_two_bounds_fails_by_the_one_above_and_passes_by_the_one_below()
    {
        var between = Watch.Latency with { Limit = 0.3, Compare = false };

        // 5 % are allowed above 300 ms: 10 % are above 250 ms, 2 % above 500 ms. Neither can be shown.
        var watch = new Watch(between).Tick(0, times: 400);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Undecided);
        new Watch(between with { Limit = 0.5 }).Tick(0, times: 400).Verdict.Outcome.ShouldBe(GateOutcome.Pass);
        new Watch(between with { Limit = 0.25 }).Tick(Watch.Counted(50, 0, 2), Watch.Counted(450, 0, 0), times: 400).Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Theory]
    [InlineData(0, 1, "slo: no requests of the candidate yet")]
    [InlineData(0, 5, "slo: not decided, the candidate's share is between 0 % and ")]
    [InlineData(3, 30, "slo: the candidate's share is at least ")]
    [InlineData(0, 60, "slo: the candidate's share is at most ")]
    public void Each_objective_says_where_it_stands(double errors, int ticks, string expected) =>
        new Watch(Watch.Limit).Tick(Watch.Counted(ticks == 1 ? 0 : 50, errors), Watch.Counted(450, 1), ticks).Gate.Look()[0].Sentence.ShouldStartWith(expected);

    [Fact]
    public void The_warm_ups_counts_are_dropped()
    {
        var watch = new Watch(o => o with { WarmUp = TimeSpan.FromSeconds(60) }, Watch.Errors).Tick(40, times: 12);
        watch.Verdict.Outcome.ShouldBe(GateOutcome.Undecided);
        watch.Tick(40, times: 3).Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    /// <summary>Random rollouts, one looked at in every tick and one not: they agree to the last digit, so a replay does too.</summary>
    [Fact]
    public void Looking_at_it_in_every_tick_changes_nothing()
    {
        var random = new Chance(11);
        for (var rollout = 0; rollout < 12; rollout++)
        {
            TestedObjective[] objectives = [Watch.Errors with { Limit = 0.05, Required = true, PassMargin = new(1, 0.005) }, Watch.Latency with { Limit = 0.3 }, Watch.Limit];
            var (left, watched) = (new Watch(objectives), new Watch(objectives));
            for (var tick = 0; tick < 60; tick++)
            {
                if (random.Next(15) == 0)
                {
                    left.Step();
                    watched.Step();
                }

                var (candidate, stable) = (Any(random, 50), Any(random, 450));
                left.Tick(candidate, stable);
                watched.Tick(candidate, stable).Known.ShouldNotBeEmpty();
            }

            watched.Known.ShouldBe(left.Known);
        }
    }

    private static SequentialOptions NeverPasses(SequentialOptions options) => options with { PassAlpha = 1e-100 };

    private static Counters? Any(Chance random, int requests) => random.Next(8) switch
    {
        0 => null,
        1 => new(0, 0, ImmutableArray<Bucket>.Empty),
        2 => Watch.Counted(requests, 0) with { Buckets = [] },
        _ => Watch.Counted(random.Next(requests / 2, requests * 2), random.Next(0, Math.Max(1, requests / 20)), 0.8 + (0.4 * random.NextDouble())),
    };
}
