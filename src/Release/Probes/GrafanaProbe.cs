using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A Grafana is healthy, reaches its data sources, and has the dashboards that people watch.</summary>
public sealed record GrafanaProbeOptions : ProbeOptions
{
    /// <summary>Gets its address (<c>"http://localhost:3200"</c>), with the path below which it is served.</summary>
    [MayHoldPlaceholders]
#pragma warning disable CA1056 // It is no address before its placeholders are resolved.
    public required string Url { get; init; }
#pragma warning restore CA1056

    /// <summary>Gets the token of a service account, as a reference (<c>"${env:GRAFANA_TOKEN}"</c>); null where anybody may look.</summary>
    [MayHoldPlaceholders]
    public string? Token { get; init; }

    /// <summary>Gets the uids of data sources that must answer.</summary>
    public IReadOnlyList<string> DataSources { get; init; } = [];

    /// <summary>Gets the uids of dashboards that must be there (<c>"execution"</c>).</summary>
    public IReadOnlyList<string> Dashboards { get; init; } = [];
}

/// <summary>
/// Asks Grafana's HTTP API: <c>/api/health</c>, <c>/api/datasources/uid/:uid/health</c> and <c>/api/dashboards/uid/:uid</c>
/// (grafana.com/docs, "HTTP API"). Changes nothing.
/// </summary>
internal static class GrafanaProbe
{
    public static async Task<ProbeResult> Look(GrafanaProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var shown = context.Placeholders.Show(options.Url).TrimEnd('/');
        if (HttpProbe.Whole(context.Placeholders.Resolve(options.Url).TrimEnd('/') + "/") is not { } address)
        {
            return new(ProbeVerdict.Unavailable, $"{shown}: this is no http address", "Correct the url.");
        }

        using var calls = new ProbeCalls(address);
        IReadOnlyList<KeyValuePair<string, string>> headers = options.Token is { } token
            ? [new("Authorization", $"Bearer {context.Placeholders.Resolve(token)}")] : [];
        Task<CallAnswer> Get(string path) => calls.Send("GET", calls.Place(new Uri(address, path).AbsoluteUri, null), headers, null, cancellation);
        try
        {
            var health = await Get("api/health");
            if (health.Status != 200 || Text(health, "$.database") is not "ok")
            {
                return new(ProbeVerdict.Fail, $"grafana at {shown} is not healthy: it answered {health.Status} with {HttpProbe.Beginning(context.Mask.ShownLine(health.Body))}");
            }

            foreach (var source in options.DataSources)
            {
                if (Unhealthy(await Get($"api/datasources/uid/{Uri.EscapeDataString(source)}/health"), $"the data source {source} of grafana at {shown}") is { } sick)
                {
                    return sick;
                }
            }

            foreach (var dashboard in options.Dashboards)
            {
                if (Missing(await Get($"api/dashboards/uid/{Uri.EscapeDataString(dashboard)}"), dashboard, shown) is { } missing)
                {
                    return missing;
                }
            }

            return new(ProbeVerdict.Pass, $"grafana {Text(health, "$.version")} at {shown} is healthy{Told(options.DataSources, "data source")}{Told(options.Dashboards, "dashboard")}");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or InvalidOperationException)
        {
            return new(ProbeVerdict.Unavailable, $"grafana at {shown}: {HttpProbe.Reason(problem)}", "Start it, or correct the url.");
        }
    }

    private static ProbeResult? Unhealthy(CallAnswer answer, string what) => answer.Status switch
    {
        200 when Text(answer, "$.status") is "OK" => null,
        401 or 403 => NoRight(what),
        404 => new(ProbeVerdict.Fail, $"{what} does not exist, or tells no health", "Correct its uid."),
        _ => new(ProbeVerdict.Fail, $"{what} does not answer: {Text(answer, "$.message") ?? $"status {answer.Status}"}"),
    };

    private static ProbeResult? Missing(CallAnswer answer, string uid, string shown) => answer.Status switch
    {
        200 when Text(answer, "$.dashboard.uid") == uid => null,
        401 or 403 => NoRight($"the dashboard {uid} of grafana at {shown}"),
        404 => new(ProbeVerdict.Fail, $"grafana at {shown} has no dashboard with the uid {uid}", "Import it, or correct the uid."),
        _ => new(ProbeVerdict.Unavailable, $"whether grafana at {shown} has the dashboard {uid} is not known: it answered {answer.Status}"),
    };

    private static ProbeResult NoRight(string what) =>
        new(ProbeVerdict.Unavailable, $"{what} may not be looked at with this token", "Give the service account the role Viewer, with the right to query data sources.");

    private static string Told(IReadOnlyList<string> names, string what) => names.Count == 0 ? "" : $", {names.Count} {what}{(names.Count == 1 ? "" : "s")} looked at";

    private static string? Text(CallAnswer answer, string path) => answer.At(path) is JValue { Value: string text } ? text : null;
}
