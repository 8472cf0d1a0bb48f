using System.Globalization;
using Release.Drivers.Compose;
using Release.Output;
using Release.Probes;

namespace Release.Drivers.Docker.Probes;

/// <summary>Reads the logs of candidate and stable over the same time, and compares.</summary>
internal static class LogsProbe
{
    private const double Significance = 0.01;
    private static readonly TimeSpan WithoutCandidate = TimeSpan.FromMinutes(10);

    /// <summary>Looks, for the factory of probes.</summary>
    public static async Task<ProbeResult> Look(LogsProbeOptions options, ProbeContext probe, DriverContext context, CancellationToken cancellation)
    {
        using var engine = new ProbedEngine(options, probe, context);
        var stack = await engine.OfStack(cancellation);
        var candidates = await engine.Candidates(cancellation);
        var now = context.Time.GetUtcNow();
        var services = context.Services.Select(service => service.Name).Where(name => options.Service is null || name == options.Service).ToList();
        var problems = new List<string>();
        var seen = new List<string>();
        foreach (var service in services)
        {
            var name = engine.NameInCompose(service);
            IReadOnlyList<Container> stable = [.. stack.Where(container => container.Labels.GetValueOrDefault(ComposeLabels.ProjectService) == name)];
            IReadOnlyList<Container> candidate = [.. candidates.Where(container => container.Labels.GetValueOrDefault(ComposeLabels.Service) == service)];
            var judged = candidate.Count > 0 ? candidate : stable;
            if (judged.Count == 0)
            {
                return new(ProbeVerdict.Unavailable, $"{service} has no container whose log could be read", $"See what runs: docker ps -a, on {engine.Client.Host}.");
            }

            var since = Since(options, candidate, now);
            var count = await Count(engine, judged, options, since, now, cancellation);
            var baseline = options.Baseline && candidate.Count > 0 ? await Count(engine, stable, options, since, now, cancellation) : null;
            var found = Judge(service, options, count, baseline, services.Count * options.Patterns.Count).ToList();
            problems.AddRange(found);
            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{service} {(candidate.Count > 0 ? "candidate" : "stable")} {count.Lines} lines, {count.Lines - count.Ordinary} that match{(baseline is null ? "" : $" (stable {baseline.Lines}, {baseline.Lines - baseline.Ordinary})")}"));
        }

        return problems.Count > 0
            ? new(ProbeVerdict.Fail, string.Join("; ", problems), "Read the candidate's log. Where the lines mean nothing, name them in \"ignore\".")
            : new(ProbeVerdict.Pass, string.Join("; ", seen));
    }

    /// <summary>What is wrong with one service.</summary>
    internal static IEnumerable<string> Judge(string service, LogsProbeOptions options, LogCount count, LogCount? baseline, int comparisons)
    {
        for (var i = 0; i < options.Patterns.Count; i++)
        {
            var matches = count.Matches(i);
            var usual = baseline?.Matches(i) ?? 0;

            // Of many comparisons one is unusual by chance: each gets its part of the whole chance.
            if (matches <= options.Max || (usual > 0 && LogComparison.Chance(count, baseline!, i) >= Significance / Math.Max(1, comparisons)))
            {
                continue;
            }

            var comparison = baseline is null ? $"expected at most {options.Max}"
                : usual == 0 ? "stable logged none"
                : string.Create(CultureInfo.InvariantCulture, $"stable logged {usual} in {baseline.Lines} lines");
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{service} logged {matches} lines like {TerminalText.Line(options.Patterns[i], 60)} in {count.Lines}, {comparison}. The first: {TerminalText.Line(count.First(i) ?? "", 160)}");
        }
    }

    private static DateTimeOffset Since(LogsProbeOptions options, IReadOnlyList<Container> candidate, DateTimeOffset now)
    {
        var begin = candidate.Count > 0 ? candidate.Min(container => container.Created) : now - (options.Since ?? WithoutCandidate);
        return options.Since is { } most && now - most > begin ? now - most : begin;
    }

    private static async Task<LogCount> Count(
        ProbedEngine engine, IReadOnlyList<Container> containers, LogsProbeOptions options, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation)
    {
        var count = new LogCount([.. options.Patterns.Select(LogsProbeOptions.Compiled)], [.. options.Ignore.Select(LogsProbeOptions.Compiled)]);
        foreach (var container in containers)
        {
            await count.Add(engine.Client, container, since, until, cancellation);
        }

        return count;
    }
}
