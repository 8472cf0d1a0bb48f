using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;
using Release.Planning;
using Release.Probes;

namespace Release.Runs;

/// <summary>
/// A release on its way through the phases. The graph calls <see cref="Take(string)"/> once per phase, in order; what a phase of
/// this run has done already is not done again. The first phase that does not end well ends the run: undone, parked or
/// left open, as <see cref="Result"/> says.
/// </summary>
/// <param name="environment">Where.</param>
/// <param name="stop">What may stop it.</param>
/// <param name="goal">The last phase that was asked for.</param>
public sealed class ReleaseRun(ReleaseEnvironment environment, StopSignal stop, string goal) : IAsyncDisposable
{
    private readonly PhaseSkips _skips = new();
    private RunContext? _run;
    private StopRequests? _listening;
    private readonly CancellationTokenSource _end = new();
    private Task _telling = Task.CompletedTask;
    private bool _ended;

    /// <summary>Gets how it ended; null while it goes on.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>
    /// Leaves a phase out, for a reason that is recorded with the run. Throws <see cref="ReleaseException"/> where that would
    /// make no release, or nobody says why. It is to be called before that phase's turn.
    /// </summary>
    /// <param name="phase">The phase; it must not be taken.</param>
    /// <param name="reason">Why, in a person's words.</param>
    public void Skip(string phase, string reason) => _skips.Add(phase, reason, environment);

    /// <summary>Throws where a phase cannot be left out of a run, as <see cref="Skip"/> would.</summary>
    public static void CheckSkip(string phase, string reason, ReleaseEnvironment environment) => PhaseSkips.Check(phase, reason, environment);

    /// <summary>Takes one phase. After the end it does nothing.</summary>
    public async Task Take(string phase)
    {
        if (Result is not null)
        {
            return;
        }

        try
        {
            await TakeNext(phase);
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            Result = stopped;
        }
    }

    /// <summary>Goes on with a run that another process left, through every phase that is left to its goal.</summary>
    public async Task TakeRest(RunContext run)
    {
        _run = run;
        _listening = new StopRequests(run);
        _skips.AddAll(run.Journal.Run);
        foreach (var phase in Phases.OfARelease.TakeWhile(p => p != goal).Append(goal))
        {
            await Take(phase);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        if (_listening is not null)
        {
            await _listening.DisposeAsync();
        }

        if (_run is not null)
        {
            // Another target of the build failed in between: the run is open, and nobody judges its candidate any more.
            Result ??= await Abandoned(_run);
            End();
            await _telling;
            await _run.DisposeAsync();
            await _run.Lease.DisposeAsync();
        }

        _end.Dispose();
    }

    // Here and not on the thread pool, as CancelAsync would: what ends at a moment of its own cannot be replayed.
    private void End() => _end.Cancel();

    private static async Task<RunResult> Abandoned(RunContext run)
    {
        const string Reason = "the build ended before the release did";
        try
        {
            return await new TurningBack(run).Leave(new Ending(EndingKind.Leave, ExitStatus.Open, Reason));
        }
        catch (Exception error) when (error is LeaseLostException or JournalFailedException)
        {
            return new RunResult(ExitStatus.Open, $"Run {run.Journal.RunId} is open: {Reason}, and nothing can be recorded ({error.Message}).", $"Look: {run.Environment.Command("Status")}.");
        }
    }

    private async Task<RunContext?> Begin()
    {
        var run = await new Opener(environment, stop).Release(goal);
        if (run is null)
        {
            Result = new RunResult(
                ExitStatus.Done, $"{environment.Inputs.Version} serves in {environment.Name}: it was the first deployment.", $"Release the next one: {environment.Command("Promote")}.");
            return null;
        }

        _listening = new StopRequests(run);
        _telling = new Notices.Outbox(environment).TellOf(run.Journal, _end.Token);
        return run;
    }

    private async Task TakeNext(string phase)
    {
        if (goal == Phases.PreChecks)
        {
            Result = await OnlyLook();
            return;
        }

        var run = _run ??= await Begin();
        if (run is null)
        {
            return;
        }

        await _skips.Decide(run);
        foreach (var left in Phases.OfARelease.TakeWhile(p => p != phase))
        {
            await _skips.Pass(run, left);
        }

        if (run.Journal.Run.HasFinished(phase))
        {
            environment.Screen.Line($"  {phase} is done in run {run.Journal.RunId} already");
        }
        else if (_skips.Has(phase))
        {
            await _skips.Pass(run, phase);
        }
        else if (await new Runbooks.RequiredSignOffs(run).Await(phase) is { } parked)
        {
            Result = parked;
        }
        else
        {
            await Take(run, phase);
        }

        if (Result is null && phase == goal)
        {
            Result = await End(run);
        }
    }

    private async Task Take(RunContext run, string phase)
    {
        try
        {
            await run.Journal.Append(RecordType.PhaseStarted, [], phase);
            await new PhaseWork(run).Take(phase);
            await run.Journal.Append(RecordType.PhaseFinished, new JsonObject { ["status"] = "done" }, phase);
        }
        catch (Exception error) when (Ending.Of(error, run) is { } ending)
        {
            Result = await new TurningBack(run).Handle(ending, phase);
        }
    }

    private async Task<RunResult> End(RunContext run)
    {
        if (goal != Phases.Handover)
        {
            var next = Phases.OfARelease[Phases.OfARelease.ToList().IndexOf(goal) + 1];
            var parked = await new TurningBack(run).Park($"{goal} is done and {next} is for a person to start", ParkedWait.ForPerson($"a person to start {next}"));
            return parked with { Next = $"Go on: {environment.Command(next)} or {environment.Command("Promote")}; take it back: {environment.Command("Rollback")}." };
        }

        var until = run.Ports.Clock.GetUtcNow() + run.Options.Platform.KeepStable;
        var due = run.Opening.Stable!.Beside(run.Opening.Target).Select(i => new JsonObject
        {
            ["step"] = Planner.RetireId(i),
            ["at"] = until.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["instance"] = ReleaseJson.ToJson(i),
        });
        await TurningBack.Close(run, RunOutcome.Promoted, "", due);

        // From here on records are made without the run's pen, and one writes at a time.
        End();
        await _telling;
        await Watched(run);
        var result = new RunResult(
            ExitStatus.Done,
            $"{run.Opening.Target.Version} serves everything in {environment.Name}; {run.Opening.Stable.Version} is {(run.Options.Platform.KeepStable == TimeSpan.Zero ? "not kept" : $"kept until {Show.Time(until)}")}.",
            $"Take it back: {environment.Command("Rollback")}.");
        try
        {
            await new Retirement(environment).CarryOutSuperseded(run.Journal.State, run.Lease, stop);
            if (run.Options.Platform.KeepStable == TimeSpan.Zero)
            {
                await new Retirement(environment).CarryOutDue(run.Journal.State, run.Lease, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The release is done; what an older version leaves to retire stays due for the next command.
        }

        return result;
    }

    // The release is done: one whose watch cannot be begun here is watched by the next tender all the same.
    private async Task Watched(RunContext run)
    {
        try
        {
            if (run.Options.Watch is { } watch)
            {
                await new Watching.Watching(environment, stop).Begin(run.Journal.State, run.Lease, watch, run.Ports.Clock.GetUtcNow());
            }
        }
        catch (Exception error) when (error is LeaseLostException or JournalFailedException)
        {
            environment.Screen.Warn($"It is not watched yet: {error.Message}");
        }
    }

    // PreChecks alone changes nothing, so it opens no run and takes no lease.
    private async Task<RunResult> OnlyLook()
    {
        var probes = environment.Options.Checks.Select(c => environment.Ports.Probe(c, null)).ToList();
        var reports = await environment.LookAll(probes, stop.Token);
        foreach (var line in ProbeTable.Render(reports))
        {
            environment.Screen.Line("  " + line);
        }

        var (state, _) = await EnvironmentState.Read(environment.Ports.Journal, stop.Token);
        var doubts = await RoutingDoubts.Of(environment.Ports, environment.Options, state.Stable, stop.Token);
        return RoutingDoubts.Tell(doubts, environment.Screen) is null && new ProbeSummary(reports).Passed
            ? new RunResult(ExitStatus.Done, $"All {probes.Count} checks of {environment.Name} pass.", $"Release: {environment.Command("Promote")}.")
            : new RunResult(ExitStatus.Failed, $"{environment.Name} is not ready for a release; nothing was changed.", "See above.");
    }
}
