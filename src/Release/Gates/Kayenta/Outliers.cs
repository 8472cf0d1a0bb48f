namespace Release.Gates.Kayenta;

/// <summary>Which values are too far from the others.</summary>
public static class Outliers
{
    /// <summary>Those more than so many standard deviations from the mean.</summary>
    /// <param name="values">Values.</param>
    /// <param name="deviations">How many, positive.</param>
    /// <returns>For each value whether it is one.</returns>
    public static bool[] BySigma(IReadOnlyList<double> values, double deviations)
    {
        if (values.Count == 0)
        {
            return [];
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Count - 1));
        return [.. values.Select(v => Math.Abs(v - mean) > deviations * deviation)];
    }

    /// <summary>Those more than so many interquartile ranges outside the quartiles.</summary>
    /// <param name="values">Values.</param>
    /// <param name="factor">How many, positive.</param>
    /// <param name="isTolerant">Whether values within the 1st and 99th percentile are kept in any case.</param>
    /// <returns>For each value whether it is one.</returns>
    public static bool[] ByQuartiles(IReadOnlyList<double> values, double factor, bool isTolerant = false)
    {
        if (values.Count == 0)
        {
            return [];
        }

        double[] sorted = [.. values.Order()];
        var (first, third) = (Percentile(sorted, 25), Percentile(sorted, 75));
        var (low, high) = (first - (factor * (third - first)), third + (factor * (third - first)));
        if (isTolerant)
        {
            (low, high) = (Math.Min(low, Percentile(sorted, 1)), Math.Max(high, Percentile(sorted, 99)));
        }

        return [.. values.Select(v => v < low || v > high)];
    }

    /// <summary>The values without outliers, as Kayenta's judge removes them where its configuration says so.</summary>
    internal static double[] Without(double[] values, double factor)
    {
        var outliers = ByQuartiles(values, factor, isTolerant: true);
        return [.. values.Where((_, i) => !outliers[i])];
    }

    // At position p (n + 1) / 100 of the sorted values, between two of them in proportion (NIST's handbook, 7.2.6.2).
    private static double Percentile(double[] sorted, double percent)
    {
        var position = percent * (sorted.Length + 1) / 100;
        var below = (int)Math.Floor(position);
        return below < 1 ? sorted[0]
            : below >= sorted.Length ? sorted[^1]
            : sorted[below - 1] + ((position - below) * (sorted[below] - sorted[below - 1]));
    }
}
