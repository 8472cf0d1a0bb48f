using System.ComponentModel;
using System.Diagnostics;
using Nuke.Common.Execution;

namespace Nuke.Common.Tooling;

#pragma warning disable RS0030 // This is the graph's one place that starts processes; it filters, and ends the whole tree.
/// <summary>A started tool, whose tree ends with the run.</summary>
internal sealed class RunningTool : IProcess
{
    private readonly Process _process;
    private readonly List<Output> _output = [];
    private readonly Action<OutputType, string> _log;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenRegistration _interruption;
    private volatile bool _interrupted;
    private bool _late;

    public RunningTool(
        string fileName,
        string arguments,
        string workingDirectory,
        IReadOnlyDictionary<string, string>? variables,
        TimeSpan limit,
        Action<OutputType, string> log,
        CancellationToken cancellation)
    {
        (FileName, Arguments, WorkingDirectory, _limit, _log) = (fileName, arguments, workingDirectory, limit, log);
        var start = new ProcessStartInfo(fileName, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (variables is not null)
        {
            // As NUKE does: a given set of variables is the whole set.
            start.Environment.Clear();
            foreach (var (name, value) in variables)
            {
                start.Environment[name] = value;
            }
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(OutputType.Std, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(OutputType.Err, line.Data);
        try
        {
            _ = _process.Start();
        }
        catch (Win32Exception cause)
        {
            _process.Dispose();
            throw new BuildFailure($"Cannot start '{fileName}' in {workingDirectory}: is it installed and on the PATH?", cause);
        }

        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _interruption = cancellation.Register(() =>
        {
            _interrupted = true;
            Kill();
        });
    }

    public string FileName { get; }
    public string Arguments { get; }
    public string WorkingDirectory { get; }
    public int Id { get; }
    public int ExitCode => _process.ExitCode;
    public bool HasExited => _process.HasExited;

    public bool WasInterrupted => _interrupted;

    /// <summary>How it ended, where that was not by its own exit code.</summary>
    public string? Ending
        => _interrupted ? " was interrupted" : _late ? $" did not end within {_limit.TotalSeconds:0.#} s" : null;

    public IReadOnlyCollection<Output> Output
    {
        get
        {
            lock (_output)
            {
                return [.. _output];
            }
        }
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself meanwhile, which is what was wanted.
        }
    }

    public bool WaitForExit()
    {
        if (_limit != Timeout.InfiniteTimeSpan && !_process.WaitForExit(_limit))
        {
            _late = true;
            Kill();
        }

        _process.WaitForExit(); // Without a limit: only this form also waits for the last lines of output.
        return !_late && !_interrupted;
    }

    public void Dispose()
    {
        _interruption.Dispose();
        _process.Dispose();
    }

    private void Keep(OutputType type, string? line)
    {
        if (line is null)
        {
            return;
        }

        var text = TextFilter.Untrusted(line);
        lock (_output)
        {
            _output.Add(new Output { Type = type, Text = text });
        }

        _log(type, text);
    }
}
