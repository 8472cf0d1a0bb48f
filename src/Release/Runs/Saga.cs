using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;

namespace Release.Runs;

/// <summary>
/// Takes one step forward, by the journal: what is made is not made again, what was begun is settled, the rest is
/// observed, recorded, applied, observed and recorded (invariants 1 to 4).
/// </summary>
public sealed class Saga(RunJournal journal, IScreen screen)
{
    /// <summary>
    /// Brings the step to applied. Throws <see cref="StepFailedException"/> when it failed (recorded),
    /// <see cref="StepUnknownException"/> when the world did not answer (nothing recorded), and
    /// <see cref="OperationCanceledException"/> when stopped: then a later Resume or Rollback settles it.
    /// </summary>
    public async Task Advance(IStep step, string phase, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var known = journal.Run.Step(step.Id);
        switch (known.Status)
        {
            case StepStatus.Applied:
                return;
            case StepStatus.Intended:
                if (await Settle(step, phase, known, cancellation))
                {
                    return;
                }

                await Intend(step, phase, known.Before, "its outcome was not known: again");
                break;
            case StepStatus.None:
            case StepStatus.Undone:
                if (await Begin(step, phase, cancellation))
                {
                    return;
                }

                break;
            case StepStatus.Failed when !journal.Run.GoesBack || journal.Run.Outcome is not null:
                await Intend(step, phase, known.Before, "it had failed: again");
                break;
            case StepStatus.Failed:
            case StepStatus.UndoIntended:
            case StepStatus.UndoFailed:
                throw new StepFailedException(step.Id, $"it is {Words.Of(known.Status)} in the journal: this run only goes back.");
            default:
                throw new InvalidDataException($"'{known.Status}' is not a status that this version knows.");
        }

        await Make(step, phase, cancellation);
    }

    /// <summary>The first look, and the intent. True when the world is there already and nothing needs to be called.</summary>
    private async Task<bool> Begin(IStep step, string phase, CancellationToken cancellation)
    {
        var seen = await Look(step, cancellation);
        if (seen.State is StepState.Foreign)
        {
            throw new StepFailedException(step.Id, $"cannot begin: {seen.Detail}");
        }

        screen.Line($"  {step.Id}: {step.Describe()}");
        await Intend(step, phase, seen.Seen, seen.Detail);
        if (seen.State is not StepState.Applied)
        {
            return false;
        }

        await Applied(step, phase, seen, "was so already: ");
        return true;
    }

    // Each call has its intent: one that is made again may land until a deadline of its own.
    private Task Intend(IStep step, string phase, JsonObject before, string detail)
    {
        var data = new JsonObject
        {
            ["before"] = before.DeepClone(),
            ["describe"] = step.Describe(),
            ["safety"] = Words.Of(step.Safety),
            ["detail"] = detail,
        };
        return journal.Append(
            RecordType.StepIntent, data, phase, step.Id, journal.Key(step, true), journal.Clock.GetUtcNow() + step.Deadline);
    }

    /// <summary>
    /// An intent without an outcome, from a process that is gone. True when the effect is there; false when apply may be
    /// called again with the same key. Only a peer that deduplicates may be asked at once: any other call of the dead
    /// process may still be on its way until the deadline.
    /// </summary>
    private async Task<bool> Settle(IStep step, string phase, StepRecord known, CancellationToken cancellation)
    {
        var seen = await Look(step, cancellation);
        if (seen.State is not StepState.Applied && step.Safety is not StepSafety.Keyed)
        {
            await WaitUntil(known.Deadline, $"{step.Id}: a call of the process that is gone may still land", cancellation);
            seen = await Look(step, cancellation);
        }

        if (seen.State is StepState.Applied)
        {
            await Applied(step, phase, seen, "settled: ");
            return true;
        }

        return step.Safety is StepSafety.Manual || seen.State is StepState.Foreign
            ? throw new StepUnknownException(step.Id, $"its outcome is not known and cannot be settled: {seen.Detail}")
            : false;
    }

    private async Task Make(IStep step, string phase, CancellationToken cancellation)
    {
        await journal.EnsureHeld(cancellation);
        using var deadline = new CancellationTokenSource(step.Deadline, journal.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var problem = "";
        try
        {
            await step.Apply(journal.Key(step, true), either.Token).Told(screen, journal.Clock, step.Id, step.Deadline);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped, not failed: the intent stays and whoever comes next settles it.
            throw;
        }
        catch (OperationCanceledException)
        {
            problem = $"it was not done within its deadline of {Show.Duration(step.Deadline)}";
        }
        catch (LeaseLostException)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever a driver throws, the steps that began are undone
        catch (Exception error)
#pragma warning restore CA1031
        {
            problem = error.Message;
        }

        if (problem.Length > 0)
        {
            await Failed(step, phase, problem);
        }

        // The look after apply must not be lost to a stop that came in between: the change is there.
        var seen = await Look(step, CancellationToken.None);
        if (seen.State is not StepState.Applied)
        {
            await Failed(step, phase, $"it was applied, but then {seen.Detail}");
        }

        await Applied(step, phase, seen, "");
    }

    private async Task Failed(IStep step, string phase, string reason)
    {
        var data = new JsonObject { ["detail"] = reason };
        await journal.Append(RecordType.StepFailed, data, phase, step.Id, journal.Key(step, true));
        throw new StepFailedException(step.Id, reason);
    }

    private async Task Applied(IStep step, string phase, Observation seen, string how)
    {
        var data = new JsonObject { ["seen"] = seen.Seen.DeepClone(), ["detail"] = how + seen.Detail };
        await journal.Append(RecordType.StepApplied, data, phase, step.Id, journal.Key(step, true));
        screen.Line($"  {step.Id}: {how}{seen.Detail}");
    }

    private async Task<Observation> Look(IStep step, CancellationToken cancellation)
    {
        Observation seen;
        try
        {
            seen = await step.Observe(cancellation).Told(screen, journal.Clock, $"{step.Id}: looking");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // a look that throws did not see anything
        catch (Exception error)
#pragma warning restore CA1031
        {
            seen = Observation.Unknown(error.Message);
        }

        return seen.State is StepState.Unknown ? throw new StepUnknownException(step.Id, seen.Detail) : seen;
    }

    private async Task WaitUntil(DateTimeOffset? deadline, string why, CancellationToken cancellation)
    {
        var left = (deadline ?? default) - journal.Clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            screen.Line($"  waiting {Show.Duration(left)}: {why}");
            await Task.Delay(left, journal.Clock, cancellation).Told(screen, journal.Clock, why, left);
        }
    }
}
