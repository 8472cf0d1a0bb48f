using System.Collections.Immutable;

namespace Release.Gates.Backtests;

/// <summary>What a pretended candidate is worse by than stable.</summary>
public enum Regression
{
    /// <summary>By nothing.</summary>
    None,

    /// <summary>Twice as many requests fail, in the bursts in which stable's did.</summary>
    TwiceTheErrors,

    /// <summary>Five times as many.</summary>
    FiveTimesTheErrors,

    /// <summary>One more of a hundred requests fails, by chance.</summary>
    OnePercentMore,

    /// <summary>Every request takes as long as those of the next bucket.</summary>
    OneBucketSlower,
}

/// <summary>Thins stable's counts into those of a pretended pair of stable and candidate, and makes the candidate worse.</summary>
public static class Pretending
{
    /// <summary>What a regression is called.</summary>
    public static string Text(Regression regression) => regression switch
    {
        Regression.None => "none",
        Regression.TwiceTheErrors => "errors x2",
        Regression.FiveTimesTheErrors => "errors x5",
        Regression.OnePercentMore => "errors +1 %",
        Regression.OneBucketSlower => "latency one bucket up",
        _ => throw new InvalidOperationException($"Unknown regression {regression}."),
    };

    /// <summary>
    /// Each request goes to the candidate with the chance of its share, whether it failed or not; how long the candidate's took is drawn from all of the
    /// tick, so that requests and histogram stay of one population.
    /// </summary>
    /// <param name="counts">What stable counted in a tick.</param>
    /// <param name="share">The candidate's share, 0 to 1.</param>
    /// <param name="regression">What it is worse by.</param>
    /// <param name="draws">Chance.</param>
    public static (Counters Stable, Counters Candidate) Split(Counters counts, double share, Regression regression, Draws draws)
    {
        var requests = Math.Floor(counts.Requests);
        var errors = Math.Min(requests, Math.Floor(counts.Errors));
        var failed = draws.Binomial(errors, share);
        var candidate = failed + draws.Binomial(requests - errors, share);
        var buckets = Drawn(Whole(counts.Buckets), requests, candidate, share, draws);
        var stable = new Counters(requests - candidate, errors - failed, Difference(Whole(counts.Buckets), buckets));
        return (stable, new Counters(candidate, Math.Min(candidate, Errors(failed, candidate, errors, share, regression, draws)), regression is Regression.OneBucketSlower ? Slower(buckets) : buckets));
    }

    private static double Errors(double failed, double candidate, double errors, double share, Regression regression, Draws draws) => regression switch
    {
        Regression.TwiceTheErrors => failed + draws.Binomial(errors, share),
        Regression.FiveTimesTheErrors => failed + Enumerable.Range(0, 4).Sum(_ => draws.Binomial(errors, share)),
        Regression.OnePercentMore => failed + draws.Binomial(candidate - failed, 0.01),
        Regression.None or Regression.OneBucketSlower => failed,
        _ => throw new InvalidOperationException($"Unknown regression {regression}."),
    };

    private static ImmutableArray<Bucket> Whole(ImmutableArray<Bucket> buckets) => [.. buckets.Select(b => b with { Count = Math.Floor(b.Count) })];

    private static ImmutableArray<Bucket> Drawn(ImmutableArray<Bucket> buckets, double requests, double candidate, double share, Draws draws)
    {
        if (buckets.IsEmpty)
        {
            return [];
        }

        // A histogram of other requests than those that are counted has a thinning of its own.
        var all = buckets[^1].Count;
        var left = all == requests ? candidate : draws.Binomial(all, share);
        var (drawn, below, cumulative) = (ImmutableArray.CreateBuilder<Bucket>(buckets.Length), 0.0, 0.0);
        foreach (var bucket in buckets)
        {
            var own = bucket.Count - below;
            var mine = draws.Hypergeometric(all - below, own, left);
            (below, left, cumulative) = (bucket.Count, left - mine, cumulative + mine);
            drawn.Add(bucket with { Count = cumulative });
        }

        return drawn.ToImmutable();
    }

    private static ImmutableArray<Bucket> Difference(ImmutableArray<Bucket> all, ImmutableArray<Bucket> part) =>
        [.. all.Zip(part, (a, p) => a with { Count = a.Count - p.Count })];

    // What was at or below a bound is at or below the next one; the last has all of them anyway.
    private static ImmutableArray<Bucket> Slower(ImmutableArray<Bucket> buckets) =>
        [.. buckets.Select((b, i) => i == buckets.Length - 1 ? b : b with { Count = i == 0 ? 0 : buckets[i - 1].Count })];
}
