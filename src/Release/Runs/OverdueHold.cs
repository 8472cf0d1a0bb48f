using Release.Journal;
using Release.Output;

namespace Release.Runs;

/// <summary>Undoes a run that waited for a person until its time was over. Whoever changes something next does it first, and says so.</summary>
internal sealed class OverdueHold(ReleaseEnvironment environment, StopSignal stop)
{
    /// <summary>Undoes the open run if it is one; null when there is none.</summary>
    /// <exception cref="ReleaseException">It could not be undone whole: nothing else may follow.</exception>
    public async Task<RunResult?> Undo(EnvironmentState state, ILease lease)
    {
        if (state.Open is not { Waits: { Until: { } until } waits } held || !waits.IsOver(environment.Ports.Clock.GetUtcNow()))
        {
            return null;
        }

        var overdue = $"nobody decided until {Show.Time(until)}, and a run that the gate holds is then undone";
        environment.Screen.Warn($"Run {held.Id} ({held.Opening.Target.Version}) is overdue: {overdue}.");
        using (var pen = new RunJournal(environment.Ports.Journal, lease, state, held.Id, environment.Ports.Clock))
        {
            // Before anything else: whoever comes after a crash knows the way.
            await pen.Decide(Decision.GoBack, overdue);
        }

        await using var run = await new Opener(environment, stop).Continue(held, state, lease, forward: false);
        var result = await new TurningBack(run).Undo(overdue, ExitStatus.Failed);
        return result.Status is ExitStatus.Failed ? result : throw new ReleaseException(result.Status, result.Message, result.Next);
    }
}
