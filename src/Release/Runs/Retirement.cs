using Release.Journal;
using Release.Output;
using Release.Planning;

namespace Release.Runs;

/// <summary>Stops versions that were kept after a promotion, when their time has come.</summary>
public sealed class Retirement(ReleaseEnvironment environment)
{
    /// <summary>Carries out what is overdue, and says so.</summary>
    public Task CarryOutDue(EnvironmentState state, ILease lease, StopSignal stop) =>
        CarryOut(state, lease, stop, Overdue(state, environment.Ports.Clock.GetUtcNow()));

    /// <summary>The same when a rollback has done all it had to: nothing of it, not even a stop, changes how the rollback ended.</summary>
    public async Task CarryOutDueAfter(RunResult rollback, EnvironmentState state, ILease lease, StopSignal stop)
    {
        try
        {
            await (rollback.Status is ExitStatus.Done ? CarryOutDue(state, lease, stop) : Task.CompletedTask);
        }
#pragma warning disable CA1031 // the rollback is done and recorded; what is left is due for the next command
        catch (Exception error)
#pragma warning restore CA1031
        {
            environment.Screen.Warn($"What is overdue stays so: {error.Message}");
        }
    }

    /// <summary>
    /// What is overdue; but nothing that the open run serves, starts or goes back to, and nothing that a closed one left with
    /// a share: that is taken away first, beside a stable that lives (<see cref="CarryOutLeft"/>).
    /// </summary>
    public static IReadOnlyList<DueStep> Overdue(EnvironmentState state, DateTimeOffset now)
    {
        // A call of the open run whose outcome is not known yet may still land: nothing begins before it is settled (invariant 2).
        if (state.Open?.Steps.Any(s => s.Status is StepStatus.Intended or StepStatus.UndoIntended) == true)
        {
            return [];
        }

        var needed = (state.Open?.Opening.Target.Instances ?? []).Concat(state.Open?.Opening.Stable?.Instances ?? [])
            .Concat(state.Left.Select(l => l.Instance)).Select(i => i.Id).ToHashSet();
        return [.. state.Due.Where(d => d.At <= now && !needed.Contains(d.Instance.Id))];
    }

    /// <summary>
    /// Undoes a retirement of these instances that was begun and not ended. It is ended first: one that was just told to stop
    /// still answers, and would be taken for alive. Nothing is thrown when that fails: a rollback has a look of its own.
    /// </summary>
    public async Task UndoBegun(DeployedRelease release, EnvironmentState state, ILease lease, StopSignal stop)
    {
        foreach (var due in state.Due.Where(d => release.Instances.Any(i => i.Id == d.Instance.Id)
            && state.Run(d.Run)!.Step(d.Step).Status is StepStatus.Intended or StepStatus.UndoIntended))
        {
            environment.Screen.Line($"{due.Instance.Id} was just being retired: it is started again");
            if (state.Run(due.Run)!.Step(due.Step).Status is StepStatus.Intended && await Problem(due, state, lease, stop) is { } problem)
            {
                environment.Screen.Warn($"  its retirement could not be ended: {problem}");
            }

            using var journal = new RunJournal(environment.Ports.Journal, lease, state, due.Run, environment.Ports.Clock);
            _ = await new Unwinding(journal, environment.Screen).Run([environment.Planner.Retire(due.Instance)]);
        }
    }

    /// <summary>Carries out what a newer promotion made superfluous: a rollback goes one version back and no further.</summary>
    public Task CarryOutSuperseded(EnvironmentState state, ILease lease, StopSignal stop) =>
        CarryOut(state, lease, stop, [.. state.Due.Where(d => state.Previous?.Instances.Any(i => i.Id == d.Instance.Id) != true)]);

    /// <summary>
    /// Takes away what closed runs left: a share that it still has would be served unwatched, beside every later release.
    /// Throws <see cref="ReleaseException"/> when a share could not be taken away.
    /// </summary>
    public async Task CarryOutLeft(EnvironmentState state, ILease lease, StopSignal stop)
    {
        foreach (var (run, instance) in state.Left)
        {
            using var journal = new RunJournal(environment.Ports.Journal, lease, state, run, environment.Ports.Clock);
            var isKept = state.Due.Any(d => d.Instance.Id == instance.Id);
            environment.Screen.Line($"Run {run} left {instance.Artefact.Service} {instance.Artefact.Version}: {(isKept ? "taking its share away" : "retiring it")}");
            foreach (var planned in environment.Planner.Withdraw(instance, state.Stable).Where(p => !isKept || p.Step is ITrafficStep))
            {
                await TakeAway(planned, run, journal, stop);
            }
        }
    }

    private async Task TakeAway(PlannedStep planned, string run, RunJournal journal, StopSignal stop)
    {
        try
        {
            await new Saga(journal, environment.Screen).Advance(planned.Step, planned.Phase, stop.Token);
        }
        catch (Exception error) when (error is StepFailedException or StepUnknownException && planned.Step is ITrafficStep)
        {
            throw new ReleaseException(
                ExitStatus.Failed,
                $"What run {run} left in {environment.Name} still has traffic, and its share cannot be taken away: {error.Message.TrimEnd('.')}. A release beside it could not be judged, so none was begun.",
                $"Mend the cause and run {environment.Command("Promote")} again.");
        }
        catch (Exception error) when (error is StepFailedException or StepUnknownException)
        {
            // It has no traffic and takes no part in what follows; the next release tries again.
            environment.Screen.Warn($"  it could not be retired: {error.Message}");
        }
    }

    private async Task CarryOut(EnvironmentState state, ILease lease, StopSignal stop, IReadOnlyList<DueStep> due)
    {
        foreach (var step in due)
        {
            environment.Screen.Line($"Due since {Show.Time(step.At)}: retiring {step.Instance.Artefact.Service} {step.Instance.Artefact.Version} of run {step.Run}");
            if (await Problem(step, state, lease, stop) is { } problem)
            {
                // It has no traffic and takes no part in what follows; the next command tries again.
                environment.Screen.Warn($"  it could not be retired: {problem}");
            }
        }
    }

    /// <summary>Carries out one step; null when it is done, else why it could not be.</summary>
    internal async Task<string?> Problem(DueStep step, EnvironmentState state, ILease lease, StopSignal stop)
    {
        using var journal = new RunJournal(environment.Ports.Journal, lease, state, step.Run, environment.Ports.Clock);
        try
        {
            // What serves takes the place that its platform keeps for it before what was kept there is gone.
            var serving = state.Stable?.Of(step.Instance.Artefact.Service);
            var steps = serving is null || serving.Id == step.Instance.Id ? [] : environment.Planner.Settle(serving);
            foreach (var planned in steps.Append(environment.Planner.Retire(step.Instance)))
            {
                await new Saga(journal, environment.Screen).Advance(planned.Step, planned.Phase, stop.Token);
            }

            return null;
        }
        catch (Exception error) when (error is StepFailedException or StepUnknownException)
        {
            return error.Message;
        }
    }
}
