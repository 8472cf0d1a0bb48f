using System.Globalization;
using System.Text;

namespace Shop;

/// <summary>
/// Requests, failed requests and a histogram of durations as Prometheus text. A real service takes a library for it; what
/// matters is that all three move together and only grow.
/// </summary>
internal sealed class RequestMetrics
{
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _requests;
    private long _errors;
    private double _seconds;

    /// <summary>Counts one request that was answered.</summary>
    public void Count(double seconds, bool failed)
    {
        var bucket = Array.FindIndex(Bounds, bound => seconds <= bound);
        lock (_lock)
        {
            _requests++;
            _errors += failed ? 1 : 0;
            _seconds += seconds;
            _buckets[bucket < 0 ? Bounds.Length : bucket]++;
        }
    }

    /// <summary>All of it, in the format of a scrape.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            Add(text, $"# TYPE http_requests_total counter");
            Add(text, $"http_requests_total {_requests}");
            Add(text, $"# TYPE http_request_errors_total counter");
            Add(text, $"http_request_errors_total {_errors}");
            Add(text, $"# TYPE http_request_duration_seconds histogram");
            var cumulative = 0L;
            for (var i = 0; i < Bounds.Length; i++)
            {
                cumulative += _buckets[i];
                Add(text, $"http_request_duration_seconds_bucket{{le=\"{Bounds[i]}\"}} {cumulative}");
            }

            Add(text, $"http_request_duration_seconds_bucket{{le=\"+Inf\"}} {_requests}");
            Add(text, $"http_request_duration_seconds_sum {_seconds}");
            Add(text, $"http_request_duration_seconds_count {_requests}");
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
