using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A request is answered as expected.</summary>
public sealed partial record HttpProbeOptions : ProbeOptions, ICheckedOptions
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
    public IEnumerable<OptionProblem> Problems()
    {
        if (Url is null == Path is null)
        {
            yield return new(
                Url is null ? "path" : "url",
                Url is null ? "missing: expected a \"path\", or a whole \"url\"" : "there is also \"path\": expected only one of them",
                "url", "path");
        }

        if (Url is not null && !Url.StartsWith("${", StringComparison.Ordinal)
            && !(Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return new("url", $"expected an address such as \"https://example.org/health\", found {JsonText.Quoted(Url)}");
        }

        foreach (var name in Headers.Keys.Where(name => !HeaderName().IsMatch(name)))
        {
            yield return new("headers", $"expected names such as \"X-Trace-Id\", found {JsonText.Quoted(name)}");
        }

        foreach (var (name, _) in Headers.Where(header => header.Value?.AsSpan().IndexOfAny('\r', '\n') >= 0))
        {
            yield return new("headers", $"{JsonText.Quoted(name)} holds a line end, which would begin another header: remove it");
        }

        foreach (var path in ExpectBody.Keys.Where(path => !JsonPath.IsValid(path)))
        {
            yield return new("expectBody", $"expected paths such as \"$.status\" or \"$.items[0].id\", found {JsonText.Quoted(path)}");
        }
    }

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\z")]
    private static partial Regex HeaderName();
}
