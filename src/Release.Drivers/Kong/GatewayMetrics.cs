using System.Globalization;

namespace Release.Drivers.Kong;

/// <summary>Reads the one metric of the embedded gateway that a release needs.</summary>
internal static class GatewayMetrics
{
    private const string InFlightMetric = "gateway_in_flight{";

    /// <summary>
    /// The requests in flight to an address, over all upstreams: 0 for one that never got a request. Null when a line
    /// cannot be understood, which is not the same as none.
    /// </summary>
    public static int? InFlight(string text, string address)
    {
        var label = $"target=\"{address}\"";
        var sum = 0;
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

            sum += (int)value;
        }

        return sum;
    }
}
