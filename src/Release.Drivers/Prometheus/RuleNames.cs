using Release.Configuration;

namespace Release.Drivers.Prometheus;

/// <summary>What rules of a service select by: the labels that name it, and those by which its versions and instances stay apart.</summary>
/// <param name="Requests">The counter of requests.</param>
/// <param name="Errors">The counter of failed ones.</param>
/// <param name="Duration">The histogram.</param>
/// <param name="Selector">Matchers; may be empty.</param>
/// <param name="Failed">Further matchers of failed requests; may be empty.</param>
/// <param name="By">Labels that are kept.</param>
/// <param name="Service">The service.</param>
internal sealed record RuleNames(string Requests, string Errors, string Duration, string Selector, string Failed, IReadOnlyList<string> By, string Service)
{
    private static readonly string[] OfVersions = ["{version}", "{variant}"];
    private static readonly string[] OfInstances = ["{instance}", "{address}", "{routed}"];

    public static RuleNames Of(MetricsOptions metrics, string service)
    {
        var values = new LabelValues("", "", "", service, "", "");
        if (metrics is not PrometheusMetricsOptions prometheus)
        {
            // Whoever scrapes the services for this program's sake calls the job as the service is called.
            return new(metrics.Requests, metrics.Errors, metrics.Duration, LabelMatch.Of(new Dictionary<string, string> { ["job"] = "{service}" }, values), "", [], service);
        }

        var lasting = prometheus.Match.Where(l => !OfVersions.Concat(OfInstances).Any(n => l.Value.Contains(n, StringComparison.Ordinal))).ToDictionary(l => l.Key, l => l.Value);
        var versions = prometheus.Match.Where(l => OfVersions.Any(n => l.Value.Contains(n, StringComparison.Ordinal))).Select(l => l.Key);

        // Where nothing names the service its instances stay apart, or services with the same metrics would be added up.
        var instances = lasting.Values.Any(v => v.Contains("{service}", StringComparison.Ordinal)) ? [] : new[] { "job", prometheus.TargetLabel };
        return new(
            metrics.Requests,
            metrics.Errors,
            metrics.Duration,
            LabelMatch.Of(lasting, values),
            LabelMatch.Of(prometheus.ErrorsMatch, values),
            [.. versions.Concat(instances).Distinct().Order(StringComparer.Ordinal)],
            service);
    }

    /// <summary>A rate of a counter, added up over what is not kept apart.</summary>
    public string Rate(string metric, string more, string window)
    {
        var matchers = string.Join(',', new[] { Selector, more }.Where(m => m.Length > 0));
        return $"sum{(By.Count == 0 ? "" : $" by ({string.Join(", ", By)})")} (rate({metric}{(matchers.Length == 0 ? "" : $"{{{matchers}}}")}[{window}]))";
    }

    /// <summary>A query for all versions: a label that would be one version's matches any.</summary>
    public string Fill(string query)
    {
        var any = OfVersions.Aggregate(query, (text, name) => text
            .Replace($"=\"{name}\"", "=~\".+\"", StringComparison.Ordinal)
            .Replace($"='{name}'", "=~\".+\"", StringComparison.Ordinal)
            .Replace(name, ".+", StringComparison.Ordinal));
        return LabelMatch.Fill(any, new("", "", "", Service, "", ""));
    }
}
