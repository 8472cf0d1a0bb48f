using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Release.Configuration;

namespace Release.Drivers.Prometheus;

/// <summary>
/// Raw counters of each instance from a Prometheus server, or another with its API (<c>/api/v1/query</c>). Rates and recording rules are
/// never asked for: the gate subtracts. A tick is never shorter than the time between two scrapes.
/// </summary>
public sealed partial record PrometheusMetricsOptions : MetricsOptions, ICheckedOptions
{
    private static readonly string[] TellingApart = ["{instance}", "{address}", "{routed}", "{version}", "{variant}"];

    /// <summary>Gets the server's address (<c>"http://prometheus:9090"</c>), with the path under which its API is, if there is one.</summary>
    [MayHoldPlaceholders]
#pragma warning disable CA1056 // It is no address before its placeholders are resolved.
    public required string Url { get; init; }
#pragma warning restore CA1056

    /// <summary>Gets headers to send, such as <c>Authorization</c>.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets the labels that an instance's series have. <c>{instance}</c> stands for its id, <c>{address}</c> for the host and port at which this program
    /// reaches it, <c>{routed}</c> for those at which the router does, <c>{service}</c>, <c>{version}</c> and <c>{variant}</c> for what they say. A value that begins with <c>~</c> is a regular expression, with
    /// <c>!</c> or <c>!~</c> what must not be. Stable's must not be the candidate's too.
    /// </summary>
    [MinLength(1)]
    public IReadOnlyDictionary<string, string> Match { get; init; } = new Dictionary<string, string> { ["instance"] = "{address}" };

    /// <summary>Gets further labels of the failed requests, where <c>errors</c> is the same counter as <c>requests</c> (<c>{"code": "~5.."}</c>).</summary>
    public IReadOnlyDictionary<string, string> ErrorsMatch { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what <c>{variant}</c> stands for in stable.</summary>
    public string Stable { get; init; } = "stable";

    /// <summary>Gets what <c>{variant}</c> stands for in the candidate.</summary>
    public string Candidate { get; init; } = "candidate";

    /// <summary>Gets the label by which the server tells the targets that it scrapes apart.</summary>
    [RegularExpression("[a-zA-Z_][a-zA-Z0-9_]*", ErrorMessage = "the name of a Prometheus label")]
    public string TargetLabel { get; init; } = "instance";

    /// <summary>Gets the gauge with the start of the process, in seconds since 1970; it need not be there.</summary>
    [RegularExpression("[a-zA-Z_:][a-zA-Z0-9_:]*", ErrorMessage = "the name of a Prometheus metric")]
    public string StartTime { get; init; } = "process_start_time_seconds";

    /// <summary>Gets how old the newest sample of an instance may be; an older one is no reading. Null for twice the tick and five seconds.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Gets how long an answer may take; one that takes longer than a tick delays the next.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override bool AnswersQueries => true;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        foreach (var problem in PrometheusAddress.Problems(Url, Headers))
        {
            yield return problem;
        }

        foreach (var (member, labels) in new[] { ("match", Match), ("errorsMatch", ErrorsMatch) })
        {
            foreach (var name in (labels ?? new Dictionary<string, string>()).Keys.Where(name => !LabelName().IsMatch(name)))
            {
                yield return new(member, $"expected names of labels such as \"instance\", found {OptionText.Found(name)}");
            }

            foreach (var (name, value) in labels ?? new Dictionary<string, string>())
            {
                if (value is not null && LabelMatch.Mistake(value) is { } mistake)
                {
                    yield return new(member, $"{name}: {mistake}");
                }
            }
        }

        if (Match is not null && !Match.Values.Any(value => value is not null && TellingApart.Any(t => value.Contains(t, StringComparison.Ordinal))))
        {
            yield return new("match", "stable and candidate would be the same series: expected a label with {instance}, {address}, {routed}, {version} or {variant}");
        }

        if (ErrorsMatch is { Count: 0 } && Requests == Errors)
        {
            yield return new("errors", "the same counter as \"requests\": expected another one, or \"errorsMatch\" with the labels of a failed request such as {\"code\": \"~5..\"}", "requests", "errorsMatch");
        }

        if (Stable is not null && Stable == Candidate)
        {
            yield return new("candidate", "the same as \"stable\": expected what {variant} is in the candidate", "stable");
        }
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex LabelName();
}
