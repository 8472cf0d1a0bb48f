using System.ComponentModel.DataAnnotations;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>
/// Requests one after the other, each answered as expected, with values carried from one answer into the next request
/// (<c>$(name)</c>): a login and what it opens, an order and its payment, a trace id that comes back.
/// </summary>
public sealed record SequenceProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the requests, in order.</summary>
    [MinLength(1)]
    public required IReadOnlyList<SequenceStepOptions> Steps { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var known = new HashSet<string>(StringComparer.Ordinal) { "trace", "traceparent" };
        for (var i = 0; i < Steps.Count; i++)
        {
            if (Steps[i] is not { } step)
            {
                continue;
            }

            foreach (var (member, message) in step.Wrong())
            {
                yield return new($"steps[{i}].{member}", message);
            }

            foreach (var name in step.References().Where(name => !known.Contains(name)).Distinct())
            {
                yield return new($"steps[{i}]", $"$({name}) is kept by no step before this one. {OptionText.Hint(name, known)}");
            }

            known.UnionWith(step.Keep?.Keys ?? []);
        }
    }
}

/// <summary>One request of a sequence.</summary>
public sealed record SequenceStepOptions
{
    /// <summary>Gets the method.</summary>
    [RegularExpression("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS", ErrorMessage = "an HTTP method such as \"GET\"")]
    public string Method { get; init; } = "GET";

    /// <summary>Gets the whole address; null for <see cref="Path"/>.</summary>
    [MayHoldPlaceholders]
#pragma warning disable CA1056 // It is no address before its placeholders are resolved.
    public string? Url { get; init; }
#pragma warning restore CA1056

    /// <summary>Gets the path below the address of what is looked at (the candidate, the gateway); null for <see cref="Url"/>.</summary>
    [MayHoldPlaceholders]
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Path { get; init; }

    /// <summary>Gets headers to send.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the body, sent as JSON; null for none.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public string? Body { get; init; }

    /// <summary>Gets the status codes that are well.</summary>
    [OneOrMany]
    [Range(100, 599)]
    [MinLength(1)]
    public IReadOnlyList<int> Expect { get; init; } = [200];

    /// <summary>Gets the values that the answer's JSON must have, by path; text in them may refer to carried values.</summary>
    public IReadOnlyDictionary<string, JToken> ExpectBody { get; init; } = new Dictionary<string, JToken>();

    /// <summary>Gets the values that the answer's headers must have (<c>"X-Trace-Id": "$(trace)"</c>).</summary>
    public IReadOnlyDictionary<string, string> ExpectHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets text that the answer must contain; null for any.</summary>
    public string? ExpectText { get; init; }

    /// <summary>Gets the values to carry on, by the name they get: a path of the answer's JSON (<c>"token": "$.token"</c>).</summary>
    public IReadOnlyDictionary<string, string> Keep { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long a GET is sent again until its answer is as expected: for what arrives a moment later. Null: once.</summary>
    public TimeSpan? Within { get; init; }

    internal IEnumerable<string> References() =>
        new[] { Url, Path, Body, ExpectText }.Concat(Headers.Values).Concat(ExpectHeaders.Values)
            .Concat(ExpectBody.Values.Select(value => value?.ToString())).SelectMany(CarriedValues.NamesIn);

    internal IEnumerable<(string Member, string Message)> Wrong()
    {
        if (Url is null == Path is null)
        {
            yield return (Url is null ? "path" : "url", Url is null ? "missing: expected a \"path\", or a whole \"url\"" : "there is also \"path\": expected only one of them");
        }

        foreach (var path in ExpectBody.Keys.Where(path => !JsonPath.IsValid(path)))
        {
            yield return ("expectBody", $"expected paths such as \"$.status\" or \"$.items[0].id\", found {OptionText.Found(path)}");
        }

        foreach (var (name, path) in Keep.Where(pair => !JsonPath.IsValid(pair.Value) || !CarriedValues.NamesIn($"$({pair.Key})").Any()))
        {
            yield return ("keep", $"expected a name and a path such as \"token\": \"$.token\", found {OptionText.Found(name)}: {OptionText.Found(path)}");
        }

        if (Within is not null && Method is not ("GET" or "HEAD"))
        {
            yield return ("within", $"only a GET is sent again, found {Method}: its effect would happen more than once");
        }
    }
}
