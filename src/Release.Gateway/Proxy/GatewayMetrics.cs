using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Release.Gateway.Proxy;

/// <summary>What the gateway did, per upstream and target, as Prometheus text.</summary>
internal sealed class GatewayMetrics(DateTimeOffset processStart)
{
    /// <summary>Stands for the upstream or target of a request that reached none.</summary>
    public const string None = "none";

    // Every release brings new targets; beyond this many the idle ones that were not of late are forgotten.
    private const int MaxTargets = 1000;

    private readonly ConcurrentDictionary<(string Upstream, string Target), TargetMetrics> _targets = new();
    private readonly ConcurrentQueue<TargetMetrics> _byAge = new();

    public TargetMetrics Of(string upstream, string target) => _targets.GetOrAdd((upstream, target), Add);

    public int InFlight() => _targets.Values.Sum(target => target.InFlight);

    public long Requests() => _targets.Values.Sum(target => target.Buckets()[^1]);

    public string Render()
    {
        var targets = _targets.Values
            .Where(target => target.IsListed || target.InFlight > 0 || target.Buckets()[^1] > 0)
            .OrderBy(target => target.Upstream, StringComparer.Ordinal)
            .ThenBy(target => target.Target, StringComparer.Ordinal)
            .ToArray();
        var text = new StringBuilder(4096);
        Head(text, "gateway_requests_total", "counter", "Requests by the status that the client got.");
        foreach (var target in targets)
        {
            foreach (var (code, count) in target.Codes())
            {
                Sample(text, "gateway_requests_total", target, $",code=\"{code}\"", count);
            }
        }

        Head(text, "gateway_attempts_total", "counter", "Attempts to reach a target, retries counted.");
        foreach (var target in targets.Where(target => target.Target != None))
        {
            foreach (var outcome in TargetMetrics.Outcomes)
            {
                Sample(text, "gateway_attempts_total", target, $",outcome=\"{Label(outcome)}\"", target.Attempts(outcome));
            }
        }

        Head(text, "gateway_in_flight", "gauge", "Requests, upgraded connections among them, that a target is working on.");
        foreach (var target in targets.Where(target => target.Target != None))
        {
            Sample(text, "gateway_in_flight", target, "", target.InFlight);
        }

        Head(text, "gateway_duration_seconds", "histogram", "Time from a request's arrival to the end of its response.");
        foreach (var target in targets)
        {
            Histogram(text, target);
        }

        Head(text, "process_start_time_seconds", "gauge", "Start of the process since the epoch.");
        text.Append(
            CultureInfo.InvariantCulture, $"process_start_time_seconds {processStart.ToUnixTimeMilliseconds() / 1000.0}\n");
        return text.ToString();
    }

    private static void Histogram(StringBuilder text, TargetMetrics target)
    {
        var buckets = target.Buckets();
        for (var index = 0; index < TargetMetrics.Bounds.Length; index++)
        {
            var bound = TargetMetrics.Bounds[index].ToString(CultureInfo.InvariantCulture);
            Sample(text, "gateway_duration_seconds_bucket", target, $",le=\"{bound}\"", buckets[index]);
        }

        Sample(text, "gateway_duration_seconds_bucket", target, ",le=\"+Inf\"", buckets[^1]);
        Sample(text, "gateway_duration_seconds_sum", target, "", target.Seconds());
        Sample(text, "gateway_duration_seconds_count", target, "", buckets[^1]);
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Sample(StringBuilder text, string name, TargetMetrics of, string labels, double value) =>
        text.Append(
            CultureInfo.InvariantCulture,
            $"{name}{{upstream=\"{of.Upstream}\",target=\"{of.Target}\"{labels}}} {value}\n");

    private static string Label(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Ok => "ok",
        AttemptOutcome.ConnectError => "connect_error",
        AttemptOutcome.Reset => "reset",
        AttemptOutcome.Timeout => "timeout",
        AttemptOutcome.Canceled => "canceled",
        _ => throw new InvalidOperationException($"{outcome}: has no label"),
    };

    private TargetMetrics Add((string Upstream, string Target) key)
    {
        var added = new TargetMetrics(key.Upstream, key.Target);
        _byAge.Enqueue(added);
        if (_byAge.Count > MaxTargets && _byAge.TryDequeue(out var oldest))
        {
            if (oldest is { InFlight: 0, IsListed: false })
            {
                _targets.TryRemove((oldest.Upstream, oldest.Target), out _);
            }
            else
            {
                _byAge.Enqueue(oldest);
            }
        }

        return added;
    }
}
