using System.Text.Json.Nodes;
using Release.Journal;
using Release.Planning;

namespace Release.Runs;

/// <summary>
/// A run without a gate: the first deployment, Up, Down, and the undoing of a promoted run. Every step of the plan in
/// order, then closed.
/// </summary>
public sealed class StraightRun(RunContext run)
{
    private readonly List<Exception> _left = [];
    private readonly HashSet<string> _blocked = [];
    private readonly HashSet<string> _earlier = [.. run.Journal.Run.Steps.Where(s => s.Status is StepStatus.Applied).Select(s => s.Id)];

    /// <summary>Gets when what was taken back gave its last answer, where that could be measured.</summary>
    public LastAnswer? LastAnswer { get; private set; }

    /// <summary>Takes every step. Throws <see cref="ReleaseException"/> when the run did not reach its end.</summary>
    public async Task ToEnd()
    {
        var phase = run.Opening.Goal;
        var listening = new StopRequests(run);
        await using var answers = new LastAnswers(run, run.Opening.Stable ?? run.Opening.Target);
        try
        {
            await run.Journal.Append(RecordType.PhaseStarted, [], phase);
            var lastShift = run.Plan.Steps.LastOrDefault(p => p.Step is ITrafficStep);
            if (run.Opening.Kind is RunKind.Rollback)
            {
                answers.Begin();
            }

            foreach (var planned in run.Plan.Steps)
            {
                await Take(planned);
                if (planned == lastShift)
                {
                    answers.TrafficIsBack();
                }
            }

            ThrowIfAnythingIsLeft();
            await listening.DisposeAsync();
            await run.Journal.Append(RecordType.PhaseFinished, new JsonObject { ["status"] = "done" }, phase);
            LastAnswer = await answers.Last();
            await Close();
        }
        catch (Exception error) when (Ending.Of(error, run) is { } ending)
        {
            await listening.DisposeAsync();
            var result = await new TurningBack(run).Handle(ending, phase);
            throw new ReleaseException(result.Status, result.Message, result.Next);
        }
    }

    // On the way back a service whose peers fail stops there, the others go on (invariant 7). A switch to a version of old
    // that fails before it moved any traffic goes no further: it is undone, and what serves goes on serving.
    private async Task Take(PlannedStep planned)
    {
        if (planned.Service is { } blocked && _blocked.Contains(blocked))
        {
            return;
        }

        try
        {
            await run.Advance(await WorksStill(planned) ? planned : Again(planned));
        }
        catch (Exception error) when (run.Opening.Kind is RunKind.Rollback && (run.Opening.Undoes is not null || HasMovedTraffic()) && error is StepFailedException or StepUnknownException)
        {
            _left.Add(error);
            _ = _blocked.Add(planned.Service ?? "");
            run.Screen.Warn($"  {error.Message}");
        }
    }

    private bool HasMovedTraffic() => run.Plan.Steps.Any(p => p.Step is ITrafficStep && run.Journal.Run.Step(p.Step.Id).IsBegun);

    // What another process started, long ago perhaps, may have died since: traffic is not sent there unseen (invariant 13).
    private async Task<bool> WorksStill(PlannedStep planned) =>
        planned.Step is ITrafficStep || run.Opening.Kind is RunKind.Down || !_earlier.Contains(planned.Step.Id)
        || (await planned.Step.Observe(run.Stop.Token)).State is not (StepState.Pending or StepState.Torn);

    private PlannedStep Again(PlannedStep planned) =>
        planned with { Step = new AgainStep(planned.Step, AgainStep.NextId(planned.Step.Id, run.Journal.Run)) };

    private void ThrowIfAnythingIsLeft()
    {
        var reason = string.Join("; ", _left.Select(e => e.Message));
        if (_left.OfType<StepFailedException>().Any())
        {
            throw new StepFailedException(run.Opening.Goal, reason);
        }

        if (_left.Count > 0)
        {
            throw new StepUnknownException(run.Opening.Goal, reason);
        }
    }

    private Task Close()
    {
        var outcome = run.Opening.Kind is RunKind.Release ? RunOutcome.Promoted : RunOutcome.Done;
        return TurningBack.Close(run, outcome, "", [], LastAnswer);
    }
}
