using Release.Configuration;

namespace Release.Drivers.Prometheus;

/// <summary>What would keep a gate from measuring through this server, found before any traffic moves: wrong names, wrong labels, a tick shorter than a scrape.</summary>
/// <param name="options">The source's options.</param>
/// <param name="server">The server.</param>
/// <param name="now">The time of the look.</param>
internal sealed class PrometheusMistakes(PrometheusMetricsOptions options, PrometheusServer server, DateTimeOffset now)
{
    private const int FewestScrapes = 4;

    // A scrape begins a little late now and then.
    private const double Slack = 0.9;

    public async Task<IReadOnlyList<string>> Of(IReadOnlyList<string> selectors, GateOptions gate, CancellationToken cancellation)
    {
        var mistakes = new List<string>();
        foreach (var selector in selectors)
        {
            var answer = await server.Query($"{options.Requests}{{{selector}}}[10m]", now, cancellation);
            if (answer.Problem is { } problem)
            {
                if (answer.IsMistake)
                {
                    mistakes.Add(problem);
                }

                continue;
            }

            if ((answer.Series.IsEmpty ? await Unmatched(selector, cancellation) : TooFast(answer, gate.Tick)) is { } mistake)
            {
                mistakes.Add(mistake);
            }
        }

        await AddUnknown(mistakes, options.ErrorsMatch.Count == 0, options.Errors, "errors", "a candidate's errors would never be seen", cancellation);
        await AddUnknown(mistakes, Times(gate), options.Duration + "_bucket", "duration", "no latency would be measured", cancellation);
        return mistakes;
    }

    private static bool Times(GateOptions gate) =>
        gate.Objectives.Any(o => o.Type is ObjectiveType.Latency) || gate.Criteria.Any(c => c.Type is ObjectiveType.Latency);

    private string? TooFast(PrometheusAnswer answer, TimeSpan tick)
    {
        var longest = answer.Series.MaxBy(s => s.Points.Length)!.Points;
        if (longest.Length < FewestScrapes)
        {
            return null;
        }

        var apart = longest.Zip(longest.Skip(1), (a, b) => b.At - a.At).Order().ElementAt((longest.Length - 1) / 2);
        return tick < apart * Slack
            ? $"gate.tick is {ValueText.Of(tick)} and {server.Shown} scrapes every {ValueText.Of(TimeSpan.FromSeconds(Math.Round(apart.TotalSeconds, 1)))}: most ticks would have nothing new. Make the tick at least as long, or scrape more often"
            : null;
    }

    private async Task<string?> Unmatched(string selector, CancellationToken cancellation)
    {
        var all = await server.Query($"group by (job, {options.TargetLabel}) ({options.Requests})", now, cancellation);
        return all.Problem is not null ? null
            : all.Series.IsEmpty ? $"{server.Shown} has no metric {options.Requests}: correct gate.metrics.requests, or let the server scrape the service"
            : $"{server.Shown} has no {options.Requests}{{{selector}}}: correct gate.metrics.match; there is {string.Join(", ", all.Series.Take(3).Select(Labels))}";
    }

    private async Task AddUnknown(List<string> mistakes, bool isNeeded, string metric, string member, string why, CancellationToken cancellation)
    {
        if (isNeeded && await server.Query($"group({{__name__=\"{metric}\"}})", now, cancellation) is { Problem: null, Series.IsEmpty: true })
        {
            mistakes.Add($"{server.Shown} has no metric {metric}, so {why}: correct gate.metrics.{member}, or let the service show it from its start");
        }
    }

    private static string Labels(ServerSeries series) => $"{{{string.Join(',', series.Labels.Select(l => $"{l.Key}={LabelMatch.Quoted(l.Value)}"))}}}";
}
