using Release.Probes;

namespace Release.Drivers.Prometheus;

/// <summary>Looks at a Prometheus server, and through it. A server that cannot be asked is no verdict on what it watches.</summary>
internal static class PrometheusProbe
{
    private const string LookThere = "Look at the server, or correct the probe's url.";

    /// <summary>Looks, for the factory of probes.</summary>
    public static async Task<ProbeResult> Look(PrometheusProbeOptions options, ProbeContext probe, CancellationToken cancellation)
    {
        using var server = new PrometheusServer(options.Url, options.Headers, probe.Placeholders.Resolve, options.Timeout, probe.Time);
        var now = probe.Time.GetUtcNow();
        var seen = new List<string>();
        foreach (var look in Looks(options, server, now))
        {
            var result = await look(cancellation);
            if (result.Verdict is not ProbeVerdict.Pass)
            {
                return result;
            }

            seen.Add(result.Detail);
        }

        return new(ProbeVerdict.Pass, $"{server.Shown}: {string.Join(", ", seen)}");
    }

    private static IEnumerable<Func<CancellationToken, Task<ProbeResult>>> Looks(PrometheusProbeOptions options, PrometheusServer server, DateTimeOffset now)
    {
        if (options.Ready)
        {
            yield return cancellation => IsReady(server, cancellation);
        }

        foreach (var job in options.Jobs)
        {
            yield return cancellation => IsUp(server, job, now, cancellation);
        }

        if (options.Alerts is { } alerts)
        {
            yield return cancellation => IsQuiet(server, LabelMatch.Of(alerts, new("", "", "", "", "", "")), now, cancellation);
        }

        if (options.Query is { } query)
        {
            yield return cancellation => IsWithin(server, query, options, now, cancellation);
        }
    }

    private static async Task<ProbeResult> IsReady(PrometheusServer server, CancellationToken cancellation)
    {
        foreach (var page in new[] { "-/healthy", "-/ready" })
        {
            if (await server.Page(page, cancellation) is { } problem)
            {
                // It answers, and says no; or nobody answers.
                return problem.StartsWith("answered 5", StringComparison.Ordinal)
                    ? new(ProbeVerdict.Fail, $"{server.Shown}/{page} {problem}", LookThere)
                    : new(ProbeVerdict.Unavailable, $"{server.Shown}/{page}: {problem}", LookThere);
            }
        }

        return new(ProbeVerdict.Pass, "ready");
    }

    private static async Task<ProbeResult> IsUp(PrometheusServer server, string job, DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await server.Query($"up{{job={LabelMatch.Quoted(job)}}}", now, cancellation);
        var down = answer.Series.Where(s => s.Points[0].Value != 1).Select(s => s.Labels.GetValueOrDefault("instance", "?")).ToList();
        return answer.Problem is { } problem ? new(ProbeVerdict.Unavailable, problem, LookThere)
            : answer.Series.IsEmpty ? new(ProbeVerdict.Fail, $"{server.Shown} has no target of the job {job}, expected one at least", "Add it to the server's scrape_configs, or correct the job's name.")
            : down.Count > 0 ? new(ProbeVerdict.Fail, $"{server.Shown}: {down.Count} of {answer.Series.Length} targets of {job} are down: {string.Join(", ", down.Take(5))}", "Start them, or look why they are not reached.")
            : new(ProbeVerdict.Pass, $"{answer.Series.Length} of {job} up");
    }

    private static async Task<ProbeResult> IsQuiet(PrometheusServer server, string selector, DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await server.Query($"ALERTS{{alertstate=\"firing\"{(selector.Length > 0 ? "," : "")}{selector}}}", now, cancellation);
        return answer.Problem is { } problem ? new(ProbeVerdict.Unavailable, problem, LookThere)
            : answer.Series.IsEmpty ? new(ProbeVerdict.Pass, "no alert fires")
            : new(ProbeVerdict.Fail, $"{server.Shown}: firing now: {string.Join(", ", answer.Series.Select(s => s.Labels.GetValueOrDefault("alertname", "?")).Distinct().Take(5))}", "End the incident first, or narrow the probe's alerts.");
    }

    private static async Task<ProbeResult> IsWithin(PrometheusServer server, string query, PrometheusProbeOptions options, DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = PrometheusSource.Scalar(await server.Query(query, now, cancellation));
        return answer.Value is not { } value ? new(ProbeVerdict.Unavailable, $"{query}: {answer.Problem}", "Correct the query.")
            : value > options.Max ? new(ProbeVerdict.Fail, $"{query} is {PromText.Number(value)}, expected at most {PromText.Number(options.Max.Value)}")
            : value < options.Min ? new(ProbeVerdict.Fail, $"{query} is {PromText.Number(value)}, expected at least {PromText.Number(options.Min.Value)}")
            : new(ProbeVerdict.Pass, $"{query} is {PromText.Number(value)}");
    }
}
