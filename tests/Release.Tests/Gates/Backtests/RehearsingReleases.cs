using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates;
using Release.Gates.Backtests;

namespace Release.Tests.Gates.Backtests;

/// <summary>Rollouts that never were, on stable's past: how often the gate would have been wrong, and how soon right.</summary>
public sealed class RehearsingReleases
{
    private static readonly DateTimeOffset Noon = Scene.Noon;

    [Fact]
    public void A_steady_past_raises_no_false_alarm_and_finds_what_is_injected()
    {
        var result = Backtest.Of(Environment(), Past(4_000), 1, default);
        result.Windows.ShouldBe(20);
        result.WindowTicks.ShouldBe(180);
        result.FalseAlarms.Count.ShouldBe(0);
        result.Released.Count.ShouldBe(20);
        result.Findings.Select(f => f.What).ShouldBe([Regression.TwiceTheErrors, Regression.FiveTimesTheErrors, Regression.OnePercentMore, Regression.OneBucketSlower]);
        result.Findings.Single(f => f.What is Regression.OneBucketSlower).Found.Count.ShouldBe(20);
        result.Findings.Single(f => f.What is Regression.OneBucketSlower).Half!.Value.ShouldBeLessThan(10);
    }

    [Fact]
    public void The_same_past_and_seed_give_the_same_result_and_another_seed_another()
    {
        var past = Past(2_000);
        Backtest.Of(Environment(), past, 1, default).Findings.ShouldBe(Backtest.Of(Environment(), past, 1, default).Findings);
        Backtest.Of(Environment(), past, 2, default).Findings.SequenceEqual(Backtest.Of(Environment(), past, 1, default).Findings).ShouldBeFalse();
    }

    [Fact]
    public void A_plain_rule_close_to_todays_rate_is_what_raises_false_alarms()
    {
        var close = Environment() with { Gate = Environment().Gate with { Criteria = [new() { Id = "close", Type = ObjectiveType.Errors, Max = "1%", Interval = TimeSpan.FromSeconds(1) }] } };
        var result = Backtest.Of(close, Past(4_000, errors: 0.01), 1, default);
        result.Criteria.Single().Count.ShouldBeGreaterThan(15);
        result.FalseAlarms.Count.ShouldBe(0);
    }

    [Fact]
    public void A_rule_on_a_query_is_rehearsed_on_what_it_yielded()
    {
        var rule = Environment() with { Gate = Environment().Gate with { Criteria = [new() { Id = "queue", Query = "q", Max = "5" }] } };
        var quiet = Past(2_000);
        var loud = quiet with { Stretches = [[.. quiet.Stretches[0].Select((t, i) => t with { Queries = t.Queries.SetItem("queue", i % 10 == 9 ? 9 : 1) })]] };
        Backtest.Of(rule, loud, 1, default).Criteria.Single().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void No_window_lies_across_a_gap()
    {
        var past = Past(2_000);
        var cut = past with { Stretches = [[.. past.Stretches[0].Take(400)], [.. past.Stretches[0].Skip(1_600)]] };
        Backtest.Of(Environment(), cut, 1, default).Windows.ShouldBe(0);
    }

    [Fact]
    public void A_pretended_pair_has_all_requests_once()
    {
        var draws = new Draws(7);
        for (var i = 0; i < 200; i++)
        {
            var all = Counted(1_000, 37);
            var (stable, candidate) = Pretending.Split(all, 0.3, Regression.None, draws);
            (stable.Requests + candidate.Requests, stable.Errors + candidate.Errors).ShouldBe((all.Requests, all.Errors));
            stable.Buckets.Zip(candidate.Buckets, (s, c) => s.Count + c.Count).ShouldBe(all.Buckets.Select(b => b.Count));
            candidate.Buckets[^1].Count.ShouldBe(candidate.Requests);
            candidate.Buckets.Zip(candidate.Buckets.Skip(1)).ShouldAllBe(b => b.First.Count <= b.Second.Count);
        }
    }

    [Fact]
    public void Draws_have_the_mean_and_the_spread_that_they_should()
    {
        var draws = new Draws(3);
        double[] binomial = [.. Enumerable.Range(0, 20_000).Select(_ => draws.Binomial(200, 0.1))];
        binomial.Average().ShouldBe(20, 0.15);
        binomial.Average(x => (x - 20) * (x - 20)).ShouldBe(18, 0.8);
        double[] drawn = [.. Enumerable.Range(0, 20_000).Select(_ => draws.Hypergeometric(500, 50, 100))];
        drawn.Average().ShouldBe(10, 0.1);
        drawn.Average(x => (x - 10) * (x - 10)).ShouldBe(100 * 0.1 * 0.9 * 400 / 499, 0.3);
        (draws.Binomial(5, 0), draws.Binomial(5, 1), draws.Hypergeometric(5, 5, 3), draws.Hypergeometric(5, 0, 3)).ShouldBe((0, 5, 3, 0));
    }

    /// <summary>Against tables: Clopper and Pearson's interval for 0, 1, 5 and all of 20.</summary>
    [Theory]
    [InlineData(0, 20, 0, 0.1684)]
    [InlineData(1, 20, 0.0013, 0.2487)]
    [InlineData(5, 20, 0.0866, 0.4910)]
    [InlineData(20, 20, 0.8316, 1)]
    [InlineData(0, 0, 0, 1)]
    public void The_interval_is_exact(int events, int trials, double low, double high)
    {
        var interval = ExactInterval.Of(events, trials);
        interval.Low.ShouldBe(low, 0.0001);
        interval.High.ShouldBe(high, 0.0001);
    }

    [Fact]
    public void The_past_is_subtracted_as_live_counters_are_with_gaps_and_restarts_told()
    {
        var readings = new List<PastReading>();
        for (var second = 0; second < 100; second++)
        {
            if (second is >= 40 and < 60)
            {
                continue; // the server was away
            }

            var restarted = second >= 80;
            readings.Add(Reading(second, restarted ? (second - 80) * 10 : second * 10, restarted ? Noon.AddSeconds(80) : Noon.AddDays(-1)));
        }

        var past = PastCounts.Of(readings, Noon.AddSeconds(-100), Noon.AddSeconds(100), TimeSpan.FromSeconds(10));
        past.Stretches.Select(s => s.Length).ShouldBe([39, 39]);
        past.Stretches.SelectMany(s => s).Sum(t => t.Counts.Requests).ShouldBe((39 * 10) + (38 * 10), "the tick of the restart has none, and no life is counted twice");
        past.Resets.ShouldBe(1);
        past.Gaps.Select(g => (g.From - Noon, g.Length.TotalSeconds)).ShouldBe([(TimeSpan.FromSeconds(-100), 100), (TimeSpan.FromSeconds(39), 21)]);
    }

    [Fact]
    public void Counters_that_fall_without_a_restart_end_a_stretch()
    {
        PastReading[] readings = [Reading(0, 100), Reading(1, 110), Reading(2, 5), Reading(3, 15), Reading(4, 25)];
        var past = PastCounts.Of(readings, Noon, Noon.AddSeconds(4), TimeSpan.FromSeconds(10));
        past.Stretches.SelectMany(s => s).Select(t => t.Counts.Requests).ShouldBe([10, 10, 10]);
        (past.Stretches.Length, past.Resets).ShouldBe((2, 1));
    }

    [Fact]
    public void Nothing_is_one_long_gap() =>
        PastCounts.Of([], Noon, Noon.AddHours(2), TimeSpan.FromSeconds(10)).Gaps.ShouldHaveSingleItem().Length.ShouldBe(TimeSpan.FromHours(2));

    private static PastReading Reading(int second, double requests, DateTimeOffset? startedAt = null) => new(
        Noon.AddSeconds(second), [new("a", Variant.Stable, startedAt, new Counters(requests, 0, ImmutableArray<Bucket>.Empty), null)], ImmutableSortedDictionary<string, double>.Empty);

    private static PastCounts Past(int ticks, double errors = 0.001)
    {
        var chance = new Draws(99);
        return new([[.. Enumerable.Range(1, ticks).Select(i => new PastTick(Noon.AddSeconds(i), Counted(500, chance.Binomial(500, errors)), ImmutableSortedDictionary<string, double>.Empty))]], [], 0);
    }

    private static Counters Counted(double requests, double errors) =>
        new(requests, errors, [new(0.05, requests * 0.6), new(0.1, requests * 0.9), new(0.25, requests * 0.98), new(0.5, requests * 0.998), new(double.PositiveInfinity, requests)]);

    private static EnvironmentOptions Environment() => new()
    {
        Name = "prod",
        Services = [new ServiceOptions { Name = "shop" }],
        Platform = new NoPlatform { Type = "none" },
        Traffic = new NoTraffic { Type = "none", Steps = [10, 50, 100] },
        Gate = new GateOptions
        {
            Metrics = new() { Type = "scrape" },
            Tick = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.FromSeconds(2),
            StepDuration = new() { Min = TimeSpan.FromSeconds(5), Max = TimeSpan.FromSeconds(60) },
            Objectives = [new() { Id = "errors", Type = ObjectiveType.Errors, Max = "2%" }, new() { Id = "slow", Type = ObjectiveType.Latency, Quantile = 0.95, Max = "250ms" }],
        },
    };

    private sealed record NoPlatform : PlatformOptions;

    private sealed record NoTraffic : TrafficOptions;
}
