using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Release.Output;

#pragma warning disable RS0030 // This is the place that the ban on Process points to.

namespace Release.Tools;

/// <summary>
/// The one place that starts programs: arguments as a list, bounded output, a timeout, and nothing left running when it
/// is cancelled. May be used from any thread.
/// </summary>
/// <param name="time">The clock of timeouts.</param>
/// <param name="mask">The secrets that no message and no shown line may hold.</param>
public sealed class Tool(TimeProvider time, SecretMask mask)
{
    /// <summary>
    /// How long the outputs may stay open after the program ended: something that it left in the background may hold them.
    /// </summary>
    private static readonly TimeSpan LeftOpen = TimeSpan.FromSeconds(1);

    /// <summary>How long a killed program may take to be gone.</summary>
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(5);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    /// <exception cref="ToolMissingException">It is not there; nothing was started.</exception>
    /// <exception cref="ToolTimeoutException">It took too long; it is gone, with what it had started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; it is gone, with what it had started.</exception>
    public async Task<ToolResult> Run(ToolCommand command, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var showing = new Lock();
        void Show(string line, Action<string>? show)
        {
            if (show is not null)
            {
                lock (showing)
                {
                    show(mask.ShownLine(line));
                }
            }
        }

        var output = new ToolOutput(command.Keep, line => Show(line, command.OnLine));
        var error = new ToolOutput(command.Keep, line => Show(line, command.OnLine + command.OnErrorLine));
        var started = time.GetTimestamp();

        using var process = Start(command);
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var broken = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token, broken.Token);
        var taking = command.TakeOutput is { } take ? Taken(take, process.StandardOutput.BaseStream, broken.Cancel, stop.Token) : Task.FromResult<Exception?>(null);
        var talking = Task.WhenAll(
            command.TakeOutput is null ? output.Read(process.StandardOutput) : taking, error.Read(process.StandardError), Feed(process.StandardInput, command.Input));
        var inTime = await Ended(process, stop.Token);

        // Its last bytes may still be on their way to a slow disk.
        var problemOfTaking = await taking;
        if (!await Within(talking, LeftOpen))
        {
            // What it left behind may write for ever: we would read for ever, and it would never meet a closed pipe.
            HangUp(process);
        }

        var tail = error.Tail();
        var result = new ToolResult(
            process.HasExited ? process.ExitCode : -1, output.ToString(), error.ToString(), time.GetElapsedTime(started))
        {
            OutputCut = output.Cut,
            ErrorCut = error.Cut,
            Shown = mask.Shown(tail.Length == 0 ? output.Tail() : tail),
        };
        cancellation.ThrowIfCancellationRequested();
        if (problemOfTaking is not null && !timeout.IsCancellationRequested)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problemOfTaking);
        }

        if (!inTime)
        {
            throw new ToolTimeoutException(
                $"{Describe(command)} did not end within {command.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s "
                + $"and was killed.{LastWords(result)}",
                result);
        }

        return (output.Problem ?? error.Problem) is { } problem
            ? throw new InvalidOperationException($"A line of {Describe(command)} could not be shown.", problem)
            : result;
    }

    /// <summary>Runs a program that must exit with 0.</summary>
    /// <exception cref="ToolFailedException">It exited with something else.</exception>
    /// <inheritdoc cref="Run" path="/exception"/>
    public async Task<ToolResult> Require(ToolCommand command, CancellationToken cancellation)
    {
        var result = await Run(command, cancellation);
        return result.Succeeded
            ? result
            : throw new ToolFailedException($"{Describe(command)} exited with {result.ExitCode}.{LastWords(result)}", result);
    }

    /// <summary>
    /// Starts a program to talk to over its standard input and output, without a timeout: it ends when the conversation
    /// is disposed of.
    /// </summary>
    /// <exception cref="ToolMissingException">It is not there; nothing was started.</exception>
    public ToolStream Converse(ToolCommand command) => new(Start(command), Describe(command), mask.ShownLine);

    /// <summary>A program's words for a person or a record: filtered, masked, on one line.</summary>
    public string ShownLine(string text) => mask.ShownLine(text);

    /// <summary>The command for a person: masked, on one line, shortened.</summary>
    public string Describe(ToolCommand command) => $"`{TerminalText.Line(mask.ShownLine(command.ToString()), 300)}`";

    private static string LastWords(ToolResult result) => result.Shown.Length == 0 ? "" : $" It said: {result.Shown}";

    // What it cannot take, the program shall not go on writing.
    private static async Task<Exception?> Taken(Func<Stream, CancellationToken, Task> take, Stream output, Action end, CancellationToken stop)
    {
        try
        {
            await take(output, stop);
            return null;
        }
#pragma warning disable CA1031 // It is thrown again when the program is gone.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            end();
            return problem;
        }
    }

    private static async Task Feed(StreamWriter input, string? text)
    {
        try
        {
            await using (input)
            {
                await input.WriteAsync(text);
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It ended, or closed its input, without reading all of it: its exit code says whether that matters.
        }
    }

    private static void HangUp(Process process)
    {
        process.StandardOutput.BaseStream.Dispose();
        process.StandardError.BaseStream.Dispose();
        process.StandardInput.BaseStream.Dispose();
    }

    private async Task<bool> Within(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private Process Start(ToolCommand command)
    {
        if (command.WorkingFolder is { } folder && !Directory.Exists(folder))
        {
            throw new ToolMissingException(command.Program, $"{Describe(command)} was not started: its folder {mask.ShownLine(folder)} does not exist.");
        }

        if (command.Arguments.Append(command.Program).Any(word => word.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ArgumentException($"{Describe(command)} was not started: an argument has a NUL character, where it would be cut off.", nameof(command));
        }

        var path = ProgramPath.Find(command.Program, command.WorkingFolder, Environment.GetEnvironmentVariable("PATH"))
            ?? throw Missing(command.Program, null);
        var start = new ProcessStartInfo(path, command.Arguments)
        {
            WorkingDirectory = command.WorkingFolder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception cause)
        {
            throw Missing(command.Program, cause);
        }
    }

    private ToolMissingException Missing(string program, Win32Exception? cause)
    {
        var name = mask.ShownLine(program);
        return new(program, cause is null
            ? $"{name} is not installed, or not in PATH. Install it, or name its full path."
            : $"{name} could not be started: {mask.ShownLine(cause.Message)}", cause);
    }

    /// <summary>Waits for the end; false when the program had to be killed.</summary>
    private async Task<bool> Ended(Process process, CancellationToken stop)
    {
        try
        {
            await process.WaitForExitAsync(stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (Exception late) when (late is InvalidOperationException or AggregateException or Win32Exception)
            {
                // It ended by itself in this moment, or a part of its tree did.
            }

            await Within(process.WaitForExitAsync(CancellationToken.None), Dying);
            return false;
        }
    }
}
