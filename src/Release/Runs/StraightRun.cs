using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Runs;

/// <summary>
/// A run without a gate: the first deployment, Up, Down, and the undoing of a promoted run. Every step of the plan in
/// order, then closed.
/// </summary>
public sealed class StraightRun(RunContext run)
{
    /// <summary>Takes every step. Throws <see cref="ReleaseException"/> when the run did not reach its end.</summary>
    public async Task ToEnd()
    {
        var phase = run.Opening.Goal;
        var listening = new StopRequests(run);
        try
        {
            await run.Journal.Append(RecordType.PhaseStarted, [], phase);
            await TakeSteps();
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

    // One service that cannot go back does not keep the others from it (invariant 7). The rest of the run needs every step.
    private async Task TakeSteps()
    {
        var problems = new Dictionary<string, string>();
        foreach (var planned in run.Plan.Steps.Where(p => p.Service is null || !problems.ContainsKey(p.Service)))
        {
            try
            {
                await run.Advance(planned);
            }
            catch (Exception error) when (run.Opening.Kind is RunKind.Rollback && error is StepFailedException or StepUnknownException)
            {
                run.Screen.Warn($"  {error.Message}");
                problems[planned.Service ?? ""] = error.Message;
            }
        }

        if (problems.Count > 0)
        {
            throw new PhaseFailedException(string.Join("; ", problems.Values));
        }
    }

    private Task Close()
    {
        var outcome = run.Opening.Kind is RunKind.Release ? RunOutcome.Promoted : RunOutcome.Done;
        return run.Journal.Append(
            RecordType.RunClosed, new JsonObject { ["outcome"] = Words.Of(outcome), ["reason"] = "", ["due"] = new JsonArray() });
    }
}
