using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Runs;

/// <summary>A person decides about a parked run. Who and why is journaled before anything follows.</summary>
/// <param name="environment">Where, and who decides why.</param>
/// <param name="stop">What may stop it.</param>
public sealed class Deciding(ReleaseEnvironment environment, StopSignal stop)
{
    /// <summary>
    /// Lets the run go on as Promote would, the verdict that held it overridden once; or undoes it.
    /// </summary>
    /// <param name="go">True to go on.</param>
    public async Task<RunResult> Run(bool go)
    {
        try
        {
            return await Decide(go);
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> Decide(bool go)
    {
        var opener = new Opener(environment, stop);
        if (go)
        {
            await opener.RefuseUnattended();
        }

        // Nothing to decide is found before the lease is taken: then nothing at all is changed.
        if (await environment.Ports.Leases.Look(stop.Token) is null)
        {
            ThrowUnlessParked((await environment.ReadState(stop.Token)).Open);
        }

        var lease = await opener.Take($"decide: {(go ? "go" : "no-go")}");
        try
        {
            await environment.Ports.Leases.ClearStopRequest(stop.Token);
            var state = await environment.ReadState(stop.Token);
            ThrowUnlessParked(state.Open);
            if (await new OverdueHold(environment, stop).Undo(state, lease) is { } late)
            {
                return late with { Message = $"Too late to decide. {late.Message}" };
            }

            return go ? await Go(state.Open!, state, lease) : await NoGo(state.Open!, state, lease);
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    private async Task<RunResult> Go(RunState open, EnvironmentState state, ILease lease)
    {
        var waits = open.Waits!;
        await new Retirement(environment).CarryOutDue(state, lease, stop);
        var run = await new Opener(environment, stop).Continue(open, state, lease, forward: true, Phases.Handover);
        await run.Journal.Decide(Decision.Go, Said, By(waits));
        environment.Screen.Line(waits.IsHeld
            ? $"Run {open.Id} ({open.Opening.Target.Version}) goes on from {waits.Share}% by a person's decision, whatever the gate said there: {Said}"
            : $"Run {open.Id} ({open.Opening.Target.Version}) goes on by a person's decision: {Said}");
        await new TurningBack(run).FinishWithdrawal();
        await using var release = new ReleaseRun(environment, stop, Phases.Handover);
        await release.TakeRest(run);
        return release.Result!;
    }

    private async Task<RunResult> NoGo(RunState open, EnvironmentState state, ILease lease)
    {
        using (var pen = new RunJournal(environment.Ports.Journal, lease, state, open.Id, environment.Ports.Clock))
        {
            // Before anything else: whoever comes after a crash knows the way.
            await pen.Decide(Decision.NoGo, Said, By(open.Waits!));
        }

        await using var run = await new Opener(environment, stop).Continue(open, state, lease, forward: false);
        var result = await new TurningBack(run).Undo(Said, ExitStatus.Done);
        await new Retirement(environment).CarryOutDueAfter(result, state, lease, stop);
        return result;
    }

    private string Said => $"{environment.Inputs.Owner}: {environment.Inputs.Reason}";

    private JsonObject By(ParkedWait waits)
    {
        var data = new JsonObject { ["by"] = environment.Inputs.Owner };
        if (waits.IsHeld)
        {
            data["held"] = waits.ToJson()["held"]!.DeepClone();
        }

        return data;
    }

    private void ThrowUnlessParked(RunState? open)
    {
        if (open is null)
        {
            throw new ReleaseException(
                ExitStatus.Usage, $"There is nothing to decide in {environment.Name}: no run is open, so none waits for a person. Nothing was touched.", $"Look: {environment.Command("Status")}.");
        }

        if (!open.IsParked)
        {
            var refused = new Opener(environment, stop).Interrupted(open);
            throw new ReleaseException(ExitStatus.Usage, $"There is nothing to decide in {environment.Name}: no run waits for a person. {refused.Message}");
        }
    }
}
