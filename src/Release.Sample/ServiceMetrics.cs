using System.Globalization;
using System.Text;

namespace Release.Sample;

/// <summary>
/// The counters of <c>/ai/execute</c> as Prometheus text. All counters of a request move together under one lock, so
/// that in any one scrape the errors are among the requests and the buckets add up to them.
/// </summary>
internal sealed class ServiceMetrics(DateTimeOffset processStart)
{
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _requests;
    private long _errors;
    private double _seconds;
    private int _inFlight;

    public void Begin()
    {
        lock (_lock)
        {
            _inFlight++;
        }
    }

    public void End(TimeSpan duration, bool failed)
    {
        var seconds = duration.TotalSeconds;
        var bucket = Array.FindIndex(Bounds, bound => seconds <= bound);
        lock (_lock)
        {
            _inFlight--;
            _requests++;
            _errors += failed ? 1 : 0;
            _seconds += seconds;
            _buckets[bucket < 0 ? Bounds.Length : bucket]++;
        }
    }

    /// <summary>The caller went away before it had an answer: there is nothing to count but the one request less.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _inFlight--;
        }
    }

    public string Render()
    {
        long requests, errors;
        double seconds;
        int inFlight;
        var buckets = new long[_buckets.Length];
        lock (_lock)
        {
            (requests, errors, seconds, inFlight) = (_requests, _errors, _seconds, _inFlight);
            _buckets.CopyTo(buckets, 0);
        }

        var text = new StringBuilder(2048);
        Line(text, "# HELP ai_requests_total Requests to /ai/execute that were answered.");
        Line(text, "# TYPE ai_requests_total counter");
        Line(text, $"ai_requests_total {requests}");
        Line(text, "# HELP ai_request_errors_total Requests that the service failed (HTTP 500).");
        Line(text, "# TYPE ai_request_errors_total counter");
        Line(text, $"ai_request_errors_total {errors}");
        Line(text, "# HELP ai_request_duration_seconds Time to an answer.");
        Line(text, "# TYPE ai_request_duration_seconds histogram");
        long cumulative = 0;
        for (var index = 0; index < Bounds.Length; index++)
        {
            cumulative += buckets[index];
            Line(text, $"ai_request_duration_seconds_bucket{{le=\"{Bounds[index]}\"}} {cumulative}");
        }

        Line(text, $"ai_request_duration_seconds_bucket{{le=\"+Inf\"}} {cumulative + buckets[^1]}");
        Line(text, $"ai_request_duration_seconds_sum {seconds}");
        Line(text, $"ai_request_duration_seconds_count {requests}");
        Line(text, "# HELP ai_requests_in_flight Requests being worked on.");
        Line(text, "# TYPE ai_requests_in_flight gauge");
        Line(text, $"ai_requests_in_flight {inFlight}");
        Line(text, "# HELP process_start_time_seconds Start of the process since the epoch.");
        Line(text, "# TYPE process_start_time_seconds gauge");
        Line(text, $"process_start_time_seconds {processStart.ToUnixTimeMilliseconds() / 1000.0}");
        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
