using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Prometheus;

/// <summary>A Prometheus server is ready, its targets are up, no alert fires, and a query's number is within its limits: whatever of these is asked for.</summary>
public sealed record PrometheusProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the server's address (<c>"http://prometheus:9090"</c>).</summary>
    [MayHoldPlaceholders]
#pragma warning disable CA1056 // It is no address before its placeholders are resolved.
    public required string Url { get; init; }
#pragma warning restore CA1056

    /// <summary>Gets headers to send, such as <c>Authorization</c>.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether the server's own pages must say that it is healthy and ready; a server behind another path may have none.</summary>
    public bool Ready { get; init; } = true;

    /// <summary>Gets the jobs whose targets must be up: each has one at least, and every one is up.</summary>
    public IReadOnlyList<string> Jobs { get; init; } = [];

    /// <summary>Gets labels of alerts none of which may fire (<c>{"severity": "critical"}</c>); null when alerts do not matter, empty for all.</summary>
    public IReadOnlyDictionary<string, string>? Alerts { get; init; }

    /// <summary>Gets a query that yields one number; null for none.</summary>
    [RegularExpression(@"[^\p{C}]+", ErrorMessage = "a query such as \"max(queue_length)\"")]
    public string? Query { get; init; }

    /// <summary>Gets the most that it may yield.</summary>
    public double? Max { get; init; }

    /// <summary>Gets the least that it may yield.</summary>
    public double? Min { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        foreach (var problem in PrometheusAddress.Problems(Url, Headers))
        {
            yield return problem;
        }

        foreach (var (name, value) in (Alerts ?? new Dictionary<string, string>()).Where(a => a.Value is not null))
        {
            if (LabelMatch.Mistake(value) is { } mistake)
            {
                yield return new("alerts", $"{name}: {mistake}");
            }
        }

        if (Query is not null && Max is null && Min is null)
        {
            yield return new("max", "missing: expected \"max\" or \"min\" beside \"query\"", "query", "min");
        }

        if (Query is null && (Max ?? Min) is not null)
        {
            yield return new("query", "missing: expected the query whose number has these limits", "max", "min");
        }

        if (Max < Min)
        {
            yield return new("max", System.FormattableString.Invariant($"expected at least \"min\" ({Min}), found {Max}"), "min");
        }
    }
}
