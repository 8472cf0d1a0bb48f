using Release.Gates.Evidence;
using Release.Gates.Power;

namespace Release.Tests.Gates.Power;

/// <summary>What is known before any traffic moves.</summary>
public sealed class ForecastingARollout
{
    private static readonly ForecastObjective Limited = new()
    {
        Id = "error-rate",
        Compared = [new("errors", 0.001)],
        Limit = 0.01,
        AtLimit = new("errors", 0.001),
    };

    private static readonly ForecastObjective Compared = new()
    {
        Id = "errors",
        Compared = [new("errors", 0.01)],
        PassedBy = [new("errors", 0.01)],
        IsRequired = true,
    };

    [Fact]
    public void Counts_the_requests_of_every_step()
    {
        var forecast = Of(Rollout(100, Limited) with { WarmUp = TimeSpan.FromSeconds(60) });
        forecast.Steps.Select(s => (s.CandidateRequests, s.BaselineRequests, s.LeastCandidateRequests)).ShouldBe(
            [(17_400, 156_600, 600), (90_000, 90_000, 6_000), (180_000, 0, 12_000)]);
    }

    [Fact]
    public void Lets_a_busy_service_pass_and_finds_what_it_should()
    {
        var forecast = Of(Rollout(100, Limited));
        forecast.Problems.ShouldBeEmpty();
        forecast.Warnings.ShouldBeEmpty();
        forecast.Steps.SelectMany(s => s.Passes).ShouldAllBe(p => p.Reach == Reach.Likely);
        forecast.Detections.Select(d => (d.Question.IsLimit, d.IsEnough)).ShouldBe([(false, true), (true, true)]);
    }

    /// <summary>At one request a second a step of a minute sees six of the candidate; no number of successes among six shows 1 %.</summary>
    [Fact]
    public void A_gate_that_could_never_decide_is_named_with_what_to_change()
    {
        var forecast = Of(Rollout(1, Limited) with { Steps = [Step(0.1, 30, 60), Step(1, 30, 60)] });
        forecast.Steps[0].Passes.ShouldHaveSingleItem().Reach.ShouldBe(Reach.Never);
        forecast.Problems[0].ShouldStartWith("error-rate at 10 % (errors): needs about 459 candidate requests to pass and sees 6 in 1 min.");
        forecast.Problems[0].ShouldContain("set gate.stepDuration.max to ");
        forecast.Problems[0].ShouldContain("send more requests");
    }

    /// <summary>What is advised is enough.</summary>
    [Fact]
    public void The_advice_helps()
    {
        var rollout = Rollout(20, Limited) with { Steps = [Step(0.1, 30, 120)] };
        var problem = Of(rollout).Problems.ShouldHaveSingleItem();
        problem.ShouldContain("set gate.stepDuration.max to 10m, or give the candidate 47 %, or send more requests.");
        Of(rollout with { Steps = [Step(0.1, 30, 600)] }).Steps[0].Passes[0].Reach.ShouldBe(Reach.Likely);
        Of(rollout with { Steps = [Step(0.47, 30, 120)] }).Steps[0].Passes[0].Reach.ShouldBe(Reach.Likely);
    }

    [Fact]
    public void A_stable_that_breaks_the_limit_is_no_candidates_fault()
    {
        var forecast = Of(Rollout(100, Limited with { AtLimit = new("errors", 0.013) }));
        forecast.Problems[0].ShouldBe(
            "error-rate: stable itself has 1.3 % errors where 1.0 % is allowed, so a candidate that is as good cannot pass. "
            + "Raise the limit, or leave it out, so that the candidate is compared with stable.");
    }

    [Fact]
    public void That_there_are_none_at_all_cannot_be_shown() =>
        Of(Rollout(100, Limited with { Limit = 0 })).Problems[0].ShouldBe(
            "error-rate: no number of requests can show that there are no errors at all. Allow a small share.");

    [Fact]
    public void A_required_comparison_is_needed_until_there_is_nothing_to_compare_with()
    {
        var forecast = Of(Rollout(100, Compared));
        forecast.Steps.Select(s => s.Passes.Length).ShouldBe([1, 1, 0]);
        forecast.Problems.ShouldBeEmpty();
        Of(Rollout(100, Compared with { IsRequired = false })).Steps.ShouldAllBe(s => s.Passes.IsEmpty);
    }

    /// <summary>With r = 2 a comparison decides practically never at 0.01 % (gate.md, 2.7).</summary>
    [Fact]
    public void A_rare_error_cannot_be_shown_to_be_within_a_ratio()
    {
        var forecast = Of(Rollout(100, Compared with { Compared = [new("errors", 0.0001)], PassedBy = [new("errors", 0.0001)] }));
        forecast.Problems[0].ShouldStartWith("errors at 10 % (errors): needs about ");
        forecast.Problems[0].ShouldEndWith("or set \"required\": false.");
        Of(Rollout(100, Compared with { PassedBy = [new("errors", 0)] })).Problems[0].ShouldContain("stable has had no errors at all");
    }

    [Fact]
    public void The_slowest_bound_of_a_latency_decides()
    {
        var latency = new ForecastObjective
        {
            Id = "latency",
            Compared = [new("requests over 100ms", 0.4), new("requests over 250ms", 0.1), new("requests over 500ms", 0.03)],
            PassedBy = [new("requests over 250ms", 0.1), new("requests over 500ms", 0.03)],
            Margin = Margin.Latency,
            IsRequired = true,
        };
        var forecast = Of(Rollout(100, latency));
        forecast.Steps[0].Passes.ShouldHaveSingleItem().Events.ShouldBe("requests over 500ms");
        forecast.Detections.ShouldHaveSingleItem().Question.Id.ShouldBe("latency, requests over 100ms");
    }

    [Fact]
    public void Without_requests_nothing_can_be_decided()
    {
        var forecast = Of(Rollout(0, Limited));
        forecast.Problems.ShouldHaveSingleItem().ShouldStartWith("There are no requests");
        forecast.Steps.ShouldAllBe(s => s.CandidateRequests == 0);
    }

    [Fact]
    public void A_pass_that_one_in_ten_misses_is_a_warning()
    {
        var forecast = Of(Rollout(20, Limited) with { Steps = [Step(0.1, 30, 400)] });
        forecast.Problems.ShouldBeEmpty();
        forecast.Warnings[0].ShouldStartWith("error-rate at 10 %: one good candidate in ten or more does not pass within 7 min");
    }

    /// <summary>The more tests share the budget of false alarms, the longer each takes.</summary>
    [Fact]
    public void The_budget_is_spread_over_tests_and_services()
    {
        var alone = Of(Rollout(100, Compared)).Detections[0].Median;
        Of(Rollout(100, Compared, Limited)).Detections[0].Median.ShouldBeGreaterThan(alone);
        Of(Rollout(100, Compared) with { Services = 3 }).Detections[0].Median.ShouldBeGreaterThan(alone);
    }

    [Fact]
    public void A_step_of_days_is_no_advice() =>
        Of(Rollout(0.01, Limited)).Problems.ShouldAllBe(p => !p.Contains("gate.stepDuration.max", StringComparison.Ordinal));

    /// <summary>Invariant: whatever was observed, there is a forecast, and it reads as numbers. 1,000 rollouts.</summary>
    [Fact]
    public void Any_rollout_has_a_forecast_that_can_be_read()
    {
        var chance = new Chance(11);
        for (var i = 0; i < 1000; i++)
        {
            double[] shares = [.. Enumerable.Range(0, 3).Select(_ => Math.Clamp((chance.NextDouble() * 1.2) - 0.1, 0, 1) * (chance.Next(4) == 0 ? 0.001 : 1))];
            var dispersion = 1 + (chance.Next(3) * 2);
            var forecast = Of(new RolloutForecast
            {
                RequestsPerSecond = chance.Next(10) == 0 ? 0 : Math.Exp((chance.NextDouble() * 20) - 5),
                Steps = [.. shares.Select(s => Step(s, chance.Next(0, 60), chance.Next(60, 3600)))],
                WarmUp = TimeSpan.FromSeconds(chance.Next(0, 400)),
                Objectives =
                [
                    new ForecastObjective
                    {
                        Id = "errors",
                        Compared = [new("errors", shares[0], dispersion)],
                        PassedBy = [new("errors", shares[0], dispersion)],
                        Margin = chance.Next(2) == 0 ? Margin.Errors : new Margin(1, 0.005),
                        IsRequired = true,
                        Limit = shares[1],
                        AtLimit = new("errors", shares[2], dispersion),
                    },
                ],
            });
            var sentences = string.Join('\n', [.. forecast.Problems, .. forecast.Warnings, .. forecast.Detections.Select(d => d.Sentence)]);
            sentences.ShouldNotContain("NaN");
            sentences.ShouldNotContain("Infinity");
            forecast.Steps.SelectMany(s => s.Passes).ShouldAllBe(p => !double.IsNaN(p.Median) && !double.IsNaN(p.Best));
        }
    }

    private static GateForecast Of(RolloutForecast rollout) => GateForecast.Of(rollout);

    private static ForecastStep Step(double share, int min, int max) => new(share, TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max));

    private static RolloutForecast Rollout(double rate, params ForecastObjective[] objectives) => new()
    {
        RequestsPerSecond = rate,
        Steps = [Step(0.1, 120, 1800), Step(0.5, 120, 1800), Step(1, 120, 1800)],
        Objectives = [.. objectives],
    };
}
