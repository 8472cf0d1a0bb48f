using System.Collections.Immutable;

namespace Release.Gates.Evidence;

/// <summary>Counts above bounds, from cumulative buckets.</summary>
internal static class Histogram
{
    // Bounds that were written in milliseconds and read in seconds.
    private const double Same = 1e-9;

    /// <summary>All observations; 0 without buckets.</summary>
    public static double Total(ImmutableArray<Bucket> buckets) => buckets.IsDefaultOrEmpty ? 0 : buckets[^1].Count;

    /// <summary>Observations above a bound; NaN when there is no such bound.</summary>
    /// <param name="buckets">Ascending, the last without bound.</param>
    /// <param name="bound">In seconds.</param>
    /// <param name="place">Where it was the last time: the same instances have the same buckets.</param>
    public static double Above(ImmutableArray<Bucket> buckets, double bound, ref int place)
    {
        if (place >= buckets.Length || !IsSame(buckets[place].Bound, bound))
        {
            place = AtOrAbove(buckets, bound);
            if (place == buckets.Length || !IsSame(buckets[place].Bound, bound))
            {
                return double.NaN;
            }
        }

        return buckets[^1].Count - buckets[place].Count;
    }

    /// <summary>Observations above the next bound at or above a limit, which are too slow for certain; NaN without such a bound.</summary>
    public static double SurelyAbove(ImmutableArray<Bucket> buckets, double limit)
    {
        var place = AtOrAbove(buckets, limit);
        return place >= buckets.Length - 1 ? double.NaN : buckets[^1].Count - buckets[place].Count;
    }

    /// <summary>Observations above the next bound at or below a limit, which may be too slow; all without such a bound.</summary>
    public static double PossiblyAbove(ImmutableArray<Bucket> buckets, double limit)
    {
        var place = AtOrAbove(buckets, limit);
        var below = place < buckets.Length && IsSame(buckets[place].Bound, limit) ? place : place - 1;
        return below < 0 ? Total(buckets) : buckets[^1].Count - buckets[below].Count;
    }

    /// <summary>The finite bounds that all have.</summary>
    public static ImmutableArray<double> Common(IEnumerable<ImmutableArray<Bucket>> histograms)
    {
        ImmutableArray<double>? common = null;
        foreach (var buckets in histograms)
        {
            var bounds = buckets.Select(b => b.Bound).Where(double.IsFinite);
            common = common is null ? [.. bounds] : [.. common.Value.Intersect(bounds)];
        }

        return common ?? [];
    }

    private static int AtOrAbove(ImmutableArray<Bucket> buckets, double bound)
    {
        var place = 0;
        while (place < buckets.Length && buckets[place].Bound < bound && !IsSame(buckets[place].Bound, bound))
        {
            place++;
        }

        return place;
    }

    private static bool IsSame(double x, double y) => Math.Abs(x - y) <= Same * y;
}
