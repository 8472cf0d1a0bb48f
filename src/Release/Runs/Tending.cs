using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Journal;
using Release.Output;
using Release.Watching;

namespace Release.Runs;

/// <summary>
/// One turn of a tender: looks what there is to do without a lease, takes the lease for each thing that is due and for no
/// longer, and leaves the environment alone otherwise. What it does goes through the journal with the keys of the run that it
/// belongs to, so a tender that is killed at any point is harmless: the next one, or anybody else, goes on from the records.
/// </summary>
/// <param name="environment">Where.</param>
/// <param name="stop">What ends it.</param>
public sealed class Tending(ReleaseEnvironment environment, StopSignal stop)
{
    // Somebody who asked for a rollback and is gone must not keep everybody from tending for ever.
    private static readonly TimeSpan RequestHolds = TimeSpan.FromMinutes(1);

    private readonly List<Tended> _did = [];
    private readonly List<(Chore Chore, int Tries, DateTimeOffset Last, DateTimeOffset Again)> _waits = [];

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>
    /// Gets a value indicating whether what failed again and again is tried all the same: for a person who asks, and for a
    /// tender that watches, which knows by itself. One that somebody starts every minute waits for longer and longer.
    /// </summary>
    public bool TriesAtOnce { get; init; }

    /// <summary>Gets what was done so far, in order; a turn that is cut short leaves here what it did until then.</summary>
    internal IReadOnlyList<Tended> Did => _did;

    /// <summary>What was done, as one JSON document: <c>env</c>, <c>status</c>, <c>message</c>, <c>next</c>, and a list <c>did</c> of what was tried.</summary>
    public JsonObject Document(RunResult result) => Tended.Document(environment.Name, _did, result, _waits);

    /// <summary>Does what is due, once: what is tried, how it ended, and how things stand now.</summary>
    public async Task<RunResult> Run()
    {
        try
        {
            var stands = await Turn();
            if (stands.Status is ExitStatus.Done && (_waits.Count > 0 || _did.Exists(d => d.HasFailed)))
            {
                stands = new RunResult(ExitStatus.Open, "It is to be tried again.", $"Look: {environment.Command("Status")}; again: {environment.Command("Tend")}{(_waits.Count > 0 ? ", at a terminal at once" : "")}.");
            }

            return stands with { Message = $"{string.Join(" ", _did.Select(d => d.Sentence).Concat(_waits.Select(Waits)))} {stands.Message}".Trim() };
        }
        catch (OperationCanceledException) when (stop.Cause is StopCause.Interrupted signal)
        {
            return new RunResult(
                (ExitStatus)(128 + signal.Signal),
                $"Tending {environment.Name} was interrupted by {(signal.Signal == 2 ? "Ctrl-C" : "SIGTERM")}; what was begun is in the journal. {string.Join(" ", _did.Select(d => d.Sentence))}".TrimEnd(),
                $"Again: {environment.Command("Tend")}.");
        }
    }

    /// <summary>Does what is due, and says how things stand then: what a person must do (5 or 6), what is waited for, or nothing.</summary>
    /// <param name="mayTry">Whether a thing's turn has come; one that failed waits for longer and longer.</param>
    /// <exception cref="ReleaseException">The journal is damaged: nothing is done.</exception>
    /// <exception cref="OperationCanceledException">Asked to end; what was begun is in the journal.</exception>
    internal async Task<RunResult> Turn(Func<Chore, bool>? mayTry = null)
    {
        var state = await environment.ReadState(stop.Token);
        if (await LeaveAlone() is { } busy)
        {
            return busy;
        }

        foreach (var chore in Chore.Of(state, environment.Options, Ports.Clock.GetUtcNow()).Where(mayTry ?? (_ => true)))
        {
            stop.Token.ThrowIfCancellationRequested();
            if (!TriesAtOnce && state.Tries.Of(chore) is var (tries, last, again) && again > Ports.Clock.GetUtcNow())
            {
                _waits.Add((chore, tries, last, again));
            }
            else if (await Take(chore) is { } tended)
            {
                _did.Add(tended);
                stop.Token.ThrowIfCancellationRequested();
                await TakeBack(tended, mayTry);
            }
        }

        await new Notices.Outbox(environment).Tell(stop.Token);
        return new TendingOutlook(environment).Of(_did.Count == 0 ? state : await environment.ReadState(stop.Token));
    }

    // What a look found is not left to the next turn.
    private async Task TakeBack(Tended look, Func<Chore, bool>? mayTry)
    {
        if (look.Chore is Chore.Watch { Due.Task: not WatchTask.RollBack }
            && Chore.Of(await environment.ReadState(stop.Token), environment.Options, Ports.Clock.GetUtcNow()).FirstOrDefault(c => c is Chore.Watch { Due.Task: WatchTask.RollBack }) is { } back
            && mayTry?.Invoke(back) != false
            && await Take(back) is { } tended)
        {
            _did.Add(tended);
            stop.Token.ThrowIfCancellationRequested();
        }
    }

    // It stops whoever works here and takes the lease by itself.
    private async Task<Tended?> RollBack(Chore.Watch chore)
    {
        using var own = new StopSignal();
        await using var passedOn = stop.Token.Register(() => own.Request(new StopCause.Interrupted(15)));
        try
        {
            return await new Watching.Watching(environment, own).RollBack(chore.Due) is { } result ? new Tended(chore, result) : null;
        }
        catch (ReleaseException refused)
        {
            return new Tended(chore, RunResult.Of(refused));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new Tended(chore, Ending.Unrecorded(error, environment) ?? new RunResult(ExitStatus.Open, error.Message));
        }
    }

    private static string Waits((Chore Chore, int Tries, DateTimeOffset Last, DateTimeOffset Again) waits) =>
        $"Not tried: {waits.Chore.What} was tried {waits.Tries} times, last at {Show.Time(waits.Last)}, and is again from {Show.Time(waits.Again)} on.";

    // Whoever holds the lease does what is due by himself; whoever asked for a rollback is about to.
    private async Task<RunResult?> LeaveAlone()
    {
        if (await Ports.Leases.Look(stop.Token) is { } holder)
        {
            // Between taking the lease and saying who took it there is a moment.
            var who = holder.ProcessId == 0 ? "somebody is just taking its lease or giving it back" : $"{holder.Owner} (process {holder.ProcessId} on {holder.Host}) works on it, {holder.Purpose}";
            return new RunResult(ExitStatus.Done, $"{environment.Name} is left alone: {who}.");
        }

        return await Ports.Leases.StopRequested(stop.Token) is { } request && Ports.Clock.GetUtcNow() - request.At < RequestHolds
            ? new RunResult(ExitStatus.Done, $"{environment.Name} is left alone: {request.By} is about to roll it back.")
            : null;
    }

    /// <summary>Does one thing under the lease; null when there was nothing to do any more, or somebody else was there first.</summary>
    private async Task<Tended?> Take(Chore seen)
    {
        if (seen is Chore.Watch { Due.Task: WatchTask.RollBack } back)
        {
            return await RollBack(back);
        }

        var request = new LeaseRequest(environment.Inputs.Owner, seen.Purpose);
        if (await Ports.Leases.TryTake(request, stop.Token) is not { } lease)
        {
            return null;
        }

        try
        {
            await Ports.Leases.ClearStopRequest(stop.Token);
            var state = await environment.ReadState(stop.Token);
            var chore = Chore.Of(state, environment.Options, Ports.Clock.GetUtcNow()).FirstOrDefault(c => c.Key == seen.Key);
            return chore is null ? null : await CarryOut(chore, state, lease);
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    // Its own signal: a request to stop ends this, and not the tender; and Ctrl-C ends the tender, which is no word about the run.
    private async Task<Tended> CarryOut(Chore chore, EnvironmentState state, ILease lease)
    {
        using var own = new StopSignal();
        await using var passedOn = stop.Token.Register(() => own.Request(new StopCause.Interrupted(15)));
        environment.Screen.Line($"Tending {environment.Name}: {chore.What}");
        try
        {
            return new Tended(chore, await CarryOut(chore, state, lease, own));
        }
        catch (OperationCanceledException) when (own.Cause is StopCause.Asked asked)
        {
            return new Tended(chore, new RunResult(ExitStatus.Done, $"let go, because {asked.Request.By} asked for a rollback")) { IsLetGo = true };
        }
        catch (OperationCanceledException) when (own.Cause is StopCause.CannotRecord lost)
        {
            return new Tended(chore, new RunResult(ExitStatus.Open, lost.Reason));
        }
        catch (ReleaseException refused)
        {
            // What is left of a closed run is still there, in whatever words that is told.
            return new Tended(chore, new RunResult(chore is Chore.Clear ? ExitStatus.Open : refused.Status, refused.Message));
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } unrecorded)
        {
            return new Tended(chore, unrecorded);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever a peer or a step came to: it is still to be done, and said.
            return new Tended(chore, new RunResult(ExitStatus.Open, error.Message));
        }
    }

    private async Task<RunResult> CarryOut(Chore chore, EnvironmentState state, ILease lease, StopSignal own)
    {
        switch (chore)
        {
            case Chore.Retire retire:
                await using (new StopRequests(Ports, lease, own))
                {
                    var problem = await new Retirement(environment).Problem(retire.Due, state, lease, own);
                    return problem is null
                        ? new RunResult(ExitStatus.Done, $"{retire.Due.Instance.Artefact.Service} {retire.Due.Instance.Artefact.Version} is retired, due since {Show.Time(retire.Due.At)}")
                        : new RunResult(ExitStatus.Open, problem);
                }

            case Chore.Clear clear:
                await using (new StopRequests(Ports, lease, own))
                {
                    return await Clear(clear, state, lease, own);
                }

            case Chore.Watch watch:
                await using (new StopRequests(Ports, lease, own))
                {
                    return await new Watching.Watching(environment, own).CarryOut(watch.Due, state, lease);
                }

            case Chore.Expire:
                return await new OverdueHold(environment, own).Undo(state, lease) ?? throw new InvalidOperationException("It was overdue a moment ago.");
            case Chore.GoOn signed:
                return await new Resuming(environment, own).Finish(signed.Parked, state, lease);
            case Chore.Orphan orphan:
                return await Take(orphan, state, lease, own);
            default:
                throw new InvalidDataException($"'{chore}' is nothing that this version knows to do.");
        }
    }

    // What a closed run left may be all that answers: as long as what is recorded as stable is not well, it stays (invariant 13).
    private async Task<RunResult> Clear(Chore.Clear clear, EnvironmentState state, ILease lease, StopSignal own)
    {
        foreach (var instance in state.Stable!.Instances)
        {
            var view = await Ports.Platform.Look(instance.Id, own.Token);
            var service = environment.Options.Services.FirstOrDefault(s => s.Name == instance.Artefact.Service);
            if (service is null || !await environment.IsHealthy(service, view, own.Token))
            {
                return new RunResult(ExitStatus.Open, $"{instance.Artefact.Service} {instance.Artefact.Version}, which should serve, is not healthy ({view.Detail.TrimEnd('.')}), and what run {clear.Left} left may be all that answers");
            }
        }

        await new Retirement(environment).CarryOutLeft(state, lease, own);
        return state.Left.Any(l => l.Run == clear.Left)
            ? new RunResult(ExitStatus.Open, "it could not all be retired")
            : new RunResult(ExitStatus.Done, $"nothing is left of run {clear.Left}");
    }

    private async Task<RunResult> Take(Chore.Orphan orphan, EnvironmentState state, ILease lease, StopSignal own)
    {
        var (open, opener) = (orphan.Left, new Opener(environment, own));
        if (orphan.GoesBack)
        {
            return await new Resuming(environment, own).Finish(open, state, lease, whateverThePlan: true);
        }

        if (orphan.Policy is OrphanPolicy.Rollback)
        {
            await using var undone = await opener.Continue(open, state, lease, forward: false);
            return await new TurningBack(undone).Undo($"its process is gone since {Show.Time(open.LastAt)}, and onOrphan is rollback", ExitStatus.Failed);
        }

        var withdrawn = await Withdraw(opener, open, state, lease);
        return withdrawn is not null || orphan.Policy is OrphanPolicy.Leave
            ? withdrawn ?? new RunResult(ExitStatus.Done, $"the candidate of run {open.Id} has no share any more; the run is open")
            : await new Resuming(environment, own).Finish(open, state, lease);
    }

    // A candidate is judged afresh by whoever goes on, from no share at all (invariant 15). Null when it has none now.
    private static async Task<RunResult?> Withdraw(Opener opener, RunState open, EnvironmentState state, ILease lease)
    {
        if (!open.CandidateMayHaveTraffic)
        {
            return null;
        }

        await using var run = await opener.Continue(open, state, lease, forward: false);
        return await new TurningBack(run).Withdraw();
    }
}
