using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;
using Release.Planning;
using Release.Tools;

namespace Release.Runs;

/// <summary>How a walk back ended. A closed set: every caller handles all of them.</summary>
public abstract record UnwindOutcome
{
    private UnwindOutcome()
    {
    }

#pragma warning disable CA1034 // the cases of a closed set are nested on purpose
    /// <summary>Everything that was begun was taken back.</summary>
    /// <param name="Undone">The steps, in the order they were undone.</param>
    public sealed record Whole(IReadOnlyList<string> Undone) : UnwindOutcome;

    /// <summary>Something is left.</summary>
    /// <param name="Undone">What was undone.</param>
    /// <param name="Left">What is left and why: <c>step: reason</c>.</param>
    /// <param name="Failed">True when an undo failed (the run is stuck); false when a peer did not answer.</param>
    public sealed record Partly(IReadOnlyList<string> Undone, IReadOnlyList<string> Left, bool Failed) : UnwindOutcome;
#pragma warning restore CA1034
}

/// <summary>
/// Takes back what a run began (invariant 6): traffic first, each service's in one call back to the split that preceded
/// the run; then the rest in reverse order, the failed step too; then traffic is looked at once more. A service whose
/// peers fail stops there, the others go on (invariant 7).
/// </summary>
/// <param name="journal">The run's pen.</param>
/// <param name="screen">Where progress is shown.</param>
/// <param name="keeps">Services whose traffic must stay where it is, with the reason: only their candidate lives (invariant 13).</param>
public sealed class Unwinding(RunJournal journal, IScreen screen, IReadOnlyDictionary<string, string>? keeps = null)
{
    /// <summary>
    /// Gets the step that gives stable all of a service's traffic, where the records of the run's shifts cannot be trusted
    /// to say what preceded them; null where they can. Null from it leaves the service alone.
    /// </summary>
    public Func<string, PlannedStep?>? AllToStable { get; init; }

    /// <summary>Gets what is called once when traffic was returned, before anything else is undone; it must not wait.</summary>
    public Action? TrafficIsBack { get; init; }

    private readonly List<string> _undone = [];
    private readonly List<string> _left = [];
    private readonly HashSet<string> _blocked = [.. keeps?.Keys ?? []];
    private bool _failed;

    /// <summary>Walks back. Never cancelled: a second Ctrl-C kills the process, and the next Rollback goes on from here.</summary>
    public async Task<UnwindOutcome> Run(IReadOnlyList<PlannedStep> plan)
    {
        var kept = await Kept(plan);
        var begun = plan.Where(p => journal.Run.Step(p.Step.Id).IsBegun && !kept.Contains(p)).ToList();
        await ReturnTraffic(plan);
        TrafficIsBack?.Invoke();
        foreach (var planned in begun.Where(p => p.Step is not ITrafficStep).Reverse().Where(p => !IsBlocked(p)))
        {
            await Undo(planned, settle: true);
        }

        await SettleTraffic(plan);
        return _left.Count == 0 ? new UnwindOutcome.Whole(_undone) : new UnwindOutcome.Partly(_undone, _left, _failed);
    }

    /// <summary>
    /// Takes the candidate's share away without turning the run back: before it parks, or when its process stops
    /// (invariant 15). The shifts count as undone; whoever goes on applies them afresh.
    /// </summary>
    public async Task<UnwindOutcome> Withdraw(IReadOnlyList<PlannedStep> plan)
    {
        await ReturnTraffic(plan);
        await SettleTraffic(plan);
        return _left.Count == 0 ? new UnwindOutcome.Whole(_undone) : new UnwindOutcome.Partly(_undone, _left, _failed);
    }

    // What a later step gave away stays here too: a tag that was pushed, or of which it cannot be said that it was not.
    private async Task<HashSet<PlannedStep>> Kept(IReadOnlyList<PlannedStep> plan)
    {
        var kept = new HashSet<PlannedStep>();
        foreach (var planned in plan.Where(p => p.KeptBy is not null && journal.Run.Step(p.Step.Id).IsBegun))
        {
            var later = plan.FirstOrDefault(p => p.Step.Id == planned.KeptBy);
            if (later is not null && journal.Run.Step(later.Step.Id) is { IsBegun: true } record
                && (record.Status is StepStatus.Applied || (await Look(later.Step)).State is not StepState.Pending))
            {
                screen.Line($"  {planned.Step.Id}: stays, as {later.Step.Id} cannot be taken back");
                _ = kept.Add(planned);
            }
        }

        return kept;
    }

    private bool IsBlocked(PlannedStep planned) => planned.Service is not null && _blocked.Contains(planned.Service);

    private async Task ReturnTraffic(IReadOnlyList<PlannedStep> plan)
    {
        if (AllToStable is not null)
        {
            await ReturnAllTraffic(plan, AllToStable);
            return;
        }

        var shifts = plan.Where(p => p.Step is ITrafficStep && journal.Run.Step(p.Step.Id).IsBegun).ToList();
        foreach (var route in shifts.Where(p => !IsBlocked(p)).GroupBy(p => ((ITrafficStep)p.Step).Route))
        {
            await ReturnTraffic(plan, [.. route]);
        }

        // What was undone by a process that is gone, too: a share that a late call gave back since then goes before its
        // instance does. Where it may still land nothing is waited for here.
        foreach (var planned in plan.Where(p => p.Step is ITrafficStep && !shifts.Contains(p) && !IsBlocked(p) && journal.Run.Step(p.Step.Id).MayLand))
        {
            await TakeLanded(planned, Origin(plan, planned));
        }
    }

    private async Task<bool> TakeLanded(PlannedStep planned, JsonObject origin)
    {
        switch (await Look(planned.Step))
        {
            case { State: StepState.Unknown } unknown:
                Leave(planned, $"whether a late call moved traffic again is not known: {unknown.Detail}", failed: false);
                return false;
            case { State: StepState.Applied or StepState.Torn }:
                screen.Line($"  {planned.Step.Id}: a late call had moved traffic again");
                await Undo(planned, settle: false, origin);
                break;
            default:
                break;
        }

        return !IsBlocked(planned);
    }

    // The Before of the run's first shift is the split that preceded the run, also when that shift itself was withdrawn in
    // between.
    private JsonObject Origin(IReadOnlyList<PlannedStep> plan, PlannedStep shift)
    {
        var route = ((ITrafficStep)shift.Step).Route;
        var first = plan.First(p => p.Step is ITrafficStep t && t.Route == route && journal.Run.Step(p.Step.Id).Describe.Length > 0);
        return journal.Run.Step(first.Step.Id).Before;
    }

    // A record of a shift may be the one that is lost, with the share that it gave or the split that it found: whatever the
    // rest of them say, stable gets everything, and the router is asked whether it has.
    private async Task ReturnAllTraffic(IReadOnlyList<PlannedStep> plan, Func<string, PlannedStep?> allToStable)
    {
        foreach (var route in plan.Where(p => p.Step is ITrafficStep && !IsBlocked(p)).GroupBy(p => ((ITrafficStep)p.Step).Route))
        {
            if (allToStable(route.Key) is not { } returned)
            {
                continue;
            }

            try
            {
                await new Saga(journal, screen).Advance(returned.Step, returned.Phase, CancellationToken.None);
            }
            catch (Exception error) when (error is StepFailedException or StepUnknownException)
            {
                Leave(returned, error.Message, error is StepFailedException);
                continue;
            }

            foreach (var covered in route.Where(p => journal.Run.Step(p.Step.Id).IsBegun))
            {
                await Cover(covered, returned.Step.Id);
            }
        }
    }

    private async Task Cover(PlannedStep covered, string by)
    {
        var data = new JsonObject { ["detail"] = $"its share went with {by}", ["by"] = by };
        await journal.Append(RecordType.StepUndone, data, covered.Phase, covered.Step.Id, journal.Key(covered.Step, false));
        _undone.Add(covered.Step.Id);
    }

    // One call, never back through 50 and 10.
    private async Task ReturnTraffic(IReadOnlyList<PlannedStep> plan, IReadOnlyList<PlannedStep> shifts)
    {
        await Undo(shifts[0], settle: false, Origin(plan, shifts[0]));
        if (IsBlocked(shifts[0]))
        {
            return;
        }

        foreach (var covered in shifts.Skip(1))
        {
            await Cover(covered, shifts[0].Step.Id);
        }
    }

    private async Task Undo(PlannedStep planned, bool settle, JsonObject? before = null)
    {
        var (step, known) = (planned.Step, journal.Run.Step(planned.Step.Id));
        if (settle && known.Status is StepStatus.Intended && step.Safety is not StepSafety.Keyed)
        {
            await WaitUntil(known.Deadline, $"{step.Id}: its outcome is not known yet");
        }

        // Each call has its intent, as on the way forward: one that is made again may land until a deadline of its own.
        var intent = new JsonObject { ["describe"] = $"undo: {step.Describe()}" };
        await journal.Append(
            RecordType.StepUndoIntent, intent, planned.Phase, step.Id, journal.Key(step, false), journal.Clock.GetUtcNow() + step.Deadline);

        string problem;
        try
        {
            problem = await Call(step, new Before(before ?? known.Before));
        }
        catch (ToolMissingException missing)
        {
            // Not this step's failure but this machine's lack (invariant 14): its intent stays, and the next rollback that
            // has the tool ends it.
            Leave(planned, $"{missing.Message} It stays until a rollback runs where that is", failed: false);
            return;
        }

        if (problem.Length > 0)
        {
            await journal.Append(
                RecordType.StepUndoFailed, new JsonObject { ["detail"] = problem }, planned.Phase, step.Id, journal.Key(step, false));
            Leave(planned, problem, failed: true);
            return;
        }

        await journal.Append(RecordType.StepUndone, new JsonObject { ["detail"] = "" }, planned.Phase, step.Id, journal.Key(step, false));
        _undone.Add(step.Id);
        screen.Line(step.Safety is StepSafety.Irreversible
            ? $"  {step.Id}: cannot be taken back and stays"
            : $"  {step.Id}: undone");
    }

    private async Task<string> Call(IStep step, Before before)
    {
        await journal.EnsureHeld(CancellationToken.None);
        using var deadline = new CancellationTokenSource(step.Deadline, journal.Clock);
        try
        {
            await step.Undo(before, journal.Key(step, false), deadline.Token).Told(screen, journal.Clock, $"{step.Id}: undoing", step.Deadline);
            return "";
        }
        catch (Exception error) when (error is LeaseLostException or ToolMissingException)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return $"it was not undone within its deadline of {Show.Duration(step.Deadline)}";
        }
#pragma warning disable CA1031 // a failed undo is an outcome with a name, not a crash (invariant 8)
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error.Message;
        }
    }

    // Traffic went first, before a call of a dead process could be waited for: if that call landed afterwards, again.
    private async Task SettleTraffic(IReadOnlyList<PlannedStep> plan)
    {
        if (AllToStable is not null)
        {
            if (plan.Where(p => p.Step is ITrafficStep).Max(p => journal.Run.Step(p.Step.Id).Deadline) is { } last)
            {
                await WaitUntil(last, "a call of the process that is gone may still move traffic");
                await ReturnAllTraffic(plan, AllToStable);
                foreach (var planned in plan.Where(p => p.Step is ITrafficStep && !IsBlocked(p) && journal.Run.Step(p.Step.Id).MayLand))
                {
                    await Settled(planned);
                }
            }

            return;
        }

        foreach (var planned in plan.Where(p => p.Step is ITrafficStep && !IsBlocked(p)))
        {
            var known = journal.Run.Step(planned.Step.Id);
            if (new[] { known.Deadline, known.LandsUntil }.Max() is { } deadline)
            {
                await SettleTraffic(planned, deadline, Origin(plan, planned));
            }
        }
    }

    private async Task SettleTraffic(PlannedStep planned, DateTimeOffset deadline, JsonObject origin)
    {
        await WaitUntil(deadline, $"{planned.Step.Id}: a call of the process that is gone may still land");
        if (await TakeLanded(planned, origin))
        {
            await Settled(planned);
        }
    }

    // Until this is recorded whoever comes next has to look again: a kill before it leaves a share that nobody took away.
    private Task Settled(PlannedStep planned)
    {
        var data = new JsonObject { ["detail"] = "looked at again after its time: no call of the process that is gone is on its way any more", ["settled"] = true };
        return journal.Append(RecordType.StepUndone, data, planned.Phase, planned.Step.Id, journal.Key(planned.Step, false));
    }

    private async Task<Observation> Look(IStep step)
    {
        try
        {
            return await step.Observe(CancellationToken.None).Told(screen, journal.Clock, $"{step.Id}: looking");
        }
#pragma warning disable CA1031 // a look that throws did not see anything
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Observation.Unknown(error.Message);
        }
    }

    private void Leave(PlannedStep planned, string reason, bool failed)
    {
        _left.Add($"{planned.Step.Id}: {reason}");
        _failed |= failed;
        if (planned.Service is not null)
        {
            _ = _blocked.Add(planned.Service);
        }

        screen.Warn($"  {planned.Step.Id}: NOT undone: {reason}");
    }

    private async Task WaitUntil(DateTimeOffset? deadline, string why)
    {
        var left = (deadline ?? default) - journal.Clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            screen.Line($"  waiting {Show.Duration(left)}: {why}");
            await Task.Delay(left, journal.Clock, CancellationToken.None).Told(screen, journal.Clock, why, left);
        }
    }
}
