using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>What holds for every request that a probe sends; each answer is the member that is wrong, and how.</summary>
internal static partial class CallRules
{
    /// <summary>One of both, and an address where it is a whole one.</summary>
    public static IEnumerable<(string Member, string Message)> Place(string? url, string? path)
    {
        if (url is null == path is null)
        {
            yield return (url is null ? "path" : "url", url is null ? "missing: expected a \"path\", or a whole \"url\"" : "there is also \"path\": expected only one of them");
        }

        if (url is not null && !IsAddress(url))
        {
            yield return ("url", $"expected an address such as \"https://example.org/health\", found {JsonText.Quoted(url)}");
        }
    }

    /// <summary>Whether it is a whole address, or begins with what is filled in later.</summary>
    public static bool IsAddress(string url) =>
        url.StartsWith('$') || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");

    public static IEnumerable<(string Member, string Message)> Headers(IReadOnlyDictionary<string, string> headers)
    {
        foreach (var name in headers.Keys.Where(name => !HeaderName().IsMatch(name)))
        {
            yield return ("headers", $"expected names such as \"X-Trace-Id\", found {JsonText.Quoted(name)}");
        }

        foreach (var (name, _) in headers.Where(header => header.Value?.AsSpan().IndexOfAny('\r', '\n') >= 0))
        {
            yield return ("headers", $"{JsonText.Quoted(name)} holds a line end, which would begin another header: remove it");
        }
    }

    public static IEnumerable<(string Member, string Message)> Body(IReadOnlyDictionary<string, JToken> expected) =>
        expected.Keys.Where(path => !JsonPath.IsValid(path)).Select(path => ("expectBody", $"expected paths such as \"$.status\" or \"$.items[0].id\", found {JsonText.Quoted(path)}"));

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\z")]
    private static partial Regex HeaderName();
}
