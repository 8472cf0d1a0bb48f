using System.Collections.Immutable;
using Release.Gates;

namespace Release.Drivers.Prometheus;

/// <summary>
/// What one target of the server counted, from one scrape: the samples of a scrape have one time, so only those of the newest time are added up. A
/// series that has none of that time was not in the scrape any more.
/// </summary>
/// <param name="Target">The target's labels as text.</param>
/// <param name="At">The scrape's time.</param>
/// <param name="StartedAt">When its process started, if it says so.</param>
/// <param name="Counters">What it counted; null when there is a problem.</param>
/// <param name="Problem">A sentence, or null.</param>
internal sealed record TargetReading(string Target, DateTimeOffset At, DateTimeOffset? StartedAt, Counters? Counters, string? Problem)
{
    /// <summary>One for each target of the series, in the order of their names.</summary>
    /// <param name="options">The metrics' names.</param>
    /// <param name="series">Raw samples of all metrics.</param>
    /// <param name="failed">Those of the failed requests, where they are a part of the requests' series; else null.</param>
    public static ImmutableArray<TargetReading> Of(PrometheusMetricsOptions options, ImmutableArray<ServerSeries> series, ImmutableArray<ServerSeries>? failed)
    {
        var errors = (failed ?? series).Where(s => s.Name == options.Errors).ToLookup(s => TargetOf(options, s));
        return [.. series.GroupBy(s => TargetOf(options, s)).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => Of(options, t.Key, [.. t], [.. errors[t.Key]]))];
    }

    /// <summary>The labels that tell the server's targets apart, as text.</summary>
    public static string TargetOf(PrometheusMetricsOptions options, ServerSeries series) =>
        string.Join('/', new[] { "job", options.TargetLabel }.Select(label => series.Labels.GetValueOrDefault(label, "")).Where(value => value.Length > 0));

    private static TargetReading Of(PrometheusMetricsOptions options, string target, ServerSeries[] series, ServerSeries[] errors)
    {
        var at = series.Max(s => s.Points[^1].At);
        var requests = Values(series.Where(s => s.Name == options.Requests), at);
        var failed = Values(errors, at);
        if (requests.Length == 0)
        {
            return new(target, at, null, null, $"the scrape of {at:HH:mm:ss} UTC has no {options.Requests}");
        }

        if (requests.Concat(failed).Any(v => !double.IsFinite(v) || v < 0))
        {
            return new(target, at, null, null, $"{options.Requests} or {options.Errors} is not a count");
        }

        var (buckets, problem) = Buckets(options, series.Where(s => s.Name == options.Duration + "_bucket"), at);
        return problem is null
            ? new(target, at, Start(options, series, at), new Counters(requests.Sum(), failed.Sum(), buckets), null)
            : new(target, at, null, null, problem);
    }

    private static double[] Values(IEnumerable<ServerSeries> series, DateTimeOffset at) =>
        [.. series.SelectMany(s => s.Points.Where(p => p.At == at)).Select(p => p.Value)];

    // Cumulative counts may be added only at bounds that every label set has.
    private static (ImmutableArray<Bucket> Buckets, string? Problem) Buckets(PrometheusMetricsOptions options, IEnumerable<ServerSeries> series, DateTimeOffset at)
    {
        var bounds = new SortedDictionary<double, (double Count, int Series)>();
        foreach (var bucket in series)
        {
            foreach (var value in Values([bucket], at))
            {
                if (!ExpositionLine.TryParse(bucket.Labels.GetValueOrDefault("le", ""), out var bound) || double.IsNaN(bound) || !double.IsFinite(value) || value < 0)
                {
                    return ([], $"a bucket of {options.Duration} is not a count");
                }

                var (count, known) = bounds.GetValueOrDefault(bound);
                bounds[bound] = (count + value, known + 1);
            }
        }

        if (bounds.Count == 0)
        {
            return ([], null);
        }

        if (!bounds.TryGetValue(double.PositiveInfinity, out var all))
        {
            return ([], $"{options.Duration} has no +Inf bucket");
        }

        ImmutableArray<Bucket> buckets = [.. bounds.Where(b => b.Value.Series == all.Series).Select(b => new Bucket(b.Key, b.Value.Count))];
        return buckets.Zip(buckets.Skip(1)).Any(pair => pair.Second.Count < pair.First.Count)
            ? ([], $"the buckets of {options.Duration} fall")
            : (buckets, null);
    }

    // It only helps to see restarts, so a senseless one is as good as none.
    private static DateTimeOffset? Start(PrometheusMetricsOptions options, ServerSeries[] series, DateTimeOffset at) =>
        Values(series.Where(s => s.Name == options.StartTime), at) is [var seconds] && double.IsFinite(seconds) && seconds > 0 && seconds < 253_402_300_799
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}
