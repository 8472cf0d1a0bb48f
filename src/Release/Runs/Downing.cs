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
        var lease = await opener.Take("down");
        try
        {
            await environment.Ports.Leases.ClearStopRequest(stop.Token);
            var state = await environment.ReadState(stop.Token);
            if (state.Open is { Opening.Kind: RunKind.Down } halted)
            {
                return await new Resuming(environment, stop).Finish(halted, state, lease);
            }

            if (state.Open is { } open)
            {
                await opener.WithdrawOrphan(open, state, lease);
                throw opener.Interrupted(open);
            }

            if (state.Stable is not { } stable || state.IsDown)
            {
                return new RunResult(ExitStatus.Done, $"{environment.Name} is {(state.IsDown ? "down" : "empty")} already: nothing was changed.", $"Start: {environment.Command("Promote")}.");
            }

            IReadOnlyList<Instance> running = [.. stable.Instances.Concat(state.Due.Select(d => d.Instance)).Concat(state.Left.Select(l => l.Instance)).DistinctBy(i => i.Id)];
            await using var run = await opener.Open(
                state, lease, RunKind.Down, stable with { Instances = running }, stable, Phases.Down, null);
            await new StraightRun(run).ToEnd();
            return new RunResult(ExitStatus.Done, $"{environment.Name} is down; {stable.Version} is recorded and starts again with the next release.", $"Start: {environment.Command("Promote")}.");
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }
}
