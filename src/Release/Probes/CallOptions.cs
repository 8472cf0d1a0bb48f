using System.ComponentModel.DataAnnotations;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>One request of several, and what its answer must be.</summary>
public abstract record CallOptions
{
    /// <summary>Gets the method.</summary>
    [RegularExpression("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS", ErrorMessage = "an HTTP method such as \"GET\"")]
    public string Method { get; init; } = "GET";

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

    /// <summary>Gets the values that the answer's JSON must have, by path (<c>$.a.b[0]</c>).</summary>
    public IReadOnlyDictionary<string, JToken> ExpectBody { get; init; } = new Dictionary<string, JToken>();

    /// <summary>What is wrong with it, by the member that is.</summary>
    internal virtual IEnumerable<(string Member, string Message)> Wrong() => CallRules.Headers(Headers).Concat(CallRules.Body(ExpectBody));
}
