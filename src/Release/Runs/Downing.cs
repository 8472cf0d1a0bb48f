using Release.Journal;
using Release.Platforms;

namespace Release.Runs;

/// <summary>Stops an environment: what serves, what is kept, and the router that is ours. Promote starts it again.</summary>
public sealed class Downing(ReleaseEnvironment environment, StopSignal stop)
{
    /// <summary>Stops everything.</summary>
    public async Task<RunResult> Run()
    {
        try
        {
            return await StopAll();
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> StopAll()
    {
        var opener = new Opener(environment, stop);
        Tell((await Read()).Damages);
        var lease = await opener.Take("down", environment.Inputs.AcceptJournal);
        try
        {
            await environment.Ports.Leases.ClearStopRequest(stop.Token);
            var (state, damages) = await Read();
            if (state.Open is { Opening.Kind: RunKind.Down } halted)
            {
                return await new Resuming(environment, stop).Finish(halted, state, lease);
            }

            _ = await new OverdueHold(environment, stop).Undo(state, lease);
            if (state.Open is { } open)
            {
                await opener.WithdrawOrphan(open, state, lease);
                throw opener.Interrupted(open);
            }

            if (state.IsInDoubt(damages) && (state.Stable is null || state.IsDown))
            {
                throw new ReleaseException(
                    ExitStatus.Open,
                    $"What can be read of the journal of {environment.Name} does not say what runs there, so there is nothing to stop by it.",
                    $"Look: {environment.Command("Audit")}. Restore the journal from a copy, or stop by hand what runs.");
            }

            if (state.Stable is not { } stable || state.IsDown)
            {
                return new RunResult(ExitStatus.Done, $"{environment.Name} is {(state.IsDown ? "down" : "empty")} already: nothing was changed.", $"Start: {environment.Command("Promote")}.");
            }

            IReadOnlyList<Instance> running = [.. stable.Instances.Concat(state.Due.Select(d => d.Instance)).Concat(state.Left.Select(l => l.Instance)).DistinctBy(i => i.Id)];
            await using var run = await opener.Open(
                state, lease, RunKind.Down, stable with { Instances = running }, stable, Phases.Down, null);
            await new StraightRun(run).ToEnd();
            return damages.Count > 0 ? new RunResult(
                ExitStatus.Done,
                $"{environment.Name} is down, as far as its journal can be read: {string.Join(", ", running.Select(i => i.Id))}. What a lost record started may still run.",
                $"Before the next release restore the journal from a copy, or move .release/{environment.Name} away and begin anew.")
                : new RunResult(ExitStatus.Done, $"{environment.Name} is down; {stable.Version} is recorded and starts again with the next release.", $"Start: {environment.Command("Promote")}.");
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    // Stopping everything by records of which some are lost is a person's decision: what they do not say is left running.
    private async Task<(EnvironmentState State, IReadOnlyList<JournalDamage> Damages)> Read()
    {
        var read = await EnvironmentState.Read(environment.Ports.Journal, stop.Token);
        return read.Damages is [var first, ..] && !environment.Inputs.AcceptJournal
            ? throw new ReleaseException(
                ExitStatus.Open,
                $"The journal of {environment.Name} is damaged at record {first.Seq} (line {first.Line}): {first.What}. What runs there is not known for sure, so nothing was stopped.",
                $"Look: {environment.Command("Audit")}; take the last run back: {environment.Command("Rollback")}. "
                    + $"Stop what can be read: {environment.Command("Down --accept-journal --reason \"…\"")}.")
            : read;
    }

    private void Tell(IReadOnlyList<JournalDamage> damages)
    {
        foreach (var damage in damages)
        {
            environment.Screen.Warn($"The journal is damaged at record {damage.Seq} (line {damage.Line}): {damage.What}. Going on with what can be read.");
        }
    }
}
