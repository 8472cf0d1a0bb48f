using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Journal;
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
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static RunResult? Last;
    private static bool Printed;

    // The graph says why it refuses, before anything of ours is there to say it.
    private static bool IsSaid;

    private readonly IRelease _build;
    private readonly StopSignal _stop = new();
    private readonly Signals _signals;
    private readonly Dictionary<Purpose, Surroundings> _surroundings = [];
    private ReleaseRun? _run;

    private ReleaseCommand(IRelease build)
    {
        _build = build;
        _signals = new Signals(_stop);
    }

    /// <summary>The command of a build.</summary>
    public static ReleaseCommand Of(IRelease build) => Commands.GetValue(build, b => new ReleaseCommand(b));

    /// <summary>
    /// Ends the process's command: prints the last line (what happened and what to do next). A build's <c>Main</c> returns
    /// <c>ReleaseCommand.End(Execute&lt;Build&gt;(…))</c>.
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

        if (Last is { } result && (!IsSaid || Commands.Any(c => c.Key.Json)))
        {
            ConsoleScreen.LastLine(result, json: Commands.Any(c => c.Key.Json), Printed ? null : Document(result));
        }

        return Last is { Status: not ExitStatus.Done and var status } && exitCode is 0 or 1 ? (int)status : exitCode;
    }

    /// <summary>
    /// Whether the command and the environment's configuration say what is to be done: asked of every target before the
    /// first one begins. What went wrong for another reason is told by the target itself.
    /// </summary>
    /// <exception cref="ReleaseException">They do not; its message is for a person, and nothing was touched.</exception>
    internal bool Understands(Purpose purpose) => Understands(() =>
    {
        RefuseContradictions();
#pragma warning disable VSTHRD002 // NUKE's requirements are synchronous, and nothing else runs yet
        _ = Opened(purpose).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    });

    /// <summary>Whether an environment can be made; nothing is written yet.</summary>
    /// <inheritdoc cref="Understands(Purpose)" path="/exception"/>
    internal bool UnderstandsInit(IReadOnlyList<string> from) => Understands(() => Initializing(_ => { }).Check(_build.Env, from));

    private bool Understands(Action look)
    {
        try
        {
            look();
        }
        catch (ConfigurationException error)
        {
            throw Refused(new ReleaseException(ExitStatus.Usage, $"{error.Message}{Environment.NewLine}Nothing was touched: mend this, then run the command again."));
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

    /// <summary>Takes one phase of a release.</summary>
    public Task Take(string phase) => Guarded(async () =>
    {
        _run ??= new ReleaseRun((await Opened(Purpose.Change)).Environment, _stop, Goal());
        await _run.Take(phase);
        if (_run.Result is { } result)
        {
            await _run.DisposeAsync();
            Finish(result);
        }
    });

    /// <summary>Takes back.</summary>
    public Task Rollback() => Whole(Purpose.Rollback, environment => new Rollback(environment, _stop).Run());

    /// <summary>Goes on with an interrupted run.</summary>
    public Task Resume() => Whole(Purpose.Change, environment => new Resuming(environment, _stop).Run(_build.AcceptAsIs));

    /// <summary>Closes the open run as it stands.</summary>
    public Task Abandon() => Whole(Purpose.Change, environment => new Resuming(environment, _stop).Abandon());

    /// <summary>Makes the file of a new environment.</summary>
    /// <param name="from">The name of an environment; or <c>compose</c> and a file.</param>
    public Task Init(IReadOnlyList<string> from) => Guarded(() =>
    {
        Finish(Initializing(ConsoleScreen.Create(new()).Line).Run(_build.Env, from));
        return Task.CompletedTask;
    });

    /// <summary>Stops the environment.</summary>
    public Task Down() => Whole(Purpose.Change, environment => new Downing(environment, _stop).Run());

    /// <summary>Shows the state.</summary>
    public Task Status() => Look(async environment =>
    {
        var view = new StatusView(environment);
        var status = await view.Read(_stop.Token);
        Print(environment, status, view.Render(status));
    });

    /// <summary>Lists the runs.</summary>
    public Task History() => Look(async environment =>
    {
        var view = new HistoryView(environment);
        Print(environment, await view.Read(_stop.Token), await view.Render(_stop.Token));
    });

    /// <summary>Shows the plan of the next release.</summary>
    public Task Preview() => Look(async environment =>
    {
        var preview = await new PreviewView(environment).Read(_stop.Token);
        Print(environment, preview, PreviewView.Render(preview));
    });

    /// <summary>Verifies the journal.</summary>
    public Task Audit() => Look(async environment =>
    {
        var view = new AuditView(environment);
        var audit = await view.Read(_stop.Token);
        var lines = new List<string>();
        var result = view.Judge(audit, lines.Add);
        Print(environment, audit, lines);
        Finish(result);
    });

    private static string Document(RunResult result) => new JsonObject
    {
        ["status"] = (int)result.Status,
        ["message"] = result.Message,
        ["next"] = result.Next,
    }.ToJsonString(Indented);

    private InitCommand Initializing(Action<string> say) => new(_build.RootDirectory, Environment.CurrentDirectory, say);

    // A run that is still open when the build ends was left by another target that failed.
    private async Task Leave()
    {
        if (_run is { Result: null } run)
        {
            await run.DisposeAsync();
            Last = run.Result ?? Last;
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

    private static ReleaseException Refused(ReleaseException error)
    {
        (Last, IsSaid) = (RunResult.Of(error), true);
        return error;
    }

    private void RefuseContradictions()
    {
        if (string.IsNullOrWhiteSpace(_build.Reason))
        {
            RefuseWithoutReason(_build.AcceptJournal, "--accept-journal goes on from records that cannot be trusted", "Rollback --accept-journal");
            RefuseWithoutReason(_build.AcceptAsIs, "--accept-as-is closes the eyes to a failed undo", "Resume --accept-as-is");
        }

        // design.md, section 3: a preview that also changes something is no preview.
        string[] looks = [nameof(Preview), nameof(Status), nameof(History), nameof(Audit)];
        if (_build.ExecutionPlan.Any(t => t.Name == nameof(Preview)) && _build.ExecutionPlan.FirstOrDefault(t => !looks.Contains(t.Name)) is { } change)
        {
            throw new ReleaseException(ExitStatus.Usage, $"Preview changes nothing, so it does not go together with {change.Name}.", "Run one, then the other.");
        }
    }

    private static void RefuseWithoutReason(bool isGiven, string what, string command)
    {
        if (isGiven)
        {
            throw new ReleaseException(ExitStatus.Usage, $"{what}, so it needs a reason that is recorded.", $"Say why: ./build.sh {command} --reason \"…\".");
        }
    }

    // The last phase of a release that this command's plan holds: after it the run is closed or parked.
    private string Goal() => Phases.OfARelease.Last(p => _build.ExecutionPlan.Any(t => t.Name == p));

    private Task Whole(Purpose purpose, Func<ReleaseEnvironment, Task<RunResult>> command) => Guarded(async () =>
    {
        Finish(await command((await Opened(purpose)).Environment));
    });

    private Task Look(Func<ReleaseEnvironment, Task> look) => Guarded(async () =>
    {
        await look((await Opened(Purpose.Look)).Environment);
    });

    private void Print(ReleaseEnvironment environment, JsonObject document, IReadOnlyList<string> lines)
    {
        if (_build.Json)
        {
            Printed = true;
            Console.Out.WriteLine(ConsoleScreen.Masked(document.ToJsonString(Indented)));
        }
        else
        {
            ConsoleScreen.Plain(environment, lines);
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
            Last = new RunResult(ExitStatus.Open, error.Message, "Look: ./build.sh Status; then Resume or Rollback.");
            _build.ExitCode = (int)ExitStatus.Open;
            throw new ReleaseException(ExitStatus.Open, Last.Brief);
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Last = new RunResult(ExitStatus.Open, error.Message, "What was begun is in the journal. Look: ./build.sh Status.");
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
