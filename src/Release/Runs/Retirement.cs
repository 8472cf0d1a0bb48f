using Release.Journal;
using Release.Output;

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
    /// Takes away what abandoned runs left: a share that a candidate still has would be served unwatched, beside every
    /// later release.
    /// </summary>
    public async Task CarryOutLeft(EnvironmentState state, ILease lease, StopSignal stop)
    {
        foreach (var (run, instance) in state.Left)
        {
            using var journal = new RunJournal(environment.Ports.Journal, lease, state, run, environment.Ports.Clock);
            environment.Screen.Line($"Run {run} was abandoned: retiring its {instance.Artefact.Service} {instance.Artefact.Version}");
            foreach (var planned in environment.Planner.Withdraw(instance, state.Stable))
            {
                await new Saga(journal, environment.Screen).Advance(planned.Step, planned.Phase, stop.Token);
            }
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
