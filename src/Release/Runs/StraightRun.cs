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

    /// <summary>Takes every step. Throws <see cref="ReleaseException"/> when the run did not reach its end.</summary>
    public async Task ToEnd()
    {
        var phase = run.Opening.Goal;
        var listening = new StopRequests(run);
        try
        {
            await run.Journal.Append(RecordType.PhaseStarted, [], phase);
            foreach (var planned in run.Plan.Steps)
            {
                await Take(planned);
            }

            ThrowIfAnythingIsLeft();
            await listening.DisposeAsync();
            await run.Journal.Append(RecordType.PhaseFinished, new JsonObject { ["status"] = "done" }, phase);
            await Close();
        }
        catch (Exception error) when (Ending.Of(error, run) is { } ending)
        {
            await listening.DisposeAsync();
            var result = await new TurningBack(run).Handle(ending, phase);
            throw new ReleaseException(result.Status, result.Message, result.Next);
        }
    }

    // On the way back a service whose peers fail stops there, the others go on (invariant 7).
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
        catch (Exception error) when (run.Opening.Kind is RunKind.Rollback && error is StepFailedException or StepUnknownException)
        {
            _left.Add(error);
            _ = _blocked.Add(planned.Service ?? "");
            run.Screen.Warn($"  {error.Message}");
        }
    }

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
        return run.Journal.Append(
            RecordType.RunClosed, new JsonObject { ["outcome"] = Words.Of(outcome), ["reason"] = "", ["due"] = new JsonArray() });
    }
}
