using System.Text.Json.Nodes;
using Release.Gates;
using Release.Gates.Backtests;
using Release.Journal;
using Release.Notices;
using Release.Output;
using Release.Runs;

namespace Release.Watching;

/// <summary>
/// What stable did before a release: rates and quantiles, never raw counters. From a source that remembers it is the time before the
/// run; from one that does not, what stable counted beside the candidate, which is said.
/// </summary>
internal sealed class BaselineLook(ReleaseEnvironment environment)
{
    /// <summary>The document, and how it came about.</summary>
    public async Task<(JsonObject Document, string How)> Of(RunState run, TimeSpan window, CancellationToken cancellation)
    {
        var services = new JsonObject();
        var remembered = environment.Ports.Metrics as IPastSource;
        var problems = new List<string>();
        foreach (var service in environment.Options.Services)
        {
            var past = remembered is null ? null : await Remembered(remembered, run, service, window, problems, cancellation);
            if (past is null && await Beside(run, service.Name, cancellation) is { } beside)
            {
                past = beside;
            }

            services[service.Name] = past;
        }

        var how = remembered is not null && problems.Count == 0
            ? $"{Show.Duration(window)} of {run.Opening.Stable?.Version} before run {run.Id} began"
            : $"what {run.Opening.Stable?.Version} did beside the candidate of run {run.Id}{(problems.Count > 0 ? $" ({problems[0]})" : ", since the source of metrics keeps no past")}";
        var document = new JsonObject
        {
            ["environment"] = environment.Name,
            ["run"] = run.Id,
            ["version"] = run.Opening.Stable?.Version,
            ["before"] = Notice.Time(run.StartedAt),
            ["of"] = environment.Ports.Shown(how),
            ["services"] = services,
        };
        return (document, environment.Ports.Shown(how));
    }

    private async Task<JsonObject?> Remembered(
        IPastSource source, RunState run, Configuration.ServiceOptions service, TimeSpan window, List<string> problems, CancellationToken cancellation)
    {
        if (run.Opening.Stable?.Of(service.Name) is not { } instance)
        {
            return null;
        }

        var every = TimeSpan.FromSeconds(Math.Clamp(window.TotalSeconds / 60, 15, 300));
        var view = await environment.Ports.Platform.Look(instance.Id, cancellation);
        var metered = MeteredInstance.Of(instance, Variant.Stable, service, view);
        if (metered.Count == 0)
        {
            problems.Add($"{instance.Id} is not there any more to be asked for");
            return null;
        }

        var past = await source.Remember(metered, [], run.StartedAt - window, run.StartedAt, every, cancellation);
        var counts = PastCounts.Of(past.Readings, run.StartedAt - window, run.StartedAt, 3 * every);
        var ticks = counts.Stretches.SelectMany(s => s).ToList();
        if (ticks.Count == 0)
        {
            problems.Add(past.Problem ?? $"nothing is known of {past.Asked}");
            return null;
        }

        return WatchSummary.Figures(CounterDeltas.Sum(ticks.Select(t => t.Counts)), every * ticks.Count);
    }

    // The samples of a closed run are in the journal only.
    private async Task<JsonObject?> Beside(RunState run, string service, CancellationToken cancellation)
    {
        var ticks = new List<GateTick>();
        _ = await environment.Ports.Journal.Read(
            run.OpenedSeq,
            record =>
            {
                if (record.Type is RecordType.Sample && record.Entry.Run == run.Id && record.Data["service"]?.GetValue<string>() == service && record.Data["tick"] is JsonObject tick)
                {
                    ticks.Add(GateJson.TickFromJson(tick));
                }
            },
            cancellation);
        var counted = ticks.Where(t => t.Stable.Fresh > 0).ToList();
        return counted.Count < 2 ? null : WatchSummary.Figures(CounterDeltas.Sum(counted.Skip(1).Select(t => t.Stable.Counts)), counted[^1].At - counted[0].At);
    }
}
