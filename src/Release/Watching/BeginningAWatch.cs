using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Notices;
using Release.Output;
using Release.Runs;

namespace Release.Watching;

/// <summary>
/// Begins to watch what was promoted last, and looks for the first time. What follows is due by the journal, and carried out by
/// whoever tends: no process stays for it.
/// </summary>
/// <param name="environment">Where.</param>
/// <param name="stop">What may stop it.</param>
public sealed class BeginningAWatch(ReleaseEnvironment environment, StopSignal stop)
{
    private WatchState? _watch;

    /// <summary>Begins. A watch that goes on is left as it is, unless a time is given: then a new one takes its place.</summary>
    /// <param name="time">For how long; null for what the environment says, or a day.</param>
    public async Task<RunResult> Run(TimeSpan? time)
    {
        await Begin(time);
        var tending = new Tending(environment, stop) { TriesAtOnce = true };
        _ = await tending.Turn(chore => chore is Chore.Watch);
        var state = await environment.ReadState(stop.Token);
        _watch = state.Watches.Last;
        var did = string.Join(" ", tending.Did.Select(d => d.Sentence));
        return _watch is { IsEnded: false } watch && watch.Run == state.LastPromoted?.Id
            ? new RunResult(
                ExitStatus.Done,
                $"{did} {state.Stable?.Version} in {environment.Name} is watched until {Show.Time(watch.Until)}{await By()}; the next look is due at {Show.Time(WatchDue.Next(watch, environment.Ports.Clock.GetUtcNow()) ?? watch.Until)}.".TrimStart(),
                $"Look: {environment.Command("Status")}; carry out what is due: {environment.Command("Tend")}, by cron or with --watch.")
            : new RunResult(tending.Did.Any(d => d.HasFailed) ? ExitStatus.Open : ExitStatus.Done, $"{did} {state.Stable?.Version} serves in {environment.Name} and is not watched any more.".TrimStart(), $"Look: {environment.Command("Status")}.");
    }

    /// <summary>The watch as one JSON document: <c>env</c>, <c>run</c>, <c>from</c>, <c>until</c>, <c>incidents</c>.</summary>
    public JsonObject Document() => new()
    {
        ["env"] = environment.Name,
        ["run"] = _watch?.Run,
        ["from"] = _watch is { } begun ? Notice.Time(begun.From) : null,
        ["until"] = _watch is { } ends ? Notice.Time(ends.Until) : null,
        ["looks"] = _watch?.Looks.Count,
        ["incidents"] = new JsonArray([.. (_watch?.Incidents ?? []).Select(i => (JsonNode)new JsonObject
        {
            ["id"] = i.Id,
            ["severity"] = i.Level,
            ["since"] = Notice.Time(i.Since),
            ["resolved"] = i.ResolvedAt is { } over ? Notice.Time(over) : null,
            ["text"] = i.Text,
        })]),
    };

    private async Task Begin(TimeSpan? time)
    {
        await using var lease = await new Opener(environment, stop).Take($"watch {environment.Name}");
        var state = await environment.ReadState(stop.Token);
        if (state.Open is { } open)
        {
            throw new ReleaseException(
                ExitStatus.Open, $"Run {open.Id} ({open.Opening.Target.Version}) is open in {environment.Name}: its own process watches it until it is promoted.", $"Look: {environment.Command("Status")}.");
        }

        if (state.LastPromoted is null)
        {
            throw new ReleaseException(
                ExitStatus.Usage, $"Nothing was promoted in {environment.Name} that could be watched: {state.Stable?.Version ?? "nothing"} serves, and no release brought it in place of another.", $"Release: {environment.Command("Promote")}.");
        }

        if (time is null && state.Watches.Last is { IsEnded: false } goesOn && goesOn.Run == state.LastPromoted.Id)
        {
            return;
        }

        var usual = environment.Options.Watch ?? new WatchOptions();
        var plan = usual with { For = time ?? usual.For };
        plan = plan with { Every = plan.Every < plan.For ? plan.Every : plan.For };
        await new Watching(environment, stop).Begin(state, lease, plan, environment.Ports.Clock.GetUtcNow());
    }

    private async Task<string> By()
    {
        var tender = await environment.Ports.Tenders.Look(stop.Token);
        return tender?.IsAlive(environment.Ports.Clock.GetUtcNow()) == true ? $" by the tender of {tender}" : ", as long as somebody tends (nobody does now)";
    }
}
