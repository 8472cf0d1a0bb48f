using Release.Configuration;

namespace Release.Drivers.Prometheus;

/// <summary>What is said of a server's address, here and in probes.</summary>
internal static class PrometheusAddress
{
    public static IEnumerable<OptionProblem> Problems(string? url, IReadOnlyDictionary<string, string>? headers)
    {
        if (url is not null && !url.StartsWith("${", StringComparison.Ordinal) && Of(url) is null)
        {
            yield return new("url", $"expected an address such as \"http://prometheus:9090\", found {OptionText.Found(url)}");
        }

        foreach (var (name, _) in (headers ?? new Dictionary<string, string>()).Where(h => h.Value?.AsSpan().IndexOfAny('\r', '\n') >= 0))
        {
            yield return new("headers", $"{OptionText.Found(name)} holds a line end, which would begin another header: remove it");
        }
    }

    /// <summary>The address with a slash at its end, so that paths are below it; null when it is none.</summary>
    public static Uri? Of(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.Query.Length == 0 && uri.Fragment.Length == 0 ? uri : null;
}
