using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Release.Components.Terminal;
using Release.Conformance;
using Release.Gates.Evidence;
using Release.Reports;
using Release.Runbooks;
using Release.Runs;

namespace Release.Components;

/// <summary>
/// What the targets of one build call: it lives as long as the process, so that the phases of one command share one run.
/// Written the same way for both modes of the build: it takes its cancellation from signals of its own.
/// </summary>
#pragma warning disable CA1001 // it lives as long as the process, which frees all of it
public sealed class ReleaseCommand
#pragma warning restore CA1001
{
    private static readonly ConditionalWeakTable<IRelease, ReleaseCommand> Commands = [];

    private readonly IRelease _build;
    private readonly StopSignal _stop = new();
    private readonly Signals _signals;
    private readonly OpenEnvironments _environments;
    private readonly CommandGuard _guard;
    private readonly Looks _looks;
    private ReleaseRun? _run;
    private ReleaseEnvironment? _changing;
    private RunSummary? _summary;
    private Series? _series;

    private JudgeCommand Judged => new(new NamedFile(_build.RootDirectory, System.Environment.CurrentDirectory));

    private ReleaseCommand(IRelease build)
    {
        _build = build;
        _signals = new Signals(_stop);
        _environments = new OpenEnvironments(build);
        _guard = new CommandGuard(build, _stop, _environments);
        _looks = new Looks(build, _stop, _environments, _guard);
    }

    /// <summary>The command of a build.</summary>
    public static ReleaseCommand Of(IRelease build) => Commands.GetValue(build, b => new ReleaseCommand(b));

    /// <summary>
    /// Runs the process's command with outputs that cannot fail it: a live view on a terminal, plain lines elsewhere, with
    /// <c>--json</c> one document. A build's <c>Main</c> returns <c>ReleaseCommand.Run(() =&gt; Execute&lt;Build&gt;(…))</c>.
    /// </summary>
    /// <param name="execute">The graph; returns its exit code.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<int> execute)
    {
        Descriptors.Guard();
        using var output = ProcessOutput.Take(System.Environment.GetCommandLineArgs()[1..]);
        return End(execute());
    }

    /// <summary>
    /// Ends the process's command: prints the last line (what happened and what to do next). <see cref="Run"/> calls it; a
    /// build whose <c>Main</c> calls it itself, around <c>Execute&lt;Build&gt;(…)</c>, gets plain lines only.
    /// </summary>
    /// <param name="exitCode">What the graph returned.</param>
    /// <returns>The exit code.</returns>
    public static int End(int exitCode)
    {
        foreach (var (_, command) in Commands)
        {
#pragma warning disable VSTHRD002 // NUKE's Main is synchronous, and nothing else runs any more
            command.Leave().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }

        return CommandEnd.Say(exitCode, Commands.Any(c => c.Key.Json));
    }

    /// <summary>
    /// Whether the command and the environment's configuration say what is to be done: asked of every target before the
    /// first one begins. What went wrong for another reason is told by the target itself.
    /// </summary>
    /// <exception cref="ReleaseException">They do not; its message is for a person, and nothing was touched.</exception>
    internal bool Understands(Purpose purpose) => _guard.Understood(() =>
    {
        Contradictions.Refuse(_build);
#pragma warning disable VSTHRD002 // NUKE's requirements are synchronous, and nothing else runs yet
        var environment = _environments.Environment(purpose).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        SkippedPhases.Check(environment, _build);
    });

    /// <summary>The same of what Init is to make.</summary>
    internal bool UnderstandsInit(IReadOnlyList<string> from) =>
        _guard.Understood(() => new InitCommand(_build.RootDirectory, System.Environment.CurrentDirectory, _ => { }).Check(_build.Env, from));

    /// <summary>The same of the hash that Audit is to find.</summary>
    internal bool UnderstandsAnchor(string? anchor) => Understands(Purpose.Look) && _guard.Understood(() => _ = Anchors.Require(anchor));

    /// <summary>The same of the run that Report is to tell of; what was read for it is kept.</summary>
    internal bool UnderstandsReport(int? run) => Understands(Purpose.Look) && _guard.Understood(() =>
#pragma warning disable VSTHRD002 // as above
        _looks.ReadReport(run).GetAwaiter().GetResult());
#pragma warning restore VSTHRD002

    /// <summary>The same of the runbook that is to be shown.</summary>
    internal bool UnderstandsRunbook(int? run) => Understands(Purpose.Look) && _guard.Understood(() =>
#pragma warning disable VSTHRD002 // as above
        _looks.ReadRunbook(run).GetAwaiter().GetResult());
#pragma warning restore VSTHRD002

    /// <summary>The same of what is to be signed.</summary>
    internal bool UnderstandsSignOff(string? line, string? role, string? note, bool reject, bool withdraw)
    {
        _ = _guard.Understood(() => _ = RunbookCommand.Request(line, role, note, reject, withdraw));
        return Understands(Purpose.Change) && _guard.Understood(() =>
#pragma warning disable VSTHRD002 // as above
            new SigningOff(_environments.Environment(Purpose.Change).GetAwaiter().GetResult(), _stop).Check(RunbookCommand.Request(line, role, note, reject, withdraw)).GetAwaiter().GetResult());
#pragma warning restore VSTHRD002
    }

    /// <summary>The same of the drivers that Conformance is to try.</summary>
    internal bool UnderstandsConformance(string? driver) => Understands(Purpose.Change) && _guard.Understood(() =>
#pragma warning disable VSTHRD002 // as above
        ConformanceCommand.Drivers(_environments.For(Purpose.Change).GetAwaiter().GetResult(), driver));
#pragma warning restore VSTHRD002

    /// <summary>The same of what Judge is to judge, recorded counts or stable's past; what was read is kept.</summary>
    internal bool UnderstandsJudging(string? series, string? since) => _guard.Understood(() =>
    {
        if (series is null == since is null)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                series is null ? "Judge needs what is to be judged: recorded counts (--series FILE), or how far back stable's past is rehearsed on (--since 7d)." : "--series judges the counts of a file and --since stable's past: Judge takes one of them.",
                $"For example: {OwnProgram.Command} Judge --env {_build.Env} --since 7d.");
        }

        if (series is not null)
        {
            _series = Judged.Read(series);
        }
        else
        {
            _ = BacktestCommand.Require(since!);
        }
    }) && (series is not null || Understands(Purpose.Look));

    /// <summary>What a target of the build's own found: with <c>--json</c> a part of the one document.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="document">What it found.</param>
    public static void Answer(string target, JsonObject document) => Documents.Add(target, document);

    /// <summary>Takes one phase of a release.</summary>
    public Task Take(string phase) => _guard.Run(async () =>
    {
        _run ??= new ReleaseRun(await ToRelease(), _stop, Goal());
        SkippedPhases.Tell(_run, _build);
        await _run.Take(phase);
        if (_run.Result is { } result)
        {
            await _run.DisposeAsync();
            await Tell();
            await Summarise();
            _guard.Finish(result);
        }
    });

    /// <summary>Takes back.</summary>
    public Task Rollback() => Whole(Purpose.Rollback, async environment =>
    {
        var result = await new Rollback(environment, _stop).Run();
        return environment.Inputs.StoreAway is null ? result : result with
        {
            Message = $"{result.Message} It is recorded in the journal's copy only.",
            Next = $"{result.Next} When the store is back, the next command that changes something takes those records into it.".TrimStart(),
        };
    });

    /// <summary>Goes on with an interrupted run.</summary>
    public Task Resume() => Whole(Purpose.Change, environment => new Resuming(environment, _stop).Run(_build.AcceptAsIs));

    /// <summary>Carries out what is due.</summary>
    /// <param name="every">The time between two looks; null for one look.</param>
    public Task Tend(TimeSpan? every) => Whole(Purpose.Change, async environment =>
    {
        var (once, watch) = (new Tending(environment, _stop) { TriesAtOnce = !Console.IsInputRedirected }, every is { } time ? new TendingWatch(Reopened, _stop, time) : null);
        var result = watch is null ? await once.Run() : await watch.Run();
        if (_build.Json)
        {
            Documents.Add(nameof(Tend), watch?.Document(result) ?? once.Document(result));
        }

        return result;
    });

    /// <summary>Begins to watch what was promoted last.</summary>
    /// <param name="time">For how long; null for what the environment says.</param>
    public Task Watch(TimeSpan? time) => Whole(Purpose.Change, async environment =>
    {
        var watch = new Watching.BeginningAWatch(environment, _stop);
        var result = await watch.Run(time);
        if (_build.Json)
        {
            Documents.Add(nameof(Watch), watch.Document());
        }

        return result;
    });

    /// <summary>Answers a run that waits for a person.</summary>
    /// <param name="go">True when it goes on.</param>
    public Task Decide(bool go) => Whole(Purpose.Change, environment => new Deciding(environment, _stop).Run(go));

    /// <summary>Whether exactly one decision was given.</summary>
    internal bool UnderstandsDecision(bool go, bool noGo) => _guard.Understood(() =>
    {
        if (go == noGo)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                go ? "--go and --no-go are opposites, and Decide takes one of them." : "Decide needs the decision: --go lets the parked run go on, --no-go undoes it.",
                $"For example: {OwnProgram.Command} Decide --go --reason \"checked by hand, CHG-1042\".");
        }
    });

    // A watch outlives the configuration that it began with, and the runs that others open.
    private async Task<ReleaseEnvironment> Reopened() => (await Surroundings.Open(_build, Purpose.Change, isAgain: true)).Environment;

    /// <summary>Closes the open run as it stands.</summary>
    public Task Abandon() => Whole(Purpose.Change, environment => new Resuming(environment, _stop).Abandon());

    /// <summary>Takes the environment from a process that does not answer.</summary>
    public Task TakeOver(bool force) => Whole(Purpose.Change, environment => new TakingOver(environment, _stop).Run(force));

    /// <summary>Records what serves as stable.</summary>
    public Task Adopt() => Whole(Purpose.Change, environment => new Adopting(environment, _stop).Run());

    /// <summary>Restores a backup, or says what that would do.</summary>
    /// <param name="backup">Which.</param>
    /// <param name="confirmed">What is to be replaced; null for no confirmation.</param>
    /// <param name="withoutSafety">Whether what is there need not be dumped first.</param>
    public Task Restore(string backup, string? confirmed, bool withoutSafety) => Whole(Purpose.Change, environment => new Restoring(environment, _stop).Run(backup, confirmed, withoutSafety));

    /// <summary>Whether it is said what is to be restored.</summary>
    internal bool UnderstandsRestoring(string? backup) => Understands(Purpose.Change) && _guard.Understood(() =>
    {
        if (backup is null)
        {
            throw new ReleaseException(ExitStatus.Usage, "Restore needs to know what to restore: --backup NAME, --backup latest, or --backup previous for what the last restore put aside.", $"For example: {OwnProgram.Command} Restore --env {_build.Env} --backup latest.");
        }
    });

    /// <summary>Makes the file of a new environment.</summary>
    /// <param name="from">The name of an environment; or <c>compose</c> and a file.</param>
    public Task Init(IReadOnlyList<string> from) => _guard.Run(() =>
    {
        _guard.Finish(new InitCommand(_build.RootDirectory, Environment.CurrentDirectory, ConsoleScreen.Create(new()).Line).Run(_build.Env, from));
        return Task.CompletedTask;
    });

    /// <summary>Stops the environment.</summary>
    public Task Down() => Whole(Purpose.Change, environment => new Downing(environment, _stop).Run());

    /// <summary>Tries drivers.</summary>
    /// <param name="driver">The port of one; null for every external one.</param>
    public Task Conformance(string? driver) => _guard.Run(async () =>
    {
        var surroundings = await _environments.For(Purpose.Change);
        var trial = new ConformanceRun(surroundings.Environment, _stop, ConformanceCommand.Drivers(surroundings, driver));
        var result = await trial.Run();
        Printed.To(_build, surroundings.Environment, trial.Document, []);
        _guard.Finish(result);
    });

    /// <summary>Judges recorded counts.</summary>
    /// <param name="series">The file's name.</param>
    public Task Judge(string series) => _guard.Run(() =>
    {
        var result = SeriesGate.Judge(_series ?? Judged.Read(series));
        if (_build.Json)
        {
            Documents.Add(nameof(Judge), result.ToJson());
        }
        else
        {
            JudgeCommand.Lines(result).ToList().ForEach(ConsoleScreen.Create(new()).Line);
        }

        _guard.Finish(JudgeCommand.Verdict(result));
        return Task.CompletedTask;
    });

    /// <summary>Rehearses the gate on stable's past.</summary>
    /// <param name="since">How far back.</param>
    public Task Backtest(string since) => _looks.Backtest(BacktestCommand.Require(since));

    /// <summary>Looks the environment over.</summary>
    /// <param name="fix">What is changed before; null for nothing.</param>
    public Task Doctor(string? fix) => fix is null ? _looks.Doctor() : Whole(Purpose.Change, environment => DoctorCommand.Fix(_build, environment, _stop, fix));

    /// <summary>The same of what Doctor is to change.</summary>
    internal bool UnderstandsFixing(string? fix) => fix is null ? Understands(Purpose.Look) : Understands(Purpose.Change) && _guard.Understood(() =>
#pragma warning disable VSTHRD002 // as above
        _ = Fixing.Order(fix, _environments.Environment(Purpose.Change).GetAwaiter().GetResult().Options));
#pragma warning restore VSTHRD002

    /// <summary>Shows the state.</summary>
    public Task Status() => _looks.Status();

    /// <summary>Writes a run's report.</summary>
    public Task Report(int? run) => _looks.Report(run);

    /// <summary>Shows the runbook.</summary>
    public Task Runbook(int? run) => _looks.Runbook(run);

    /// <summary>Signs a line of the runbook.</summary>
    /// <param name="request">What is said.</param>
    public Task SignOff(SignOffRequest request) => Whole(Purpose.Change, environment => new SigningOff(environment, _stop).Run(request));

    /// <summary>Lists the runs.</summary>
    public Task History() => _looks.History();

    /// <summary>Shows the plan of the next release.</summary>
    /// <param name="rules">The file for the gate's limits; null for none.</param>
    public Task Preview(string? rules) => _looks.Preview(rules is null ? null : RulesCommand.Require(rules));

    /// <summary>The same of the file that Preview is to write.</summary>
    internal bool UnderstandsRules(string? rules) => rules is null || _guard.Understood(() => _ = RulesCommand.Require(rules));

    /// <summary>Verifies the journal.</summary>
    /// <param name="anchor">A record's hash that somebody noted elsewhere; null for none.</param>
    public Task Audit(string? anchor) => _looks.Audit(anchor);

    // A run that is still open when the build ends was left by another target that failed.
    private async Task Leave()
    {
        if (_run is { Result: null } run)
        {
            await run.DisposeAsync();
            await Tell();
            CommandEnd.Result = run.Result ?? CommandEnd.Result;
        }

        await Summarise();
    }

    // Before the graph ends where that can be, since afterwards nobody hears that it could not be written.
    private async Task Summarise()
    {
        if (_summary is { } summary)
        {
            _summary = null;
            await summary.Write();
        }
    }

    // What is recorded from here on is told in the job's summary.
    private async Task<ReleaseEnvironment> ToChange(Purpose purpose)
    {
        var environment = _changing = await _environments.Environment(purpose);
        _summary ??= await JobSummary.Begin(environment);
        return environment;
    }

    // The environment to release in; what is open there is withdrawn first, where that was asked for.
    private async Task<ReleaseEnvironment> ToRelease()
    {
        var environment = await ToChange(Purpose.Change);
        if (!_build.Supersede)
        {
            return environment;
        }

        var (superseded, stopped) = await new Superseding(await _environments.Environment(Purpose.Rollback), _stop).Withdraw();
        if (stopped is not null)
        {
            await Summarise();
            _guard.Finish(stopped);
        }

        return environment with { Inputs = environment.Inputs with { Supersedes = superseded } };
    }

    // The last phase of a release that this command's plan holds: after it the run is closed or parked.
    private string Goal() => Phases.OfARelease.Last(p => _build.ExecutionPlan.Any(t => t.Name == p));

    private Task Whole(Purpose purpose, Func<ReleaseEnvironment, Task<RunResult>> command) => _guard.Run(async () =>
    {
        var environment = await ToChange(purpose);
        try
        {
            _guard.Finish(await command(environment));
        }
        finally
        {
            await Tell();
            await Summarise();
        }
    });

    // What was done is done and recorded: whether anybody hears of it changes nothing about how the command ends.
    private async Task Tell()
    {
        if (_changing is { } environment)
        {
            await new Notices.Outbox(environment).Tell(CancellationToken.None);
        }
    }
}
