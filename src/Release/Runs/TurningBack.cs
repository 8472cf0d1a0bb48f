using System.Text.Json.Nodes;
using Release.Journal;
using Release.Planning;
using Release.Platforms;

namespace Release.Runs;

/// <summary>What follows when a phase did not end well: the run is undone, parked, or left open to be resumed.</summary>
internal sealed class TurningBack(RunContext run)
{
    /// <summary>Carries out an ending of a phase.</summary>
    public async Task<RunResult> Handle(Ending ending, string phase)
    {
        if (ending.Kind is EndingKind.Silent)
        {
            return new RunResult(
                ending.Status,
                $"Run {run.Journal.RunId} stopped in {phase}: {ending.Reason}.",
                $"Nothing more was changed. Look: {run.Environment.Command("Status")}; then {run.Environment.Command("Resume")} or {run.Environment.Command("Rollback")}.");
        }

        await run.Watch.DisposeAsync();
        var status = ending.Kind is EndingKind.Undo ? "failed" : "stopped";
        await run.Journal.Append(RecordType.PhaseFinished, new JsonObject { ["status"] = status, ["reason"] = ending.Reason }, phase);
        return ending.Kind switch
        {
            EndingKind.Undo when !run.Opening.TurnsBack => await Halt($"{phase} failed: {ending.Reason}"),
            EndingKind.Undo => await Undo($"{phase}: {ending.Reason}", ending.Status),
            EndingKind.Park => await Park(ending.Reason),
            EndingKind.Leave => await Leave(ending),
            EndingKind.Silent or _ => throw new InvalidOperationException($"{ending.Kind} was handled above."),
        };
    }

    /// <summary>Undoes the run and closes it. Traffic goes to a stable that lives, or nothing moves (invariant 13).</summary>
    public async Task<RunResult> Undo(string reason, ExitStatus status)
    {
        run.Screen.Warn($"Rolling back run {run.Journal.RunId} ({run.Opening.Target.Version}): {reason}");
        if (!run.Journal.Run.GoesBack || run.Journal.Run.Reason.Length == 0)
        {
            await run.Journal.Decide(Decision.GoBack, reason);
        }

        var kept = await OnlyTheCandidateLives();
        if (kept.Count == run.Options.Services.Count)
        {
            return await Halt(string.Join("; ", kept.Values));
        }

        var outcome = await new Unwinding(run.Journal, run.Screen, [.. kept.Keys]).Run(run.Plan.Steps);
        switch (outcome)
        {
            case UnwindOutcome.Whole when kept.Count > 0:
                return await Halt(string.Join("; ", kept.Values));
            case UnwindOutcome.Whole whole:
                await Close(run, RunOutcome.RolledBack, reason, []);
                return new RunResult(status, Said(whole.Undone, reason), status is ExitStatus.Done ? "" : $"See {run.Environment.Command("History")}.");
            case UnwindOutcome.Partly partly:
                return new RunResult(
                    ExitStatus.Stuck,
                    $"Run {run.Journal.RunId} is stuck on its way back ({reason}). Not undone: {string.Join("; ", [.. partly.Left, .. kept.Values])}.",
                    $"Mend the cause and run {run.Environment.Command("Rollback")} again, or accept what stands: {run.Environment.Command("Resume --accept-as-is --reason \"…\"")}.");
            default:
                throw new InvalidDataException($"'{outcome}' is not an outcome that this version knows.");
        }
    }

    /// <summary>Takes the candidate's share away and leaves the run to a person (exit 7).</summary>
    public async Task<RunResult> Park(string reason)
    {
        if (await Withdraw(reason) is { } stuck)
        {
            return stuck;
        }

        await run.Journal.Decide(Decision.Park, reason);
        return new RunResult(ExitStatus.Parked, $"Run {run.Journal.RunId} ({run.Opening.Target.Version}) is parked: {reason}.");
    }

    /// <summary>Takes away the share of a candidate that nobody has judged for long. What could not be taken is in the journal.</summary>
    public async Task WithdrawOrphan()
    {
        if (await Withdraw("its process is gone") is { } stuck)
        {
            run.Screen.Warn($"  {stuck.Message}");
        }
    }

    /// <summary>Closes a run.</summary>
    public static Task Close(RunContext run, RunOutcome outcome, string reason, IEnumerable<JsonObject> due) => run.Journal.Append(
        RecordType.RunClosed,
        new JsonObject { ["outcome"] = Words.Of(outcome), ["reason"] = reason, ["due"] = new JsonArray([.. due]) });

    private async Task<RunResult> Leave(Ending ending) =>
        await Withdraw(ending.Reason) ?? new RunResult(
            ending.Status,
            $"Run {run.Journal.RunId} ({run.Opening.Target.Version}) stopped: {ending.Reason}. It is open and nothing else may start.",
            $"Go on: {run.Environment.Command("Resume")}; take it back: {run.Environment.Command("Rollback")}; close it as it stands: {run.Environment.Command("Abandon --reason \"…\"")}.");

    // A candidate with traffic is watched: before its process goes away, its share does (invariant 15). Null when it is gone.
    private async Task<RunResult?> Withdraw(string reason)
    {
        if (run.Opening.Kind is not RunKind.Release || run.Opening.IsFirst || run.Journal.Run.IsPromoted
            || !run.Plan.Steps.Any(p => p.Step is ITrafficStep && run.Journal.Run.Step(p.Step.Id).IsBegun))
        {
            return null;
        }

        run.Screen.Line("  the candidate's share goes back to 0 while nobody judges it");
        var kept = await OnlyTheCandidateLives();
        foreach (var why in kept.Values)
        {
            run.Screen.Warn($"  its share stays: {why}");
        }

        var outcome = await new Unwinding(run.Journal, run.Screen, [.. kept.Keys]).Withdraw(run.Plan.Steps);
        return outcome is UnwindOutcome.Partly partly
            ? new RunResult(
                ExitStatus.Stuck,
                $"Run {run.Journal.RunId} ({run.Opening.Target.Version}) stopped ({reason}) and is stuck: the candidate's share could not be taken back, and nobody judges it. {string.Join("; ", [.. partly.Left, .. kept.Values])}.",
                $"Take it back: {run.Environment.Command("Rollback")}.")
            : kept.Count > 0 ? await Halt(string.Join("; ", kept.Values)) : null;
    }

    private async Task<RunResult> Halt(string why)
    {
        await run.Journal.Decide(Decision.Halt, why);
        return new RunResult(
            ExitStatus.Stuck,
            $"Run {run.Journal.RunId} ({Words.Of(run.Opening.Kind)} {run.Opening.Target.Version}) is halted as it stands: {why}.",
            $"Look: {run.Environment.Command("Status")}. Then {run.Environment.Command("Rollback")} again, or {run.Environment.Command("Abandon --reason \"…\"")}.");
    }

    /// <summary>Starts a dead stable again. The services where that fails while the candidate is healthy, and why their traffic must stay.</summary>
    private async Task<IReadOnlyDictionary<string, string>> OnlyTheCandidateLives()
    {
        var kept = new Dictionary<string, string>();
        if (run.Opening.Stable is not { } stable || run.Opening.Kind is not RunKind.Release || !TrafficMoved())
        {
            return kept;
        }

        foreach (var service in run.Options.Services)
        {
            if (stable.Of(service.Name) is { } instance && await Problem(service, instance) is { } why)
            {
                kept[service.Name] = why;
            }
        }

        return kept;
    }

    private bool TrafficMoved() => run.Plan.Steps.Any(p => p.Step is ITrafficStep && run.Journal.Run.Step(p.Step.Id).IsBegun);

    private async Task<string?> Problem(Configuration.ServiceOptions service, Instance stable)
    {
        var view = await run.Ports.Platform.Look(stable.Id, CancellationToken.None);
        if (view.Liveness is Liveness.Unknown || await run.Environment.IsHealthy(service, view, CancellationToken.None))
        {
            return null;
        }

        run.Screen.Warn($"  stable {service.Name} {stable.Artefact.Version} is not healthy ({view.Detail}): starting it again first");
        try
        {
            var step = run.Ports.Platform.Start(ReviveId(service), stable, service);
            await run.AdvanceRegardless(new PlannedStep(Phases.Rollback, service.Name, step));
            return null;
        }
        catch (Exception error) when (error is StepFailedException or StepUnknownException)
        {
            var candidate = await run.Ports.Platform.Look(run.Opening.Target.Of(service.Name)!.Id, CancellationToken.None);
            if (!await run.Environment.IsHealthy(service, candidate, CancellationToken.None))
            {
                run.Screen.Warn($"  neither version of {service.Name} is healthy: traffic goes to stable all the same");
                return null;
            }

            return $"only the candidate of {service.Name} is healthy, so it keeps its traffic ({error.Message})";
        }
    }

    // One that was started may have died again, and one that could not be started may be mended: each is a step of its own.
    private string ReviveId(Configuration.ServiceOptions service)
    {
        var id = $"revive-stable-{service.Name}";
        var ended = run.Journal.Run.Steps.Count(s => (s.Id == id || s.Id.StartsWith($"{id}-attempt-", StringComparison.Ordinal))
            && s.Status is StepStatus.Applied or StepStatus.Failed);
        return ended == 0 ? id : $"{id}-attempt-{ended + 1}";
    }

    private string Said(IReadOnlyList<string> undone, string reason)
    {
        var serves = run.Opening.Stable is { } stable ? $"{stable.Version} serves everything" : $"{run.Environment.Name} is empty again";
        var what = undone.Count == 0 ? "nothing had been changed" : $"undone: {string.Join(", ", undone)}";
        return $"Rolled back {run.Opening.Target.Version}: {serves}; {what}. Reason: {reason}.";
    }
}
