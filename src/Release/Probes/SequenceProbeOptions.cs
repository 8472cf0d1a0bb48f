using System.ComponentModel.DataAnnotations;
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

/// <summary>One request of a sequence; text in what is expected may refer to carried values.</summary>
public sealed record SequenceStepOptions : CallOptions
{
    /// <summary>Gets the whole address; null for <see cref="Path"/>.</summary>
    [MayHoldPlaceholders]
#pragma warning disable CA1056 // It is no address before its placeholders are resolved.
    public string? Url { get; init; }
#pragma warning restore CA1056

    /// <summary>Gets the path below the address of what is looked at (the candidate, the gateway); null for <see cref="Url"/>.</summary>
    [MayHoldPlaceholders]
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Path { get; init; }

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

    /// <inheritdoc/>
    internal override IEnumerable<(string Member, string Message)> Wrong() => CallRules.Place(Url, Path).Concat(base.Wrong()).Concat(WrongAfterwards());

    private IEnumerable<(string Member, string Message)> WrongAfterwards()
    {
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
