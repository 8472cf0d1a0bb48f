using System.ComponentModel.DataAnnotations;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>Many calls of several kinds at a steady rate, of which all, or all but a few, must be answered as expected.</summary>
public sealed record MixedProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets how many calls are made.</summary>
    [Range(1, 10_000)]
    public int Calls { get; init; } = 100;

    /// <summary>Gets the calls a second.</summary>
    [Range(1, 1_000)]
    public int Rate { get; init; } = 20;

    /// <summary>Gets how many may fail.</summary>
    [Range(0, 10_000)]
    public int MayFail { get; init; }

    /// <summary>Gets the kinds of calls.</summary>
    [MinLength(1)]
    public required IReadOnlyList<MixedCallOptions> Kinds { get; init; }

    /// <summary>
    /// Gets what in an answer says which variant gave it: a path of its JSON (<c>$.version</c>), or <c>header:</c> and a name
    /// (<c>header:X-Version</c>). Null where nothing does.
    /// </summary>
    [RegularExpression(@"\$.*|header:[A-Za-z0-9-]{1,100}", ErrorMessage = "a path such as \"$.version\", or \"header:X-Version\"")]
    public string? Variant { get; init; }

    /// <summary>Gets how many different variants must have answered: 2 where a candidate has a share that promises it.</summary>
    [Range(1, 100)]
    public int LeastVariants { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (MayFail >= Calls)
        {
            yield return new("mayFail", $"expected less than calls ({Calls}), found {MayFail}: nothing could fail this probe", "calls");
        }

        if (Variant is null && LeastVariants > 1)
        {
            yield return new("variant", "missing: expected what in an answer says which variant gave it, such as \"$.version\"", "leastVariants");
        }

        if (Variant?.StartsWith('$') == true && !JsonPath.IsValid(Variant))
        {
            yield return new("variant", $"expected a path such as \"$.version\", found {OptionText.Found(Variant)}");
        }

        if (TimeSpan.FromSeconds((double)Calls / Rate) >= Timeout)
        {
            yield return new("timeout", $"{Calls} calls at {Rate} a second take {Calls / Rate} s and more: expected a longer timeout, found {ValueText.Of(Timeout)}", "calls", "rate");
        }

        for (var i = 0; i < Kinds.Count; i++)
        {
            if (Kinds[i]?.ExpectBody.Keys.FirstOrDefault(path => !JsonPath.IsValid(path)) is { } wrong)
            {
                yield return new($"kinds[{i}].expectBody", $"expected paths such as \"$.status\", found {OptionText.Found(wrong)}");
            }
        }
    }
}

/// <summary>One kind of call.</summary>
public sealed record MixedCallOptions
{
    /// <summary>Gets how often it is made, relative to the others.</summary>
    [Range(1, 1_000)]
    public int Weight { get; init; } = 1;

    /// <summary>Gets the method.</summary>
    [RegularExpression("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS", ErrorMessage = "an HTTP method such as \"GET\"")]
    public string Method { get; init; } = "GET";

    /// <summary>Gets the path below the address of what is looked at (the candidate, the gateway), or a whole address.</summary>
    [MayHoldPlaceholders]
    public required string Path { get; init; }

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

    /// <summary>Gets the values that the answer's JSON must have, by path.</summary>
    public IReadOnlyDictionary<string, JToken> ExpectBody { get; init; } = new Dictionary<string, JToken>();
}
