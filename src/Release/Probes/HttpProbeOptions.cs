using System.ComponentModel.DataAnnotations;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A request is answered as expected.</summary>
public sealed record HttpProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the method.</summary>
    [RegularExpression("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS", ErrorMessage = "an HTTP method such as \"GET\"")]
    public string Method { get; init; } = "GET";

    /// <summary>Gets the whole address (<c>"${gateway.admin}/status"</c>); null for <see cref="Path"/>.</summary>
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

    /// <summary>Gets the body, sent as JSON unless a <c>Content-Type</c> header says otherwise; null for none.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public string? Body { get; init; }

    /// <summary>Gets the status codes that are well.</summary>
    [OneOrMany]
    [Range(100, 599)]
    [MinLength(1)]
    public IReadOnlyList<int> Expect { get; init; } = [200];

    /// <summary>Gets the values that the answer's JSON must have, by path (<c>$.a.b[0]</c>).</summary>
    public IReadOnlyDictionary<string, JToken> ExpectBody { get; init; } = new Dictionary<string, JToken>();

    /// <summary>Gets text that the answer must contain; null for any.</summary>
    public string? ExpectText { get; init; }

    /// <summary>Gets whether redirects on the same host are followed, for GET and HEAD; to another host never.</summary>
    public bool FollowRedirects { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        CallRules.Place(Url, Path).Select(wrong => new OptionProblem(wrong.Member, wrong.Message, Url is null == Path is null ? ["url", "path"] : []))
            .Concat(CallRules.Headers(Headers).Concat(CallRules.Body(ExpectBody)).Select(wrong => new OptionProblem(wrong.Member, wrong.Message)));
}
