using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;
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
                $"Nothing more was changed. {Ending.After(run.Environment)}");
        }

        await run.Watch.DisposeAsync();
        var status = ending.Kind is EndingKind.Undo ? "failed" : "stopped";
        var finished = new JsonObject { ["status"] = status, ["reason"] = ending.Reason };
        if (ending.IsByHand)
        {
            finished["byHand"] = true;
        }

        await run.Journal.Append(RecordType.PhaseFinished, finished, phase);
        return ending.Kind switch
        {
            EndingKind.Undo when !run.Opening.TurnsBack && (run.Opening.Undoes is not null || TrafficMoved()) => await Halt($"{phase} failed: {ending.Reason}"),
            EndingKind.Undo => await Undo($"{phase}: {ending.Reason}", ending.Status),
            EndingKind.Park => await Hold(ending),
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

        await using var answers = new LastAnswers(run, run.Opening.Target);
        if (run.Opening.TurnsBack && TrafficMoved())
        {
            answers.Begin();
        }

        var keeps = await ServicesThatKeepTraffic();
        var unwinding = new Unwinding(run.Journal, run.Screen, keeps)
        {
            AllToStable = RecordsAreInDoubt ? AllToStable : null,
            TrafficIsBack = answers.TrafficIsBack,
        };
        var outcome = await unwinding.Run(run.Plan.Steps);
        if (keeps.Count > 0)
        {
            return await Halt(string.Join("; ", keeps.Values));
        }

        switch (outcome)
        {
            case UnwindOutcome.Whole whole:
                var last = await answers.Last();
                await Close(run, RunOutcome.RolledBack, reason, [], last);
                return new RunResult(status, Said(whole.Undone, reason), status is ExitStatus.Done ? "" : $"See {run.Environment.Command("History")}.") { LastAnswer = last };
            case UnwindOutcome.Partly partly:
                return await NotWhole(partly, reason);
            default:
                throw new InvalidDataException($"'{outcome}' is not an outcome that this version knows.");
        }
    }

    // The last line names who is waited for, until when, and every command that goes on.
    private async Task<RunResult> Hold(Ending ending)
    {
        var until = run.Options.Gate.HoldFor is { } time ? run.Ports.Clock.GetUtcNow() + time : (DateTimeOffset?)null;
        var parked = await Park(ending.Reason, new ParkedWait("a person's decision", until, ending.Hold!.Services, ending.Hold.Share));
        return parked.Status is not ExitStatus.Parked ? parked : parked with
        {
            Message = $"{parked.Message} It waits for a person's decision{(until is { } at ? $" until {Show.Time(at)}, then it is undone" : "")}.",
            Next = $"Go on all the same: {run.Environment.Command("Decide --go --reason \"…\"")}; take it back: {run.Environment.Command("Decide --no-go --reason \"…\"")}; judge it again: {run.Environment.Command("Promote")}.",
        };
    }

    /// <summary>Takes the candidate's share away and leaves the run to a person (exit 7).</summary>
    public async Task<RunResult> Park(string reason, ParkedWait waits)
    {
        await run.Watch.DisposeAsync();
        if (await Withdraw() is { } stuck)
        {
            return stuck;
        }

        await run.Journal.Decide(Decision.Park, reason, waits.ToJson());
        return new RunResult(ExitStatus.Parked, $"Run {run.Journal.RunId} ({run.Opening.Target.Version}) is parked: {reason.TrimEnd('.')}.");
    }

    /// <summary>Closes a run.</summary>
    public static async Task Close(RunContext run, RunOutcome outcome, string reason, IEnumerable<JsonObject> due, LastAnswer? last = null)
    {
        if (outcome is not RunOutcome.Promoted && run.Opening is { Kind: RunKind.Release, IsFirst: false } or { Kind: RunKind.Rollback })
        {
            await new Runbooks.RunbookEvidence(run).TryPut(Phases.Rollback);
        }

        var data = new JsonObject { ["outcome"] = Words.Of(outcome), ["reason"] = reason, ["due"] = new JsonArray([.. due]) };
        last?.AddTo(data);
        await run.Journal.Append(RecordType.RunClosed, data);
    }

    /// <summary>Takes the candidate's share away and leaves the run open, to be resumed.</summary>
    public async Task<RunResult> Leave(Ending ending)
    {
        await run.Watch.DisposeAsync();
        if (await Withdraw() is { } stuck)
        {
            return stuck;
        }

        return new RunResult(
            ending.Status,
            $"Run {run.Journal.RunId} ({run.Opening.Target.Version}) stopped: {ending.Reason.TrimEnd('.')}. It is open and nothing else may start.",
            $"Go on: {run.Environment.Command("Resume")}; take it back: {run.Environment.Command("Rollback")}; close it as it stands: {run.Environment.Command("Abandon --reason \"…\"")}.");
    }

    /// <summary>
    /// A candidate with traffic is watched: before its process goes away, its share does (invariant 15). Null when it did,
    /// or when there was none; else the run is stuck, and the result says why.
    /// </summary>
    public async Task<RunResult?> Withdraw()
    {
        if (!run.Journal.Run.CandidateMayHaveTraffic)
        {
            return null;
        }

        run.Screen.Line("  the candidate's share goes back to 0 while nobody judges it");
        var keeps = await ServicesThatKeepTraffic();
        foreach (var why in keeps.Values)
        {
            run.Screen.Warn($"  its share stays: {why}");
        }

        var outcome = await new Unwinding(run.Journal, run.Screen, keeps).Withdraw(run.Plan.Steps);
        return keeps.Count > 0 ? await Halt(string.Join("; ", keeps.Values))
            : outcome is UnwindOutcome.Partly partly ? await NotWhole(partly, "the candidate's share could not be taken back")
            : null;
    }

    /// <summary>
    /// Ends a withdrawal that another process was killed in: a share that the journal says is there and the router does not
    /// have would be judged as if it were.
    /// </summary>
    public async Task FinishWithdrawal()
    {
        var shifts = run.Plan.Steps.Where(p => p.Step is ITrafficStep).Select(p => run.Journal.Run.Step(p.Step.Id)).ToList();
        if (shifts.Exists(s => s.Status is StepStatus.UndoIntended || s.MayLand)
            || shifts.SkipWhile(s => s.Status is not StepStatus.Undone).Any(s => s.Status is StepStatus.Applied))
        {
            _ = await Withdraw();
        }
    }

    private async Task<RunResult> NotWhole(UnwindOutcome.Partly partly, string reason)
    {
        var left = string.Join("; ", partly.Left);
        if (!partly.Failed)
        {
            return new RunResult(
                ExitStatus.Open,
                $"Run {run.Journal.RunId} stopped on its way back ({reason}): what these need did not answer or is not here. Left: {left}.",
                $"When it is: {run.Environment.Command("Rollback")}.");
        }

        return new RunResult(
            ExitStatus.Stuck,
            $"Run {run.Journal.RunId} is stuck on its way back ({reason}). Not undone: {left}.",
            $"Mend the cause and run {run.Environment.Command("Rollback")} again, or accept what stands: {run.Environment.Command("Resume --accept-as-is --reason \"…\"")}.");
    }

    private async Task<RunResult> Halt(string why)
    {
        await run.Journal.Decide(Decision.Halt, why);
        return new RunResult(
            ExitStatus.Stuck,
            $"Run {run.Journal.RunId} ({Words.Of(run.Opening.Kind)} {run.Opening.Target.Version}) is halted as it stands: {why}.",
            $"Look: {run.Environment.Command("Status")}. Then {run.Environment.Command("Rollback")} again, or {run.Environment.Command("Abandon --reason \"…\"")}.");
    }

    /// <summary>
    /// Starts a dead stable again, each service at the same time. The services whose stable cannot be had while their
    /// candidate is healthy keep their traffic (invariant 13); the others go back at once.
    /// </summary>
    private async Task<IReadOnlyDictionary<string, string>> ServicesThatKeepTraffic()
    {
        if (run.Opening.Stable is not { } stable || run.Opening.Kind is not (RunKind.Release or RunKind.Fix) || !(TrafficMoved() || TrafficMayMove() || RecordsAreInDoubt))
        {
            return new Dictionary<string, string>();
        }

        await StartRouter();
        var problems = await Task.WhenAll(
            from service in run.Released
            let instance = stable.Of(service.Name)
            where instance is not null
            select Problem(service, instance));
        return problems.OfType<(string Service, string Why)>().ToDictionary(p => p.Service, p => p.Why);
    }

    // A router that is ours and whose process ended serves nobody: without it no split can be set.
    private async Task StartRouter()
    {
        foreach (var service in run.Options.Services)
        {
            foreach (var step in run.Ports.Router.SetUp(service))
            {
                try
                {
                    if ((await step.Observe(CancellationToken.None)).State is StepState.Pending)
                    {
                        await run.AdvanceRegardless(new PlannedStep(Phases.Rollback, service.Name, new AgainStep(step, AgainStep.NextId(step.Id, run.Journal.Run))));
                    }
                }
                catch (Exception error) when (error is StepFailedException or StepUnknownException)
                {
                    run.Screen.Warn($"  {error.Message}");
                }
            }
        }
    }

    // A person said so: they are damaged, and what they do not say may have happened all the same.
    private bool RecordsAreInDoubt => run.Environment.Inputs.AcceptJournal && run.Opening is { Kind: RunKind.Release, IsFirst: false };

    private PlannedStep? AllToStable(string service)
    {
        var options = run.Options.Services.First(s => s.Name == service);
        return run.Opening.Stable?.Of(service) is { } stable && run.Opening.Target.Of(service) is { } candidate && candidate.Id != stable.Id
            ? new PlannedStep(Phases.Rollback, service, new AgainStep(
                run.Ports.Router.Shift($"return-traffic-{service}", options, stable.Id, candidate.Id, Percent.Zero),
                AgainStep.NextId($"return-traffic-{service}", run.Journal.Run)))
            : null;
    }

    private bool TrafficMoved() => run.Plan.Steps.Any(p => p.Step is ITrafficStep && run.Journal.Run.Step(p.Step.Id).IsBegun);

    private bool TrafficMayMove() => run.Plan.Steps.Any(p => p.Step is ITrafficStep && run.Journal.Run.Step(p.Step.Id).MayLand);

    private async Task<(string Service, string Why)?> Problem(Configuration.ServiceOptions service, Instance stable)
    {
        var view = await run.Ports.Platform.Look(stable.Id, CancellationToken.None);
        if (view.Liveness is Liveness.Unknown || await run.Environment.IsHealthy(service, view, CancellationToken.None))
        {
            return null;
        }

        run.Screen.Warn($"  stable {service.Name} {stable.Artefact.Version} is not healthy ({view.Detail}): starting it again first");
        try
        {
            var id = AgainStep.NextId($"revive-stable-{service.Name}", run.Journal.Run);
            await run.AdvanceRegardless(new PlannedStep(Phases.Rollback, service.Name, run.Ports.Platform.Start(id, stable, service)));
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

            return (service.Name, $"only the candidate of {service.Name} is healthy, so it keeps its traffic ({error.Message})");
        }
    }

    private string Said(IReadOnlyList<string> undone, string reason)
    {
        if (run.Opening.Kind is RunKind.Rollback)
        {
            return $"{run.Opening.Target.Version} could not be brought back, and no traffic was moved: {run.Opening.Stable?.Version} serves everything as before. Reason: {reason.TrimEnd('.')}.";
        }

        if (run.Opening.Fixes is { } fix)
        {
            return $"{fix.Text} in {run.Environment.Name} did not come to its end{(undone.Count == 0 ? ", and nothing had been changed" : $"; undone: {string.Join(", ", undone)}")}. Reason: {reason.TrimEnd('.')}.";
        }

        var serves = run.Opening switch
        {
            { Kind: RunKind.Up } => $"{run.Environment.Name} is not running, as before",
            { Stable: { } stable } => $"{stable.Version} serves everything",
            _ => $"{run.Environment.Name} is empty again",
        };
        var what = undone.Count == 0 ? "nothing had been changed" : $"undone: {string.Join(", ", undone)}";
        return $"Rolled back {run.Opening.Target.Version}: {serves}; {what}. Reason: {reason.TrimEnd('.')}.";
    }
}
