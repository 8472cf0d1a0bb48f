using System.Globalization;

namespace Release.Drivers.Kong;

/// <summary>Reads the one metric of the embedded gateway that a release needs.</summary>
internal static class GatewayMetrics
{
    private const string InFlightMetric = "gateway_in_flight{";
    private const string Declaration = "# TYPE gateway_in_flight gauge\n";

    /// <summary>
    /// The requests in flight to an address, over all upstreams: 0 for one that never got a request. Null when a line
    /// cannot be understood, or when this is not the whole of the gateway's metrics: neither is the same as none.
    /// </summary>
    public static int? InFlight(string text, string address)
    {
        if (!text.Contains(Declaration, StringComparison.Ordinal) || !text.EndsWith('\n'))
        {
            return null;
        }

        var label = $"target=\"{address}\"";
        var sum = 0L;
        foreach (var line in text.Split('\n'))
        {
            var end = line.IndexOf('}', StringComparison.Ordinal);
            if (end < 0
                || !line.StartsWith(InFlightMetric, StringComparison.Ordinal)
                || !line[InFlightMetric.Length..end].Split(',').Contains(label))
            {
                continue;
            }

            if (!double.TryParse(line[(end + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || value is not (>= 0 and <= int.MaxValue))
            {
                return null;
            }

            sum += (long)value;
        }

        return (int)Math.Min(sum, int.MaxValue);
    }
}
