using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;

namespace Release.Runs;

/// <summary>
/// Takes an environment from a process that holds it and does not answer. What it was doing stays open, to be gone on with or
/// taken back; the candidate's share goes back to 0, since nobody judges it any more (invariant 15).
/// </summary>
public sealed class TakingOver(ReleaseEnvironment environment, StopSignal stop)
{
    private ILeases Leases => environment.Ports.Leases;

    /// <summary>Takes over.</summary>
    /// <param name="force">Also from a process that lives: it is killed in the middle of what it does.</param>
    public async Task<RunResult> Run(bool force)
    {
        try
        {
            return await Leases.Look(stop.Token) is { } holder ? await From(holder, force) : await FromNobody();
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> FromNobody()
    {
        var open = (await environment.ReadState(stop.Token)).Open;
        return new RunResult(
            ExitStatus.Done,
            $"Nobody holds {environment.Name}, so there is nothing to take over.",
            open is null ? $"Release: {environment.Command("Promote")}." : $"Run {open.Id} is open. Look: {environment.Command("Status")}.");
    }

    private async Task<RunResult> From(LeaseHolder holder, bool force)
    {
        var who = $"{holder.Owner} on {holder.Host} (process {holder.ProcessId}, since {Show.Time(holder.Since)}: {holder.Purpose})";
        if (!force)
        {
            return new RunResult(
                ExitStatus.Held,
                $"{environment.Name} is held by {who}, and that process lives: taking over would kill it in the middle of what it does.",
                $"Ask it to undo: {environment.Command("Rollback")}. Take over all the same: {environment.Command("TakeOver --force --reason \"…\"")}.");
        }

        // What cannot be read must be known before anybody is killed.
        _ = await environment.ReadState(stop.Token);
        var request = new LeaseRequest(environment.Inputs.Owner, $"take over from {holder.Owner}: {environment.Inputs.Reason}");
        var lease = await Leases.TakeOver(holder, request, stop.Token)
            ?? throw new ReleaseException(ExitStatus.Held, $"{environment.Name} could not be taken over from {who}.", $"Stop that process by hand, then {environment.Command("Status")}.");
        try
        {
            environment.Screen.Warn($"{environment.Name} was taken over from {who}");
            await Leases.ClearStopRequest(CancellationToken.None);
            return await Leave(lease, holder);
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    private async Task<RunResult> Leave(ILease lease, LeaseHolder holder)
    {
        var state = await environment.ReadState(CancellationToken.None);
        if (state.Open is not { } open)
        {
            return new RunResult(ExitStatus.Done, $"{environment.Name} was taken over from {holder.Owner}; no run is open.", $"Look: {environment.Command("Status")}.");
        }

        using (var journal = new RunJournal(environment.Ports.Journal, lease, state, open.Id, environment.Ports.Clock))
        {
            var from = new JsonObject { ["from"] = holder.Owner, ["host"] = holder.Host, ["process"] = holder.ProcessId };
            await journal.Decide(Decision.TakeOver, $"{environment.Inputs.Owner}: {environment.Inputs.Reason}", from);
        }

        if (open is { CandidateMayHaveTraffic: true, IsParked: false, StuckBecause: null })
        {
            await using var run = await new Opener(environment, stop).Continue(open, state, lease, forward: false);
            if (await new TurningBack(run).Withdraw() is { } stuck)
            {
                return stuck;
            }
        }

        return new RunResult(
            ExitStatus.Done,
            $"{environment.Name} was taken over from {holder.Owner}: run {open.Id} ({Words.Of(open.Opening.Kind)} {open.Opening.Target.Version}) is open and nobody carries it out.",
            $"Go on: {environment.Command("Resume")}; take it back: {environment.Command("Rollback")}.");
    }
}
