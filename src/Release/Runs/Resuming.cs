using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;
using Release.Planning;

namespace Release.Runs;

/// <summary>Goes on with a run that another process left, in the direction that it had, or closes it as it stands.</summary>
public sealed class Resuming(ReleaseEnvironment environment, StopSignal stop)
{
    /// <summary>Goes on. What was started is settled, what is done is not repeated.</summary>
    /// <param name="acceptAsIs">A failed undo is accepted as it stands; needs a reason.</param>
    public Task<RunResult> Run(bool acceptAsIs) => Recorded(() => GoOn(acceptAsIs));

    /// <summary>Closes the open run as it stands and states the split that remains.</summary>
    public Task<RunResult> Abandon() => Recorded(Close);

    private async Task<RunResult> GoOn(bool acceptAsIs)
    {
        var lease = await new Opener(environment, stop).Take("resume");
        try
        {
            var state = await environment.ReadState(stop.Token);
            if (state.Open is not { } open)
            {
                return new RunResult(ExitStatus.Done, $"There is nothing to resume in {environment.Name}: no run is open.", $"Release: {environment.Command("Promote")}.");
            }

            if (await new OverdueHold(environment, stop).Undo(state, lease) is { } undone)
            {
                return undone;
            }

            if (open.Waits is { } waits && !Runbooks.RequiredSignOffs.AreThere(open))
            {
                return new RunResult(
                    ExitStatus.Parked,
                    $"Run {open.Id} ({open.Opening.Target.Version}) is parked, not interrupted: it waits for {waits.For}.",
                    $"Go on: {environment.Command("Promote")}{(waits.IsHeld ? $", or whatever the gate says {environment.Command("Decide --go --reason \"…\"")}" : "")}; take it back: {environment.Command("Rollback")}.");
            }

            if (open.StuckBecause is not null && open.GoesBack && !acceptAsIs)
            {
                throw new Opener(environment, stop).Interrupted(open);
            }

            await Ports.Leases.ClearStopRequest(stop.Token);
            if (acceptAsIs && !open.Steps.Any(s => IsStuck(open, s)))
            {
                throw new ReleaseException(ExitStatus.Usage, $"Nothing of run {open.Id} failed to be undone, so there is nothing to accept.", $"Go on: {environment.Command("Resume")}.");
            }

            if (!open.GoesBack)
            {
                // One that goes back moves traffic first anyway.
                await new Opener(environment, stop).WithdrawOrphan(open, state, lease);
            }

            await new Retirement(environment).CarryOutDue(state, lease, stop);
            return acceptAsIs ? await Accept(open, state, lease) : await Finish(open, state, lease);
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    private async Task<RunResult> Close()
    {
        var lease = await new Opener(environment, stop).Take("abandon");
        try
        {
            var state = await environment.ReadState(stop.Token);
            var result = state.Open is not { } open
                ? new RunResult(ExitStatus.Done, $"There is nothing to abandon in {environment.Name}: no run is open.")
                : await CloseAsItStands(open, state, lease, $"{environment.Inputs.Owner}: {environment.Inputs.Reason}");
            await new Retirement(environment).CarryOutDue(state, lease, stop);
            return result;
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    /// <summary>Brings an open run to its end under a lease that is held already.</summary>
    internal async Task<RunResult> Finish(RunState open, EnvironmentState state, ILease lease, bool whateverThePlan = false)
    {
        environment.Screen.Line($"Run {open.Id} ({Words.Of(open.Opening.Kind)} {open.Opening.Target.Version}) goes {(open.GoesBack ? "back" : "on")}");
        var run = await new Opener(environment, stop).Continue(open, state, lease, forward: !open.GoesBack && !whateverThePlan);
        if (open.GoesBack)
        {
            await using (run)
            {
                return await new TurningBack(run).Undo(open.Reason.Length > 0 ? open.Reason : "a step had failed", ExitStatus.Failed);
            }
        }

        if (open.Opening.Kind is not RunKind.Release || open.Opening.IsFirst)
        {
            await using (run)
            {
                await new StraightRun(run).ToEnd();
                return new RunResult(ExitStatus.Done, $"Run {open.Id} ({Words.Of(open.Opening.Kind)}) is done: {state.Stable?.Version} in {environment.Name}.");
            }
        }

        await new TurningBack(run).FinishWithdrawal();
        await using var release = new ReleaseRun(environment, stop, open.Goal);
        await release.TakeRest(run);
        return release.Result!;
    }

    private EnvironmentPorts Ports => environment.Ports;

    private async Task<RunResult> Recorded(Func<Task<RunResult>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> Accept(RunState open, EnvironmentState state, ILease lease)
    {
        await using var run = await new Opener(environment, stop).Continue(open, state, lease, forward: false);
        if (run.Plan.Steps.FirstOrDefault(p => IsStuck(open, open.Step(p.Step.Id)) && NeedsIt(open, run.Plan, p)) is { } needed)
        {
            throw await CannotAccept(run, open.Step(needed.Step.Id));
        }

        var detail = $"accepted as it stands by {environment.Inputs.Owner}: {environment.Inputs.Reason}";
        foreach (var step in open.Steps.Where(s => IsStuck(open, s)))
        {
            environment.Screen.Warn($"  {step.Id}: accepted as it stands: {step.Detail}");
            var accepted = open.Opening.TurnsBack ? RecordType.StepUndone : RecordType.StepApplied;
            await run.Journal.Append(accepted, new() { ["detail"] = detail, ["seen"] = new JsonObject(), ["accepted"] = true }, step.Phase, step.Id);
        }

        await run.Journal.Decide(Decision.AcceptAsIs, $"{environment.Inputs.Owner}: {environment.Inputs.Reason}");
        if (open.Opening.TurnsBack)
        {
            return await new TurningBack(run).Undo(open.Reason.Length > 0 ? open.Reason : "accepted as it stands", ExitStatus.Failed);
        }

        await new StraightRun(run).ToEnd();
        return new RunResult(ExitStatus.Done, $"Run {open.Id} ({Words.Of(open.Opening.Kind)}) is done: {state.Stable?.Version} in {environment.Name}. {detail}.");
    }

    // As it stands means as it stays: a call of the process that is gone may not land on what comes next.
    private async Task UntilNothingLands(RunState open)
    {
        var left = (open.LandsUntil ?? default) - Ports.Clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            environment.Screen.Line($"  waiting {Show.Duration(left)}: a call of the process that is gone may still land");
            await Task.Delay(left, Ports.Clock, stop.Token);
        }
    }

    // What still has traffic would be stopped next, or what does not live would be given it.
    private static bool NeedsIt(RunState run, ReleasePlan plan, PlannedStep stuck) => run.Opening.TurnsBack
        ? stuck.Step is ITrafficStep
        : plan.Steps.SkipWhile(p => p.Step.Id != stuck.Step.Id).Skip(1).Any(p => stuck.Service is null || p.Service == stuck.Service);

    private async Task<ReleaseException> CannotAccept(RunContext run, StepRecord stuck)
    {
        var why = $"{stuck.Id} cannot be accepted as it stands, because what comes after it would take the service down ({stuck.Detail.TrimEnd('.')})";
        await run.Journal.Decide(Decision.Halt, why);
        return new ReleaseException(
            ExitStatus.Stuck,
            $"{why}.",
            $"Mend the cause and run {environment.Command("Rollback")}, or close the run with everything it has started: {environment.Command("Abandon --reason \"…\"")}.");
    }

    // A rollback never goes back, so what fails there is a step; everywhere else it is an undo.
    private static bool IsStuck(RunState run, StepRecord step) =>
        step.Status == (run.Opening.TurnsBack ? StepStatus.UndoFailed : StepStatus.Failed);

    private async Task<RunResult> CloseAsItStands(RunState open, EnvironmentState state, ILease lease, string reason)
    {
        await UntilNothingLands(open);
        await using var run = await new Opener(environment, stop).Continue(open, state, lease, forward: false);
        await TurningBack.Close(run, RunOutcome.Abandoned, reason, []);
        var splits = new List<string>();
        foreach (var service in environment.Options.Services)
        {
            var weights = await Ports.Router.Observe(service, stop.Token);
            splits.Add($"{service.Name}: {(weights is null ? "the router does not answer" : string.Join(", ", weights.Weights.Select(w => $"{w.Key} has {weights.ShareOf([w.Key])}")))}");
        }

        var begun = open.Steps.Where(s => s.IsBegun).Select(s => s.Id).ToList();
        return new RunResult(
            ExitStatus.Done,
            $"Run {open.Id} ({open.Opening.Target.Version}) is closed as it stands. The split that remains: {string.Join("; ", splits)}. "
                + (begun.Count == 0 ? "Nothing of it is left." : $"Left: {string.Join(", ", begun)}."));
    }
}
