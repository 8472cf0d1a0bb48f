using Release.Gates;

namespace Release.Tests.Gates;

public sealed class AMeasurement
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly Objective OnePercent = Objective.From(Scene.ErrorRate, Tick);

    [Theory]
    [InlineData(10, 5, MeasurementResult.Open)]
    [InlineData(10, 6, MeasurementResult.Failure)]
    [InlineData(499, 0, MeasurementResult.Open)]
    [InlineData(500, 5, MeasurementResult.Success)]
    [InlineData(500, 6, MeasurementResult.Failure)]
    [InlineData(2900, 29, MeasurementResult.Success)]
    [InlineData(2900, 30, MeasurementResult.Failure)]
    [InlineData(0, 0, MeasurementResult.Open)]
    public void Fails_once_that_is_certain_and_succeeds_with_enough_requests(double requests, double errors, MeasurementResult expected) =>
        Measure(requests, errors).Judge(OnePercent, Scene.Noon + Tick).ShouldBe(expected);

    [Fact]
    public void Exactly_at_the_limit_is_kept_whatever_the_rounding() =>
        Measure(100, 29).Judge(Objective.From(Scene.ErrorRate with { Max = "29%" }, Tick), Scene.Noon + Tick).ShouldBe(MeasurementResult.Success);

    [Fact]
    public void Succeeds_only_when_its_interval_is_over_but_fails_at_once()
    {
        var minute = Objective.From(Scene.ErrorRate with { Interval = TimeSpan.FromMinutes(1) }, Tick);
        Measure(1000, 0).Judge(minute, Scene.Noon.AddSeconds(59)).ShouldBe(MeasurementResult.Open);
        Measure(1000, 0).Judge(minute, Scene.Noon.AddSeconds(60)).ShouldBe(MeasurementResult.Success);
        Measure(1000, 11).Judge(minute, Scene.Noon.AddSeconds(1)).ShouldBe(MeasurementResult.Failure);
    }

    [Fact]
    public void A_tick_that_comes_a_little_early_is_long_enough() =>
        Measure(500, 0).Judge(OnePercent, Scene.Noon.AddMilliseconds(980)).ShouldBe(MeasurementResult.Success);

    [Fact]
    public void Is_nobodys_regression_when_stable_breaks_it_too() =>
        (Measure(50, 10) with { Stable = new EventCounts(450, 90, 90) })
            .Judge(OnePercent, Scene.Noon + Tick).ShouldBe(MeasurementResult.Both);

    /// <summary>An outage of both reaches certainty for one of them first, and with few requests that is luck.</summary>
    [Theory]
    [InlineData(25, 8, 12, 4, MeasurementResult.Open)]
    [InlineData(25, 8, 12, 1, MeasurementResult.Failure)]
    [InlineData(25, 8, 200, 2, MeasurementResult.Failure)]
    [InlineData(500, 100, 12, 4, MeasurementResult.Both)]
    [InlineData(25, 8, 20, 6, MeasurementResult.Both)]
    public void Waits_while_stable_may_be_breaking_it_too(double requests, double errors, double stable, double stableErrors, MeasurementResult expected) =>
        (Measure(requests, errors) with { Stable = new EventCounts(stable, stableErrors, stableErrors) })
            .Judge(OnePercent, Scene.Noon + Tick).ShouldBe(expected);

    [Fact]
    public void No_error_is_tolerated_at_zero_percent()
    {
        var none = Objective.From(Scene.ErrorRate with { Max = "0%" }, Tick);
        Measure(1000, 0).Judge(none, Scene.Noon + Tick).ShouldBe(MeasurementResult.Success);
        (Measure(1000, 1) with { Stable = default }).Judge(none, Scene.Noon + Tick).ShouldBe(MeasurementResult.Failure);
    }

    /// <summary>The numbers of the doc comment: exact binomial, and Poisson(1) and Poisson(0.5) as their limits.</summary>
    [Theory]
    [InlineData("1%", 0.002, 5.86e-4)]
    [InlineData("1%", 0.001, 1.38e-5)]
    [InlineData("0.01%", 0.00002, 5.94e-4)]
    [InlineData("0.01%", 0.00001, 1.42e-5)]
    public void The_odds_of_a_false_alarm_are_the_binomial_tail(string max, double share, double expected) =>
        Odds.OfFalseAlarm(Objective.From(Scene.ErrorRate with { Max = max }, Tick), share).ShouldBe(expected, expected * 0.01);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void The_odds_are_certain_at_both_ends(double share, double expected) =>
        Odds.OfFalseAlarm(OnePercent, share).ShouldBe(expected);

    /// <summary>40,000 measurements request by request, judged at every tick of 50: early decisions add no false alarms.</summary>
    [Fact]
    public void Deciding_early_keeps_the_odds()
    {
        var random = new Chance(1);
        var failed = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var measurement = Measurement.Begin(Scene.Noon);
            var result = MeasurementResult.Open;
            while (result == MeasurementResult.Open)
            {
                var errors = Enumerable.Range(0, 50).Count(_ => random.NextDouble() < 0.004);
                measurement = measurement.Add(new EventCounts(50, errors, errors), default);
                result = measurement.Judge(OnePercent, Scene.Noon + Tick);
            }

            failed += result == MeasurementResult.Failure ? 1 : 0;
        }

        (failed / 40_000.0).ShouldBe(Odds.OfFalseAlarm(OnePercent, 0.004), 0.0025);
    }

    private static Measurement Measure(double requests, double errors) =>
        Measurement.Begin(Scene.Noon).Add(new EventCounts(requests, errors, errors), new EventCounts(4500, 4, 4));
}
