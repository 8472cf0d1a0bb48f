using System.Text.RegularExpressions;

namespace Release.Sample;

/// <summary><c>/metrics</c>, and what may be wrong with it: whoever judges by it must not take silence or nonsense for good news.</summary>
internal sealed partial class MetricsEndpoint(ServiceMetrics metrics, Faults faults, TimeProvider time)
{
    /// <summary>What can be wrong: no answer, not there, or counters that are none, below zero, beyond all measure, or fall again and again.</summary>
    public static readonly string[] Faults = ["hang", "gone", "nan", "negative", "huge", "reset"];

    private const string Type = "text/plain; version=0.0.4; charset=utf-8";

    private int _readings;

    public Task Handle(HttpContext context) => faults.Metrics switch
    {
        "hang" => Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted),
        "gone" => Reply.Error(context, 404, "not found"),
        { } fault => Reply.Text(context, Type, Total().Replace(metrics.Render(), match => $"{match.Groups[1].Value} {Wrong(fault, match.Groups[2].Value)}")),
        null => Reply.Text(context, Type, metrics.Render()),
    };

    private string Wrong(string fault, string value) => fault switch
    {
        "nan" => "NaN",
        "negative" => "-" + value + "1",
        "huge" => "1e300",
        _ => Interlocked.Increment(ref _readings) % 4 == 0 ? "0" : value,
    };

    [GeneratedRegex("^(ai_requests_total) ([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Total();
}
