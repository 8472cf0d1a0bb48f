using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>Whole rollouts on simulated traffic, with a fixed seed.</summary>
public sealed class ManyGates
{
    /// <summary>
    /// 2,000 rollouts as on the local environment (500 requests a second; 10, 50, 100 %) of a candidate with 0.1 % errors
    /// against a limit of 1 %, compared with a stable that has as many: at most 1 % may be failed (gate.md, section 6).
    /// </summary>
    [Fact]
    public void Healthy_candidates_are_let_through()
    {
        var random = new Chance(20260821);
        var (failed, passed) = (0, 0);
        for (var rollout = 0; rollout < 2_000; rollout++)
        {
            var scene = new Scene();
            foreach (var share in new[] { 10, 50, 100 })
            {
                scene.Step(share);
                for (var tick = 0; tick < 60 && scene.Outcome == GateOutcome.Undecided; tick++)
                {
                    var requests = share * 5;
                    scene.Tick(
                        Scene.Counted(requests, random.Binomial(requests, 0.001)),
                        Scene.Counted(500 - requests, random.Binomial(500 - requests, 0.001)));
                }
            }

            failed += scene.Outcome == GateOutcome.Fail ? 1 : 0;
            passed += scene.Outcome == GateOutcome.Pass ? 1 : 0;
        }

        failed.ShouldBeLessThanOrEqualTo(12);
        passed.ShouldBeGreaterThan(1_950);
    }

    /// <summary>1,000 candidates with 20 % errors at 50 requests a second.</summary>
    [Fact]
    public void Twenty_percent_errors_are_found_within_two_ticks()
    {
        var random = new Chance(1);
        for (var rollout = 0; rollout < 1_000; rollout++)
        {
            var scene = new Scene();
            for (var tick = 0; tick < 2; tick++)
            {
                scene.Tick(Scene.Counted(50, random.Binomial(50, 0.2)), Scene.Counted(450, random.Binomial(450, 0.001)));
            }

            scene.Outcome.ShouldBe(GateOutcome.Fail);
        }
    }

    /// <summary>1,000 candidates with log-normal times (median 20 ms, p95 66 ms), 300 ms slower, against p95 at most 250 ms and stable's own; of those that are not slower at most 1 % may fail.</summary>
    [Fact]
    public void Three_hundred_milliseconds_are_found_within_a_tick_and_seldom_without()
    {
        var random = new Chance(2);
        var falseAlarms = 0;
        for (var rollout = 0; rollout < 1_000; rollout++)
        {
            var good = new Scene(null, Scene.P95);
            for (var tick = 0; tick < 20; tick++)
            {
                good.Tick(Times(random, 50, 0), Times(random, 450, 0));
            }

            falseAlarms += good.Outcome == GateOutcome.Fail ? 1 : 0;
            new Scene(null, Scene.P95).Tick(Times(random, 50, 0.3), Times(random, 450, 0)).Outcome.ShouldBe(GateOutcome.Fail);
        }

        falseAlarms.ShouldBeLessThanOrEqualTo(15);
    }

    /// <summary>500 outages that hit both: none may be blamed on the candidate.</summary>
    [Fact]
    public void Outages_of_both_are_blamed_on_nobody()
    {
        var random = new Chance(3);
        for (var rollout = 0; rollout < 500; rollout++)
        {
            var scene = new Scene();
            for (var tick = 0; tick < 60; tick++)
            {
                scene.Tick(Scene.Counted(50, random.Binomial(50, 0.2)), Scene.Counted(450, random.Binomial(450, 0.2)));
            }

            (scene.Outcome, scene.Cause).ShouldBe((GateOutcome.Inconclusive, GateCause.Both));
        }
    }

    private static VariantDelta Times(Chance random, int requests, double slower)
    {
        var times = Enumerable.Range(0, requests).Select(_ => slower + (0.02 * Math.Exp(0.726 * random.Normal()))).ToArray();
        return Scene.Timed(requests, times.Count(t => t > 0.1), times.Count(t => t > 0.25), times.Count(t => t > 0.5));
    }
}
