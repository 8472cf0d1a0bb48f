namespace Release.Reports;

/// <summary>Fewer points of a long series, none of whose extremes are lost.</summary>
internal static class Thinning
{
    /// <summary>
    /// All of the points, or of each of <paramref name="stretches"/> stretches the lowest and the highest, in order, and the
    /// first and the last of all.
    /// </summary>
    public static IReadOnlyList<T> Keep<T>(IReadOnlyList<T> points, Func<T, double> value, int stretches)
    {
        if (points.Count <= 2 * stretches)
        {
            return points;
        }

        var kept = new SortedSet<int> { 0, points.Count - 1 };
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var (from, to) = ((int)((long)stretch * points.Count / stretches), (int)((long)(stretch + 1) * points.Count / stretches));
            var (low, high) = (from, from);
            for (var at = from; at < to; at++)
            {
                low = value(points[at]) < value(points[low]) ? at : low;
                high = value(points[at]) > value(points[high]) ? at : high;
            }

            _ = kept.Add(low);
            _ = kept.Add(high);
        }

        return [.. kept.Select(at => points[at])];
    }
}
