using Release.Output;

namespace Release.Runs;

/// <summary>How an environment stands after a turn: what a person must do (5 or 6), what is waited for, or nothing.</summary>
internal sealed class TendingOutlook(ReleaseEnvironment environment)
{
    /// <summary>The exit code and the last line.</summary>
    public RunResult Of(EnvironmentState state)
    {
        if (state.Open is not { } open)
        {
            var next = state.Due.OrderBy(d => d.At).FirstOrDefault();
            if (Watching.WatchDue.Next(state.Watches.Last, environment.Ports.Clock.GetUtcNow()) is { } look && state.LastPromoted?.Id == state.Watches.Last?.Run)
            {
                return new RunResult(ExitStatus.Done, $"{state.Stable?.Version} in {environment.Name} is watched until {Show.Time(state.Watches.Last!.Until)}; the next look is due at {Show.Time(look)}.");
            }

            return new RunResult(
                ExitStatus.Done,
                next is null || next.At <= environment.Ports.Clock.GetUtcNow() ? $"Nothing is due in {environment.Name}."
                    : $"Nothing is due in {environment.Name} before {Show.Time(next.At)}: then {next.Instance.Artefact.Service} {next.Instance.Artefact.Version} is retired.");
        }

        var name = $"Run {open.Id} ({open.Opening.Target.Version})";
        if (open.Waits is { } waits)
        {
            return new RunResult(
                ExitStatus.Done,
                $"{name} is parked and waits for {waits.For}{(waits.Until is { } until ? $" until {Show.Time(until)}, then it is undone" : "")}.",
                $"Go on: {environment.Command(waits.IsHeld ? "Decide --go --reason \"…\"" : "Promote")}; take it back: {environment.Command("Decide --no-go --reason \"…\"")}.");
        }

        if (Chore.OrphanOf(open, environment.Options) is { } orphan && orphan.At(environment.Options) > environment.Ports.Clock.GetUtcNow())
        {
            return new RunResult(ExitStatus.Done, $"{name} has no process since {Show.Time(open.LastAt)}: if nobody goes on with it until {Show.Time(orphan.At(environment.Options))}, a tender will {orphan.What}.");
        }

        // The words of the refusal that everybody else meets.
        var refused = new Opener(environment, new StopSignal()).Interrupted(open);
        return new RunResult(refused.Status, refused.Message);
    }
}
