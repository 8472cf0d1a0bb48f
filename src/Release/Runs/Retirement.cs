using Release.Journal;
using Release.Output;
using Release.Planning;

namespace Release.Runs;

/// <summary>Stops versions that were kept after a promotion, when their time has come.</summary>
public sealed class Retirement(ReleaseEnvironment environment)
{
    /// <summary>Carries out what is overdue, and says so.</summary>
    public Task CarryOutDue(EnvironmentState state, ILease lease, StopSignal stop) =>
        CarryOut(state, lease, stop, [.. state.Due.Where(d => d.At <= environment.Ports.Clock.GetUtcNow())]);

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
            using var journal = new RunJournal(environment.Ports.Journal, lease, state, step.Run, environment.Ports.Clock);
            environment.Screen.Line($"Due since {Show.Time(step.At)}: retiring {step.Instance.Artefact.Service} {step.Instance.Artefact.Version} of run {step.Run}");
            try
            {
                var planned = environment.Planner.Retire(step.Instance);
                await new Saga(journal, environment.Screen).Advance(planned.Step, planned.Phase, stop.Token);
            }
            catch (Exception error) when (error is StepFailedException or StepUnknownException)
            {
                // It has no traffic and takes no part in what follows; the next command tries again.
                environment.Screen.Warn($"  it could not be retired: {error.Message}");
            }
        }
    }
}
