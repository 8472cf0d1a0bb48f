using Release.Configuration;
using Release.Gates;
using Release.Gates.Backtests;
using Release.Journal;
using Release.Output;

namespace Release.Runs;

/// <summary>What the gate of one service would have done in the past.</summary>
/// <param name="Service">The service.</param>
/// <param name="Source">Where its past comes from, for a person.</param>
/// <param name="Past">Its past.</param>
/// <param name="Result">What the gate would have done; without windows when there is too little.</param>
/// <param name="Problem">Why there is no result, or not all that was asked for; null when nothing is missing.</param>
public sealed record ServiceBacktest(string Service, string Source, PastCounts Past, BacktestResult Result, string? Problem);

/// <summary>
/// Rehearses releases on stable's past: from the source of counters where it remembers, else from the samples in the journal. Changes nothing.
/// </summary>
public sealed class Backtesting(ReleaseEnvironment environment)
{
    private EnvironmentOptions Options => environment.Options;

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>One result a service.</summary>
    /// <param name="since">How far back.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ReleaseException">There is nothing to rehearse on; the message says why and what to do.</exception>
    public async Task<IReadOnlyList<ServiceBacktest>> Run(TimeSpan since, CancellationToken cancellation)
    {
        var to = Ports.Clock.GetUtcNow();
        var state = await environment.ReadState(cancellation);
        var results = new List<ServiceBacktest>();
        foreach (var service in Options.Services)
        {
            var (source, past, problem) = Ports.Metrics is IPastSource remembering
                ? await Remembered(remembering, state, service, to - since, to, cancellation)
                : await Recorded(service.Name, to - since, cancellation);
            results.Add(Rehearse(service.Name, source, past, problem, cancellation));
        }

        return results.Any(r => r.Result.Windows > 0) ? results : throw new ReleaseException(
            ExitStatus.Failed,
            $"There is too little of stable's past to rehearse on: {string.Join("; ", results.Select(r => $"{r.Service}: {r.Problem}"))}.",
            state.Stable is null
                ? $"Release a version ({environment.Command("Promote")}), or record what serves ({environment.Command("Adopt")}): only then is it known whose past to read."
                : $"Ask for a longer time ({environment.Command("Judge --since 30d")}), or come back when there is more.");
    }

    private ServiceBacktest Rehearse(string service, string source, PastCounts past, string? problem, CancellationToken cancellation)
    {
        var result = Backtest.Of(Options, past, Backtest.UsualSeed, cancellation);
        if (result.Windows == 0)
        {
            var (history, window) = Backtest.Length(Options);
            var longest = past.Stretches.Select(s => s.Length).DefaultIfEmpty(0).Max();
            problem ??= past.Ticks == 0
                ? $"nothing was counted ({source})"
                : $"one rollout takes {history + window} ticks in one piece ({Show.Duration((history + window) * Options.Gate.Tick)} with what comes before it), and the longest piece has {longest} ({source})";
        }

        return new(service, source, past, result, problem);
    }

    private async Task<(string Source, PastCounts Past, string? Problem)> Remembered(
        IPastSource source, EnvironmentState state, ServiceOptions service, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        if (state.Stable?.Of(service.Name) is not { } stable)
        {
            return ("", PastCounts.Of([], from, to, Options.Gate.MaxGap), "no version of it serves, so there is no past of one");
        }

        var view = await Ports.Platform.Look(stable.Id, cancellation);
        var instances = MeteredInstance.Of(stable, Variant.Stable, service, view);
        if (instances.Count == 0)
        {
            return ("", PastCounts.Of([], from, to, Options.Gate.MaxGap), $"stable cannot be placed: {view.Detail}");
        }

        var past = await source.Remember(instances, Options.Gate.Criteria, from, to, Options.Gate.Tick, cancellation);
        return (past.Asked, PastCounts.Of(past.Readings, from, to, Options.Gate.MaxGap), past.Problem);
    }

    // The samples of runs, while a candidate was judged: stable's side of them.
    private async Task<(string Source, PastCounts Past, string? Problem)> Recorded(string service, DateTimeOffset from, CancellationToken cancellation)
    {
        var runs = new SortedDictionary<long, List<GateTick>>();
        _ = await Ports.Journal.Read(1, record => Take(record, service, from, runs), cancellation);
        return ($"the samples of {runs.Count} runs in the journal, laid end to end", PastCounts.Joined(runs.Values, Options.Gate.Tick), null);
    }

    private static void Take(JournalRecord record, string service, DateTimeOffset from, SortedDictionary<long, List<GateTick>> runs)
    {
        if (record.Type is not RecordType.Sample || record.Data["service"]?.GetValue<string>() != service || record.Data["tick"] is not System.Text.Json.Nodes.JsonObject json)
        {
            return;
        }

        try
        {
            var tick = GateJson.TickFromJson(json);
            var run = long.TryParse(record.Entry.Run, out var number) ? number : 0;
            if (tick.At >= from)
            {
                (runs.TryGetValue(run, out var ticks) ? ticks : runs[run] = []).Add(tick);
            }
        }
        catch (FormatException)
        {
            // Another version wrote it.
        }
    }
}
