using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Processes;

/// <summary>What is known of a background program.</summary>
/// <param name="IsAlive">Whether it runs, or is just being started.</param>
/// <param name="WasStarted">Whether it ever was.</param>
/// <param name="Process">Its process id while it runs.</param>
/// <param name="ExitCode">What it exited with, when that is known.</param>
/// <param name="Detail">One sentence.</param>
internal sealed record ProgramLook(bool IsAlive, bool WasStarted, int? Process, int? ExitCode, string Detail);

/// <summary>
/// A program that goes on when we end, in a folder of its own, at most once at a time: whoever looks at the folder, from
/// whatever process and after whatever crash, knows whether it runs.
/// </summary>
/// <param name="folder">Its folder.</param>
/// <param name="tool">Starts it.</param>
/// <param name="time">The clock of the waits.</param>
internal sealed class BackgroundProgram(string folder, Tool tool, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a start may take to show its first sign, and a killed process to be gone.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private readonly ProcessTable _processes = new(tool);

    public string Folder => folder;

    public string ErrorLog => Path.Combine(folder, "stderr.log");

    /// <summary>Looks and changes nothing.</summary>
    public async Task<ProgramLook> Look(CancellationToken cancellation)
    {
        var run = BackgroundRun.Newest(folder);
        if (run.Number == 0)
        {
            return new(false, false, null, null, "It was never started.");
        }

        if (run.IsStopped)
        {
            return new(false, run.Number > 1, null, null, "It was stopped.");
        }

        if (await IsAlive(run, cancellation))
        {
            var process = run.Child ?? run.Starter;
            return new(true, true, process, null, $"It runs as process {process}.");
        }

        return run.ExitCode is { } code
            ? new(false, true, null, code, $"It ended with exit code {code}.")
            : new(false, true, null, null, "It ended; its exit code is not known.");
    }

    /// <summary>Starts the program unless it runs, and returns when it has a process.</summary>
    public async Task Start(StepKey key, ToolCommand program, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new ReleaseException(
                ExitStatus.Usage, "Background processes need a POSIX shell, which Windows has not.", "Use Linux, macOS or WSL.");
        }

        using var held = await Hold(cancellation);
        if ((await Look(cancellation)).IsAlive)
        {
            return;
        }

        var run = BackgroundRun.Newest(folder).Next();
        var launch = new ToolCommand(
            "/bin/sh",
            ["-c", RunScripts.Launch, "release-launch", RunScripts.Run, Path.Combine(folder, "stdout.log"), ErrorLog,
             run.Path, key.Value, program.Program, .. program.Arguments])
        {
            WorkingFolder = folder,
            Environment = new Dictionary<string, string?>(program.Environment) { [ProcessTable.Variable] = run.Claim },
            Timeout = Moment,
        };

        // Not cancellable: it takes milliseconds, and a launcher killed half-way would leave the answer to chance.
        _ = await tool.Require(launch, CancellationToken.None);
        if (!await Until(() => Task.FromResult(File.Exists(run.Claim)), Moment, cancellation))
        {
            throw new TimeoutException($"{program.Program} showed no sign of a start within {Moment.TotalSeconds} s.");
        }
    }

    /// <summary>
    /// Asks the program to end, ends it after the grace, and makes sure that no start that is still on its way can
    /// succeed. Returns at once when it was stopped before.
    /// </summary>
    public async Task Stop(StepKey key, TimeSpan grace, CancellationToken cancellation)
    {
        if (BackgroundRun.Newest(folder).Number == 0 && !Directory.Exists(folder))
        {
            return;
        }

        using var held = await Hold(cancellation);
        while (true)
        {
            var run = BackgroundRun.Newest(folder);
            if (run.IsStopped)
            {
                return;
            }

            if (await IsAlive(run, cancellation))
            {
                await End(run, grace, cancellation);
            }
            else if (run.Next().TryStop(key.Value))
            {
                Durable.FlushDirectory(folder);
                return;
            }
        }
    }

    /// <summary>Takes the folder's lock: for what must not change while the program is started or stopped.</summary>
    public Task<IDisposable> Hold(CancellationToken cancellation) =>
        FolderLock.Take(Path.Combine(folder, "lock"), TimeSpan.FromMinutes(2), time, cancellation);

    private async Task<bool> IsAlive(BackgroundRun run, CancellationToken cancellation)
    {
        // A moment is enough for the one who made the claim to write it, unless it was killed.
        _ = run.IsUnwritten && await Until(() => Task.FromResult(!run.IsUnwritten), TimeSpan.FromSeconds(1), cancellation);
        return (run.Starter is { } starter && await _processes.Lives(starter, run.Claim, cancellation))
            || (run.Child is { } child && await _processes.Lives(child, run.Claim, cancellation));
    }

    private async Task End(BackgroundRun run, TimeSpan grace, CancellationToken cancellation)
    {
        // The script itself ignores the signal: between its claim and the program's process id there is a moment to wait.
        _ = await Until(async () => run.Child is not null || !await IsAlive(run, cancellation), Moment, cancellation);
        if (run.Child is { } child && await _processes.Lives(child, run.Claim, cancellation))
        {
            ProcessTable.Terminate(child);
            if (await Until(async () => !await IsAlive(run, cancellation), grace, cancellation))
            {
                return;
            }
        }

        foreach (var process in new[] { run.Child, run.Starter }.OfType<int>())
        {
            if (await _processes.Lives(process, run.Claim, cancellation))
            {
                ProcessTable.Kill(process);
            }
        }

        if (!await Until(async () => !await IsAlive(run, cancellation), Moment, cancellation))
        {
            throw new TimeoutException($"Process {run.Child ?? run.Starter} of {folder} does not die.");
        }
    }

    private async Task<bool> Until(Func<Task<bool>> holds, TimeSpan limit, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (!await holds())
        {
            if (time.GetElapsedTime(began) > limit)
            {
                return false;
            }

            await Task.Delay(Pause, time, cancellation);
        }

        return true;
    }
}
