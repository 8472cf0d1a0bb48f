using Release.Journal;

namespace Release.Runs;

/// <summary>
/// Takes an environment back. With a run open it undoes that run, also when another process holds the lease; with none
/// open it undoes the last promoted one, or switches to the version that was asked for. Nothing stands in its way
/// (invariant 14).
/// </summary>
/// <param name="asked">The environment, as the person who asks sees it.</param>
/// <param name="stop">What may stop it.</param>
public sealed class Rollback(ReleaseEnvironment asked, StopSignal stop)
{
    private readonly ReleaseEnvironment _environment = asked with
    {
        Inputs = asked.Inputs with { AskedAt = asked.Inputs.AskedAt ?? asked.Ports.Clock.GetUtcNow() },
    };

    private readonly HashSet<long> _said = [];
    private bool _isInDoubt;

    private EnvironmentPorts Ports => _environment.Ports;

    private string? To => _environment.Inputs.To;

    /// <summary>Rolls back.</summary>
    public async Task<RunResult> Run()
    {
        try
        {
            return await TakeBack();
        }
        catch (Exception error) when (Ending.Unrecorded(error, _environment) is { } stopped)
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

        var why = _environment.Inputs.Reason.Length > 0 ? _environment.Inputs.Reason : "rollback";
        var (lease, answered) = await new Preempting(_environment, stop, Read).Take(why);
        try
        {
            await Ports.Leases.ClearStopRequest(CancellationToken.None);
            var state = await Read();
            if (answered is { } since && state.Runs.LastOrDefault(r => r.Outcome is RunOutcome.RolledBack && r.LastSeq > since) is { } undone)
            {
                var result = new RunResult(
                    ExitStatus.Done, $"Run {undone.Id} ({undone.Opening.Target.Version}) was undone by its own process: {Serving(state)} serves everything.") { LastAnswer = undone.LastAnswer };
                return To is null ? result : await SwitchAfter(result, state, lease);
            }

            if (state.Open is { } open)
            {
                return await SwitchAfter(await UndoOpen(open, state, lease, why), state, lease);
            }

            return To is not null ? await SwitchTo(To, state, lease)
                : state.IsNewestUnknown ? await UndoUnreadable(state, lease)
                : await UndoLast(state, lease);
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    // With nothing to roll back not even the lease is taken: nothing at all is changed. The same for a version that there is not.
    private async Task<RunResult?> NothingToDo()
    {
        var state = await Read();
        if (To is { } version)
        {
            var target = await new RecordedVersions(_environment, state).Find(version, stop.Token);
            if (target != state.Stable)
            {
                return null;
            }
        }

        if (state.Open is not null || await Ports.Leases.Look(CancellationToken.None) is not null)
        {
            return null;
        }

        return To is not null && !state.IsDown && state.Left.Count == 0 ? Serves(state)
            : To is not null || state.Previous is not null || state.IsNewestUnknown ? null
            : state.Runs.Count == 0 ? await NothingRecorded()
            : Nothing(state);
    }

    private RunResult Nothing(EnvironmentState state) => new(
        ExitStatus.Done,
        $"There is nothing to roll back in {_environment.Name}: {Serving(state)} serves and no older version is kept.",
        $"See {_environment.Command("History")}; go to a version of old: {_environment.Command("Rollback --to VERSION")}.");

    private RunResult Serves(EnvironmentState state) => new(
        ExitStatus.Done, $"{Serving(state)} serves everything in {_environment.Name} already: nothing was changed.", $"See {_environment.Command("Status")}.");

    private Task<RunResult> UndoOpen(RunState open, EnvironmentState state, ILease lease, string why)
    {
        if (To is not null)
        {
            _environment.Screen.Line($"Run {open.Id} ({open.Opening.Target.Version}) is open: it is undone first, then {To} takes over.");
        }

        return open.Opening.TurnsBack
            ? Undo(open, state, lease, why)
            : new Resuming(_environment, stop).Finish(open, state, lease, whateverThePlan: true);
    }

    private async Task<RunResult> Undo(RunState open, EnvironmentState state, ILease lease, string why)
    {
        // A copy may lack the last record of a process that was killed: a shift, for one.
        var environment = _environment with { Inputs = _environment.Inputs with { AcceptJournal = _isInDoubt || _environment.Inputs.StoreAway is not null } };
        await using var run = await new Opener(environment, stop).Continue(open, state, lease, forward: false);
        var result = await new TurningBack(run).Undo($"{_environment.Inputs.Owner}: {why}", ExitStatus.Done);
        if (To is null)
        {
            // Traffic is safe now: what is overdue is carried out here, too.
            await new Retirement(_environment).CarryOutDueAfter(result, state, lease, stop);
        }

        return result;
    }

    // What could not be undone whole is a person's matter before anything else begins.
    private async Task<RunResult> SwitchAfter(RunResult undone, EnvironmentState state, ILease lease) =>
        To is null || state.Open is not null || state.Stable?.Version == To ? undone : await SwitchTo(To, state, lease);

    private async Task<RunResult> SwitchTo(string version, EnvironmentState state, ILease lease)
    {
        if (state.Previous is { } previous && previous.Version == version)
        {
            return await UndoLast(state, lease);
        }

        var target = await new RecordedVersions(_environment, state).Find(version, stop.Token);
        if (target == state.Stable && !state.IsDown)
        {
            await WithdrawLeft(state, lease);
            return Serves(state);
        }

        var replaced = state.Stable?.Version;
        var last = await Carry(state, lease, target, undoes: null);
        return new RunResult(
            ExitStatus.Done,
            $"Switched from {replaced} back to {target.Version}: it serves everything in {_environment.Name}.",
            $"Release the next one when it is mended: {_environment.Command("Promote")}.") { LastAnswer = last };
    }

    private async Task<RunResult> UndoLast(EnvironmentState state, ILease lease)
    {
        if (state.Previous is not { } previous || state.LastPromoted is not { } promoted)
        {
            return Nothing(state);
        }

        var last = await Carry(state, lease, previous, promoted.Id);
        return new RunResult(
            ExitStatus.Done,
            $"Rolled back {promoted.Opening.Target.Version}: {previous.Version} serves everything in {_environment.Name}.",
            $"Release the next one when it is mended: {_environment.Command("Promote")}.") { LastAnswer = last };
    }

    // The opening of the last run is lost, and a person said to go on. Whether it was promoted or not, taking it back means
    // that what served before it serves again.
    private async Task<RunResult> UndoUnreadable(EnvironmentState state, ILease lease)
    {
        if (state.Stable is not { } stable)
        {
            return Nothing(state);
        }

        _environment.Screen.Warn($"The opening of the last run cannot be read. {stable.Version} served before it and gets everything; what else that run started stays.");
        _ = await Carry(state, lease, stable, undoes: null);
        return new RunResult(
            ExitStatus.Done,
            $"{stable.Version} serves everything in {_environment.Name}. What the unreadable run started beside it may still run.",
            $"Look: {_environment.Command("Audit")}.");
    }

    private async Task<LastAnswer?> Carry(EnvironmentState state, ILease lease, DeployedRelease target, string? undoes)
    {
        await new Retirement(_environment).UndoBegun(target, state, lease, stop);
        LastAnswer? last;
        await using (var run = await new Opener(_environment, stop).Open(state, lease, RunKind.Rollback, target, state.Stable, Phases.Rollback, undoes))
        {
            var way = new StraightRun(run);
            await way.ToEnd();
            last = way.LastAnswer;
        }

        await WithdrawLeft(state, lease);
        return last;
    }

    // A share that an abandoned run's candidate still has would go on beside what serves now.
    private async Task WithdrawLeft(EnvironmentState state, ILease lease)
    {
        try
        {
            await new Retirement(_environment).CarryOutLeft(state, lease, stop);
        }
        catch (Exception error) when (error is StepFailedException or StepUnknownException or OperationCanceledException)
        {
            _environment.Screen.Warn($"What an abandoned run left could not be taken away: {error.Message} The next release tries again.");
        }
    }

    // A journal that is empty while services run is an error, not "nothing": it was lost, or this is the wrong folder.
    private async Task<RunResult> NothingRecorded()
    {
        foreach (var service in _environment.Options.Services)
        {
            if (await Ports.Router.Observe(service, CancellationToken.None) is { Weights.Count: > 0 } weights)
            {
                return new RunResult(
                    ExitStatus.Open,
                    $"The journal of {_environment.Name} is empty, but {service.Name} has traffic at {string.Join(", ", weights.Weights.Keys)}: the journal was lost or this is not the folder it lies in, and what to go back to is not known.",
                    $"Find the journal, or record what serves: {_environment.Command("Adopt --reason \"…\"")}.");
            }
        }

        return new RunResult(
            ExitStatus.Done, $"There is nothing to roll back in {_environment.Name}: nothing was ever released there.", $"Release: {_environment.Command("Promote")}.");
    }

    // Damage in older records is said loudly and does not block: a rollback needs its own run's records (invariant 14).
    private async Task<EnvironmentState> Read()
    {
        var (state, damages) = await EnvironmentState.Read(Ports.Journal, CancellationToken.None);
        foreach (var damage in damages.Where(d => _said.Add(d.Seq)))
        {
            _environment.Screen.Warn($"The journal is damaged at record {damage.Seq} (line {damage.Line}): {damage.What}. Going on with what can be read.");
        }

        var undone = state.ToUndo;
        _isInDoubt = state.IsInDoubt(damages);
        return _isInDoubt && !_environment.Inputs.AcceptJournal
            ? throw new ReleaseException(
                ExitStatus.Open,
                $"The damage reaches the records of the run that would be undone{(undone is null ? "" : $" ({undone.Id})")}: what to go back to is not known for sure, so nothing is guessed.",
                $"Look: {_environment.Command("Audit")}. Restore the journal from a copy, or go on with what can be read: {_environment.Command("Rollback --accept-journal --reason \"…\"")}.")
            : state;
    }

    private static string Serving(EnvironmentState state) => state.Stable?.Version ?? "nothing";
}
