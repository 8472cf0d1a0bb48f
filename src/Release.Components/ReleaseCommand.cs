using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Runs;
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

    private readonly IRelease _build;
    private readonly StopSignal _stop = new();
    private readonly Signals _signals;
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
        if (Last is { } result)
        {
            Console.Error.Flush();
            ConsoleScreen.LastLine(result);
        }

        return exitCode;
    }

    /// <summary>Takes one phase of a release.</summary>
    public Task Take(string phase) => Guarded(async () =>
    {
        if (_run is null)
        {
            var surroundings = await Surroundings.Open(_build, forWriting: true);
            _run = new ReleaseRun(surroundings.Environment, _stop, Goal());
        }

        await _run.Take(phase);
        if (_run.Result is { } result)
        {
            await _run.DisposeAsync();
            Finish(result);
        }
    });

    /// <summary>Takes back.</summary>
    public Task Rollback() => Whole(environment => new Rollback(environment, _stop).Run());

    /// <summary>Goes on with an interrupted run.</summary>
    public Task Resume() => Whole(environment => _build.AcceptAsIs && string.IsNullOrWhiteSpace(_build.Reason)
        ? throw new ReleaseException(ExitStatus.Usage, "--accept-as-is closes the eyes to a failed undo, so it needs a reason that is recorded.", $"{environment.Command("Resume --accept-as-is --reason \"…\"")}")
        : new Resuming(environment, _stop).Run(_build.AcceptAsIs));

    /// <summary>Closes the open run as it stands.</summary>
    public Task Abandon() => Whole(environment => new Resuming(environment, _stop).Abandon());

    /// <summary>Stops the environment.</summary>
    public Task Down() => Whole(environment => new Downing(environment, _stop).Run());

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

    // The last phase of a release that this command's plan holds: after it the run is closed or parked.
    private string Goal() => Phases.OfARelease.Last(p => _build.ExecutionPlan.Any(t => t.Name == p));

    private Task Whole(Func<ReleaseEnvironment, Task<RunResult>> command) => Guarded(async () =>
    {
        var surroundings = await Surroundings.Open(_build, forWriting: true);
        Finish(await command(surroundings.Environment));
    });

    private Task Look(Func<ReleaseEnvironment, Task> look) => Guarded(async () =>
    {
        var surroundings = await Surroundings.Open(_build, forWriting: false);
        await look(surroundings.Environment);
    });

    private void Print(ReleaseEnvironment environment, JsonObject document, IReadOnlyList<string> lines)
    {
        if (_build.Json)
        {
            Console.Out.WriteLine(document.ToJsonString(Indented));
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
        catch (OperationCanceledException) when (_stop.Cause is StopCause.Interrupted signal)
        {
            _build.ExitCode = 128 + signal.Signal;
            Last = new RunResult((ExitStatus)(128 + signal.Signal), "Interrupted before anything was changed.");
            throw;
        }
    }
}
