using System.Globalization;
using Release.Platforms;

namespace Release.Drivers.Kong;

/// <summary>Reads those metrics of the embedded gateway that a release needs.</summary>
internal static class GatewayMetrics
{
    private const string InFlightMetric = "gateway_in_flight";
    private const string AttemptsMetric = "gateway_attempts_total";
    private const string StartMetric = "process_start_time_seconds ";

    // Beyond this a time is none, and a double counts no single attempts.
    private const double LastSecond = 253_402_300_799;
    private const double MostCounted = 9_007_199_254_740_992;

    private static readonly string[] Unanswered = ["outcome=\"connect_error\"", "outcome=\"reset\"", "outcome=\"timeout\""];

    /// <summary>
    /// The requests in flight to an address, over all upstreams: 0 for one that never got a request. Null when a line
    /// cannot be understood, or when this is not the whole of the gateway's metrics: neither is the same as none.
    /// </summary>
    public static int? InFlight(string text, string address)
    {
        if (!IsWhole(text, $"# TYPE {InFlightMetric} gauge\n"))
        {
            return null;
        }

        var label = $"target=\"{address}\"";
        var samples = Samples(text, InFlightMetric).Where(s => s.Labels.Contains(label)).ToList();
        return samples.TrueForAll(s => s.Value is >= 0 and <= int.MaxValue) ? (int)Math.Min(samples.Sum(s => (double)s.Value!), int.MaxValue) : null;
    }

    /// <summary>
    /// The attempts that got no answer, by address, over all upstreams. Null when a line cannot be understood, or when this is
    /// not the whole of the gateway's metrics.
    /// </summary>
    public static RouterFailures? Failures(string text)
    {
        if (!IsWhole(text, $"# TYPE {AttemptsMetric} counter\n") || StartedAt(text) is not { } startedAt)
        {
            return null;
        }

        var attempts = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (labels, value) in Samples(text, AttemptsMetric).Where(s => s.Labels.Any(Unanswered.Contains)))
        {
            if (value is not (>= 0 and <= MostCounted) || labels.FirstOrDefault(l => l.StartsWith("target=\"", StringComparison.Ordinal)) is not { } target)
            {
                return null;
            }

            var address = target["target=\"".Length..^1];
            attempts[address] = attempts.GetValueOrDefault(address) + value.Value;
        }

        return new RouterFailures(startedAt, attempts);
    }

    private static bool IsWhole(string text, string declaration) =>
        text.Contains(declaration, StringComparison.Ordinal) && text.EndsWith('\n');

    // A value that is none is null.
    private static IEnumerable<(string[] Labels, double? Value)> Samples(string text, string metric) =>
        from line in text.Split('\n')
        where line.StartsWith(metric + "{", StringComparison.Ordinal)
        let end = line.IndexOf('}', StringComparison.Ordinal)
        where end > 0
        select (line[(metric.Length + 1)..end].Split(','), Number(line[(end + 1)..]));

    private static DateTimeOffset? StartedAt(string text) =>
        text.Split('\n').FirstOrDefault(l => l.StartsWith(StartMetric, StringComparison.Ordinal)) is { } line
        && Number(line[StartMetric.Length..]) is > 0 and < LastSecond and { } seconds
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
