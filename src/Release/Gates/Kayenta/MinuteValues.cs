using System.Collections.Immutable;

namespace Release.Gates.Kayenta;

/// <summary>Counts per tick as one value a minute, which is what Kayenta's judge reads.</summary>
public static class MinuteValues
{
    /// <summary>Value by value, minute by minute; NaN for a minute without one. An incomplete last minute is left out.</summary>
    /// <param name="ticks">Counts, tick by tick; null for a tick that was not read.</param>
    /// <param name="tick">The length of a tick.</param>
    /// <param name="value">The value of a minute's counts.</param>
    public static ImmutableArray<double> Of(IEnumerable<Counters?> ticks, TimeSpan tick, Func<Counters, double> value)
    {
        var values = ImmutableArray.CreateBuilder<double>();
        var (read, number, minute) = (new List<Counters>(), 0, 1);
        foreach (var counts in ticks)
        {
            number++;
            if (counts is not null)
            {
                read.Add(counts);
            }

            // The tick that ends a minute may end a little later than it.
            if (number * tick >= TimeSpan.FromMinutes(minute))
            {
                values.Add(value(CounterDeltas.Sum(read)));
                read.Clear();
                minute = (int)Math.Floor(number * tick / TimeSpan.FromMinutes(1)) + 1;
            }
        }

        return values.ToImmutable();
    }

    /// <summary>Errors divided by requests; NaN without requests.</summary>
    public static double ErrorShare(Counters counters) => counters.Errors / counters.Requests;

    /// <summary>
    /// The quantile as <c>histogram_quantile</c> estimates it: a straight line within its bucket, and the last bound for what
    /// lies above all of them; NaN without requests. In the unit of the bounds.
    /// </summary>
    public static double Quantile(Counters counters, double quantile)
    {
        var buckets = counters.Buckets;
        if (buckets.IsDefaultOrEmpty || buckets[^1].Count <= 0)
        {
            return double.NaN;
        }

        var rank = quantile * buckets[^1].Count;
        var place = 0;
        while (place < buckets.Length && buckets[place].Count < rank)
        {
            place++;
        }

        if (place >= buckets.Length || double.IsPositiveInfinity(buckets[place].Bound))
        {
            return buckets.Length > 1 ? buckets[^2].Bound : double.NaN;
        }

        var (low, below) = place == 0 ? (0, 0) : (buckets[place - 1].Bound, buckets[place - 1].Count);
        return buckets[place].Count <= below ? low : low + ((buckets[place].Bound - low) * (rank - below) / (buckets[place].Count - below));
    }
}
