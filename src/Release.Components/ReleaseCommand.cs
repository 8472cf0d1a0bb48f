using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Release.Components.Terminal;
using Release.Configuration;
using Release.Conformance;
using Release.Journal;
using Release.Reports;
using Release.Runs;
using Release.Tools;
using Release.Views;

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
    private static RunResult? Last;

    // The graph says why it refuses, before anything of ours is there to say it.
    private static bool IsSaid;

    private readonly IRelease _build;
    private readonly StopSignal _stop = new();
    private readonly Signals _signals;
    private readonly Dictionary<Purpose, Surroundings> _surroundings = [];
    private ReleaseRun? _run;
    private RunSummary? _summary;
    private ReleaseReport? _report;

    private ReleaseCommand(IRelease build)
    {
        _build = build;
        _signals = new Signals(_stop);
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

        var code = Last is { Status: not ExitStatus.Done and var status } && exitCode is 0 or 1 ? (int)status : exitCode;
        var output = ProcessOutput.Current;
        output?.Live?.Dispose();
        var json = output?.IsJson == true || Commands.Any(c => c.Key.Json);
        if (Last is { } result && !IsSaid)
        {
            ConsoleScreen.LastLine(result, json);
        }

        if (json)
        {
            var document = Documents.Whole(Last, code, output?.Said ?? []);
            (output is null ? Console.Out.WriteLine : (Action<string>)output.Document)(document);
        }

        return code;
    }

    /// <summary>
    /// Whether the command and the environment's configuration say what is to be done: asked of every target before the
    /// first one begins. What went wrong for another reason is told by the target itself.
    /// </summary>
    /// <exception cref="ReleaseException">They do not; its message is for a person, and nothing was touched.</exception>
    internal bool Understands(Purpose purpose) => Understood(() =>
    {
        RefuseContradictions();
#pragma warning disable VSTHRD002 // NUKE's requirements are synchronous, and nothing else runs yet
        var environment = Opened(purpose).GetAwaiter().GetResult().Environment;
#pragma warning restore VSTHRD002
        SkippedPhases.Check(environment, _build);
    });

    /// <summary>The same of what Init is to make.</summary>
    internal bool UnderstandsInit(IReadOnlyList<string> from) =>
        Understood(() => new InitCommand(_build.RootDirectory, System.Environment.CurrentDirectory, _ => { }).Check(_build.Env, from));

    /// <summary>The same of the hash that Audit is to find.</summary>
    internal bool UnderstandsAnchor(string? anchor) => Understands(Purpose.Look) && Understood(() => _ = Anchors.Require(anchor));

    /// <summary>The same of the run that Report is to tell of; what was read for it is kept.</summary>
    internal bool UnderstandsReport(int? run) => Understands(Purpose.Look) && Understood(() =>
#pragma warning disable VSTHRD002 // as above
        _report = ReadReport(run).GetAwaiter().GetResult());
#pragma warning restore VSTHRD002

    /// <summary>The same of the drivers that Conformance is to try.</summary>
    internal bool UnderstandsConformance(string? driver) => Understands(Purpose.Change) && Understood(() =>
#pragma warning disable VSTHRD002 // as above
        ConformanceCommand.Drivers(Opened(Purpose.Change).GetAwaiter().GetResult(), driver));
#pragma warning restore VSTHRD002

    private bool Understood(Action read)
    {
        try
        {
            read();
        }
        catch (ConfigurationException error)
        {
            throw Refused(new ReleaseException(ExitStatus.Usage, $"{error.Message}{System.Environment.NewLine}Nothing was touched: mend this, then run the command again."));
        }
        catch (ReleaseException error) when (error.Status is ExitStatus.Usage)
        {
            throw Refused(error);
        }
#pragma warning disable CA1031 // whatever else it is, the target meets it again and ends as it should
        catch (Exception)
#pragma warning restore CA1031
        {
            _surroundings.Clear();
        }

        return true;
    }

    /// <summary>What a target of the build's own found: with <c>--json</c> a part of the one document.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="document">What it found.</param>
    public static void Answer(string target, JsonObject document) => Documents.Add(target, document);

    /// <summary>Takes one phase of a release.</summary>
    public Task Take(string phase) => Guarded(async () =>
    {
        _run ??= new ReleaseRun(await ToRelease(), _stop, Goal());
        SkippedPhases.Tell(_run, _build);
        await _run.Take(phase);
        if (_run.Result is { } result)
        {
            await _run.DisposeAsync();
            await Summarise();
            Finish(result);
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

    /// <summary>Answers a run that waits for a person.</summary>
    /// <param name="go">True when it goes on.</param>
    public Task Decide(bool go) => Whole(Purpose.Change, environment => new Deciding(environment, _stop).Run(go));

    /// <summary>Whether exactly one decision was given.</summary>
    internal bool UnderstandsDecision(bool go, bool noGo) => Understood(() =>
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

    /// <summary>Makes the file of a new environment.</summary>
    /// <param name="from">The name of an environment; or <c>compose</c> and a file.</param>
    public Task Init(IReadOnlyList<string> from) => Guarded(() =>
    {
        Finish(new InitCommand(_build.RootDirectory, Environment.CurrentDirectory, ConsoleScreen.Create(new()).Line).Run(_build.Env, from));
        return Task.CompletedTask;
    });

    /// <summary>Stops the environment.</summary>
    public Task Down() => Whole(Purpose.Change, environment => new Downing(environment, _stop).Run());

    /// <summary>Tries drivers.</summary>
    /// <param name="driver">The port of one; null for every external one.</param>
    public Task Conformance(string? driver) => Guarded(async () =>
    {
        var surroundings = await Opened(Purpose.Change);
        var trial = new ConformanceRun(surroundings.Environment, _stop, ConformanceCommand.Drivers(surroundings, driver));
        var result = await trial.Run();
        Print(surroundings.Environment, trial.Document, []);
        Finish(result);
    });

    /// <summary>Shows the state.</summary>
    public Task Status() => Look(async environment =>
    {
        var view = new StatusView(environment);
        var status = await view.Read(_stop.Token);
        Print(environment, status, view.Render(status));
        FinishIfAny(view.Result);
    });

    /// <summary>Writes a run's report.</summary>
    public Task Report(int? run) => Look(async environment =>
    {
        var report = _report ?? await ReadReport(run);
        var files = new ReportFiles(_build.RootDirectory, environment.Name).Write(report);
        Print(environment, ReportJson.Of(report), files);
        report.Chain.Damages.ToList().ForEach(d => environment.Screen.Warn($"The journal is damaged at record {d.Seq} (line {d.Line}): {d.What}. The report says so at its top."));
        Finish(new RunResult(ExitStatus.Done, $"Run {report.Run}: {report.Verdict.Line}"));
    });

    /// <summary>Lists the runs.</summary>
    public Task History() => Look(async environment =>
    {
        if (_build.Html)
        {
            var history = await new ReportView(environment).ReadHistory(_stop.Token);
            var file = new ReportFiles(_build.RootDirectory, environment.Name).Write(history);
            Print(environment, new JsonObject { ["env"] = environment.Name, ["file"] = file }, [file]);
            return;
        }

        var view = new HistoryView(environment);
        Print(environment, await view.Read(_stop.Token), await view.Render(_stop.Token));
        FinishIfAny(view.Result);
    });

    /// <summary>Shows the plan of the next release.</summary>
    public Task Preview() => Look(async environment =>
    {
        var view = new PreviewView(environment);
        var preview = await view.Read(_stop.Token);
        Print(environment, preview, view.Render(preview));
    });

    /// <summary>Verifies the journal.</summary>
    /// <param name="anchor">A record's hash that somebody noted elsewhere; null for none.</param>
    public Task Audit(string? anchor) => Look(async environment =>
    {
        var view = new AuditView(environment);
        var audit = await view.Read(Anchors.Require(anchor), _stop.Token);
        var lines = new List<string>();
        var result = view.Judge(audit, lines.Add);
        Print(environment, audit, lines);
        Finish(result);
    });

    private async Task<ReleaseReport> ReadReport(int? run) => await new ReportView((await Opened(Purpose.Look)).Environment)
        .Read(run?.ToString(System.Globalization.CultureInfo.InvariantCulture), _stop.Token);

    // A run that is still open when the build ends was left by another target that failed.
    private async Task Leave()
    {
        if (_run is { Result: null } run)
        {
            await run.DisposeAsync();
            Last = run.Result ?? Last;
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

    private async Task<Surroundings> Opened(Purpose purpose)
    {
        if (!_surroundings.TryGetValue(purpose, out var surroundings))
        {
            surroundings = await Surroundings.Open(_build, purpose);
            _surroundings.Add(purpose, surroundings);
        }

        return surroundings;
    }

    // What is recorded from here on is told in the job's summary.
    private async Task<ReleaseEnvironment> ToChange(Purpose purpose)
    {
        var environment = (await Opened(purpose)).Environment;
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

        var (superseded, stopped) = await new Superseding((await Opened(Purpose.Rollback)).Environment, _stop).Withdraw();
        if (stopped is not null)
        {
            await Summarise();
            Finish(stopped);
        }

        return environment with { Inputs = environment.Inputs with { Supersedes = superseded } };
    }

    internal static ReleaseException Refused(ReleaseException error)
    {
        (Last, IsSaid) = (RunResult.Of(error), true);
        return error;
    }

    private void RefuseContradictions()
    {
        if (string.IsNullOrWhiteSpace(_build.Reason))
        {
            RefuseWithoutReason(_build.AcceptJournal, "--accept-journal goes on from records that cannot be trusted", $"{(_build.ExecutionPlan.Any(t => t.Name == nameof(Down)) ? nameof(Down) : nameof(Rollback))} --accept-journal");
            RefuseWithoutReason(_build.BreakGlass, "--break-glass goes on without the journal's store", "Rollback --break-glass");
            RefuseWithoutReason(_build.Emergency, "--emergency leaves out what the environment says it may", "Promote --emergency");
            RefuseWithoutReason(_build.AcceptAsIs, "--accept-as-is closes the eyes to a failed undo", "Resume --accept-as-is");
        }

        if ((_build.Supersede || _build.Emergency) && !_build.ExecutionPlan.Any(t => Phases.OfARelease.Skip(_build.Supersede ? 1 : 0).Contains(t.Name) || (t.Name == nameof(Preview) && !_build.Supersede)))
        {
            throw new ReleaseException(ExitStatus.Usage, $"{(_build.Supersede ? "--supersede" : "--emergency")} is for a release, and none was asked for.", $"Leave it out, or release: {OwnProgram.Command} Promote.");
        }

        if (_build.ExecutionPlan.Any(t => t.Name == nameof(Rollback)) && System.Environment.GetCommandLineArgs().Any(a => a is "--version" || a.StartsWith("--version=", StringComparison.Ordinal)))
        {
            throw new ReleaseException(ExitStatus.Usage, "--version is what is released, and Rollback would not heed it.", "Say where to go back to with --to, or leave it out: then it is the version before the last promotion.");
        }

        if (_build.Html && _build.ExecutionPlan.All(t => t.Name != nameof(History)))
        {
            throw new ReleaseException(ExitStatus.Usage, "--html is for History and for --plan: nothing else is written as it.", $"Leave it out, or ask for {OwnProgram.Command} History --html. A run's report is HTML anyway: {OwnProgram.Command} Report.");
        }

        // design.md, section 3: a preview that also changes something is no preview.
        string[] looks = [nameof(Preview), nameof(Status), nameof(History), nameof(Report), nameof(Audit)];
        if (_build.ExecutionPlan.Any(t => t.Name == nameof(Preview)) && _build.ExecutionPlan.FirstOrDefault(t => !looks.Contains(t.Name)) is { } change)
        {
            throw new ReleaseException(ExitStatus.Usage, $"Preview changes nothing, so it does not go together with {change.Name}.", "Run one, then the other.");
        }
    }

    private static void RefuseWithoutReason(bool isGiven, string what, string command)
    {
        if (isGiven)
        {
            throw new ReleaseException(ExitStatus.Usage, $"{what}, so it needs a reason that is recorded.", $"Say why: {OwnProgram.Command} {command} --reason \"…\".");
        }
    }

    // The last phase of a release that this command's plan holds: after it the run is closed or parked.
    private string Goal() => Phases.OfARelease.Last(p => _build.ExecutionPlan.Any(t => t.Name == p));

    private Task Whole(Purpose purpose, Func<ReleaseEnvironment, Task<RunResult>> command) => Guarded(async () =>
    {
        var environment = await ToChange(purpose);
        try
        {
            Finish(await command(environment));
        }
        finally
        {
            await Summarise();
        }
    });

    private Task Look(Func<ReleaseEnvironment, Task> look) => Guarded(async () =>
    {
        try
        {
            await look((await Opened(Purpose.Look)).Environment);
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ReleaseException(ExitStatus.Failed, error.Message, "Looking changed nothing.");
        }
    });

    private void Print(ReleaseEnvironment environment, JsonObject document, IReadOnlyList<string> lines, [CallerMemberName] string target = "")
    {
        if (_build.Json)
        {
            Documents.Add(target, document);
        }
        else
        {
            ConsoleScreen.Plain(environment, lines);
        }
    }

    private void FinishIfAny(RunResult? result)
    {
        if (result is not null)
        {
            Finish(result);
        }
    }

    private void Finish(RunResult result)
    {
        Last = result;
        _build.ExitCode = (int)result.Status;
        if (!result.IsSuccess)
        {
            throw new ReleaseException(result.Status, result.Brief);
        }
    }

    // Everything that can go wrong for a person's or a peer's reason ends in one line and a code, never in a stack trace.
    private async Task Guarded(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (ReleaseException error)
        {
            Last ??= RunResult.Of(error);
            _build.ExitCode = (int)error.Status;
            throw new ReleaseException(error.Status, Last.Brief);
        }
        catch (ConfigurationException error)
        {
            Last = new RunResult(ExitStatus.Usage, "The configuration is wrong; nothing was touched.", "Mend the lines above and run the command again.");
            _build.ExitCode = (int)ExitStatus.Usage;
            throw new ReleaseException(ExitStatus.Usage, error.Message);
        }
        catch (Exception error) when (error is LeaseLostException or JournalFailedException)
        {
            Last = new RunResult(ExitStatus.Open, error.Message, $"Look: {OwnProgram.Command} Status; then Resume or Rollback.");
            _build.ExitCode = (int)ExitStatus.Open;
            throw new ReleaseException(ExitStatus.Open, Last.Brief);
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Last = new RunResult(ExitStatus.Open, error.Message, $"What was begun is in the journal. Look: {OwnProgram.Command} Status.");
            _build.ExitCode = (int)ExitStatus.Open;
            throw new ReleaseException(ExitStatus.Open, Last.Brief);
        }
        catch (OperationCanceledException) when (_stop.Cause is StopCause.Interrupted signal)
        {
            _build.ExitCode = 128 + signal.Signal;
            Last = new RunResult((ExitStatus)(128 + signal.Signal), "Interrupted before anything was changed.");
            throw;
        }
    }
}
