using Release.Journal;
using Release.Output;

namespace Release.Runs;

/// <summary>
/// Takes an environment back. With a run open it undoes that run, also when another process holds the lease; with none
/// open it undoes the last promoted one. Nothing stands in its way (invariant 14).
/// </summary>
public sealed class Rollback(ReleaseEnvironment environment, StopSignal stop)
{
    // design.md, section 3: a holder that has not answered by then is taken over.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>Rolls back.</summary>
    public async Task<RunResult> Run()
    {
        try
        {
            return await TakeBack();
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> TakeBack()
    {
        if (await NothingToDo() is { } nothing)
        {
            return nothing;
        }

        var asked = environment.Inputs.Reason.Length > 0 ? environment.Inputs.Reason : "rollback";
        var (lease, answered) = await TakeLease(asked);
        try
        {
            await Ports.Leases.ClearStopRequest(CancellationToken.None);
            var state = await Read();
            if (answered is { } since && state.Runs.LastOrDefault(r => r.Outcome is RunOutcome.RolledBack && r.LastSeq > since) is { } undone)
            {
                return new RunResult(
                    ExitStatus.Done, $"Run {undone.Id} ({undone.Opening.Target.Version}) was undone by its own process: {Serving(state)} serves everything.");
            }

            return state.Open switch
            {
                { Opening.TurnsBack: true } open => await UndoOpen(open, state, lease, asked),
                { } open => await new Resuming(environment, stop).Finish(open, state, lease, whateverThePlan: true),
                null => await UndoLast(state, lease),
            };
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    // With nothing to roll back not even the lease is taken: nothing at all is changed.
    private async Task<RunResult?> NothingToDo()
    {
        if (await Ports.Leases.Look(CancellationToken.None) is not null)
        {
            return null;
        }

        var state = await Read();
        return state.Open is not null || state.Previous is not null ? null
            : state.Runs.Count == 0 ? await NothingRecorded()
            : Nothing(state);
    }

    private RunResult Nothing(EnvironmentState state) => new(
        ExitStatus.Done,
        $"There is nothing to roll back in {environment.Name}: {Serving(state)} serves and no older version is kept.",
        $"See {environment.Command("History")}.");

    private async Task<RunResult> UndoOpen(RunState open, EnvironmentState state, ILease lease, string asked)
    {
        await using var run = await new Opener(environment, stop).Continue(open, state, lease, forward: false);
        var result = await new TurningBack(run).Undo($"{environment.Inputs.Owner}: {asked}", ExitStatus.Done);

        // Traffic is safe now: what is overdue is carried out here, too.
        await new Retirement(environment).CarryOutDueAfter(result, state, lease, stop);
        return result;
    }

    private async Task<RunResult> UndoLast(EnvironmentState state, ILease lease)
    {
        if (state.Previous is not { } previous || state.LastPromoted is not { } promoted)
        {
            return Nothing(state);
        }

        await new Retirement(environment).UndoBegun(previous, state, lease, stop);
        await using var run = await new Opener(environment, stop).Open(
            state, lease, RunKind.Rollback, previous, state.Stable, Phases.Rollback, promoted.Id);
        await new StraightRun(run).ToEnd();
        return new RunResult(
            ExitStatus.Done,
            $"Rolled back {promoted.Opening.Target.Version}: {previous.Version} serves everything in {environment.Name}.",
            $"Release the next one when it is mended: {environment.Command("Promote")}.");
    }

    // A journal that is empty while services run is an error, not "nothing": it was lost, or this is the wrong folder.
    private async Task<RunResult> NothingRecorded()
    {
        foreach (var service in environment.Options.Services)
        {
            if (await Ports.Router.Observe(service, CancellationToken.None) is { Weights.Count: > 0 } weights)
            {
                return new RunResult(
                    ExitStatus.Open,
                    $"The journal of {environment.Name} is empty, but {service.Name} has traffic at {string.Join(", ", weights.Weights.Keys)}: the journal was lost or this is not the folder it lies in, and what to go back to is not known.",
                    $"Find the journal, or record what serves: {environment.Command("Adopt --reason \"…\"")}.");
            }
        }

        return new RunResult(
            ExitStatus.Done, $"There is nothing to roll back in {environment.Name}: nothing was ever released there.", $"Release: {environment.Command("Promote")}.");
    }

    /// <summary>The lease, and the last record at the time a holder was asked to undo; null when nobody held it.</summary>
    private async Task<(ILease Lease, long? AskedAt)> TakeLease(string asked)
    {
        var request = new LeaseRequest(environment.Inputs.Owner, "rollback") { AllowDamaged = true };
        if (await Ports.Leases.TryTake(request, CancellationToken.None) is { } free)
        {
            return (free, null);
        }

        var holder = await Ports.Leases.Look(CancellationToken.None);
        var state = await Read();
        var open = state.Open;
        if (open is { GoesBack: true } or { Opening.Kind: RunKind.Rollback })
        {
            throw new ReleaseException(
                ExitStatus.Held, $"A rollback of {environment.Name} is under way already, by {holder?.Owner} (process {holder?.ProcessId}).", $"Watch it: {environment.Command("Status")}.");
        }

        environment.Screen.Line($"{environment.Name} is held by {holder?.Owner} (process {holder?.ProcessId}): {holder?.Purpose}. Asking it to stop and undo.");
        var stopRequest = new StopRequest(environment.Inputs.Owner, asked, Ports.Clock.GetUtcNow(), $"{open?.Id}-{Ports.Clock.GetTimestamp()}");
        await Ports.Leases.AskToStop(stopRequest, CancellationToken.None);
        return (await WaitForLease(request, stopRequest), state.LastSeq);
    }

    private async Task<ILease> WaitForLease(LeaseRequest request, StopRequest stopRequest)
    {
        var (begin, shown) = (Ports.Clock.GetTimestamp(), TimeSpan.Zero);
        while (Ports.Clock.GetElapsedTime(begin) < Patience || await IsUndoing())
        {
            await Task.Delay(Poll, Ports.Clock, stop.Token);
            if (await Ports.Leases.TryTake(request, CancellationToken.None) is { } lease)
            {
                return lease;
            }

            if (Ports.Clock.GetElapsedTime(begin) - shown > TimeSpan.FromSeconds(2))
            {
                shown = Ports.Clock.GetElapsedTime(begin);
                await AskAgain(stopRequest);
                environment.Screen.Passing($"  waiting for it to {(shown < Patience ? "answer" : "finish undoing")}, {(shown < Patience ? LongWait.Of(shown, Patience) : Show.Duration(shown))}");
            }
        }

        environment.Screen.Warn($"  it did not answer within {Show.Duration(Patience)}: taking over");
        var holder = await Ports.Leases.Look(CancellationToken.None);
        var taken = holder is null
            ? await Ports.Leases.TryTake(request, CancellationToken.None)
            : await Ports.Leases.TakeOver(holder, request, CancellationToken.None);
        return taken ?? throw new ReleaseException(
            ExitStatus.Held,
            $"{environment.Name} could not be taken over from {holder?.Owner} on {holder?.Host} (process {holder?.ProcessId}).",
            $"Stop that process by hand and run {environment.Command("Rollback")} again.");
    }

    // A holder that was only just beginning clears what lay there before it.
    private async Task AskAgain(StopRequest request)
    {
        if (await Ports.Leases.StopRequested(CancellationToken.None) is null)
        {
            await Ports.Leases.AskToStop(request, CancellationToken.None);
        }
    }

    // A holder that has turned back is doing what was asked for: killing it now would only cost time.
    private async Task<bool> IsUndoing() => (await Read()).Open is { GoesBack: true };

    // Damage in older records is said loudly and does not block: a rollback needs its own run's records (invariant 14).
    private async Task<EnvironmentState> Read()
    {
        var (state, damages) = await EnvironmentState.Read(Ports.Journal, CancellationToken.None);
        foreach (var damage in damages)
        {
            environment.Screen.Warn($"The journal is damaged at record {damage.Seq} (line {damage.Line}): {damage.What}. Going on with what can be read.");
        }

        var undone = state.Open ?? state.LastPromoted;
        return !environment.Inputs.AcceptJournal && damages.Any(d => d.Seq >= (undone?.OpenedSeq ?? 0)) || (damages.Count > 0 && state.HasUnknownRuns && !environment.Inputs.AcceptJournal)
            ? throw new ReleaseException(
                ExitStatus.Open,
                $"The damage reaches the records of the run that would be undone{(undone is null ? "" : $" ({undone.Id})")}: what to go back to is not known for sure, so nothing is guessed.",
                $"Look: {environment.Command("Audit")}. Restore the journal from a copy, or go on with what can be read: {environment.Command("Rollback --accept-journal --reason \"…\"")}.")
            : state;
    }

    private static string Serving(EnvironmentState state) => state.Stable?.Version ?? "nothing";
}
