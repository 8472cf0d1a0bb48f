#nullable disable
using System.Text;
using Nuke.Common.Execution;

namespace Nuke.Common.Tooling;

public struct Output
{
    public OutputType Type;
    public string Text;
}

public enum OutputType
{
    Std,
    Err,
}

public interface IProcess : IDisposable
{
    string FileName { get; }
    string Arguments { get; }
    string WorkingDirectory { get; }
    IReadOnlyCollection<Output> Output { get; }
    int ExitCode { get; }
    bool HasExited { get; }
    int Id { get; }

    /// <summary>Ends the process and everything it started.</summary>
    void Kill();

    /// <summary>False where the time limit or an interruption ended it.</summary>
    bool WaitForExit();
}

/// <summary>
/// Starts tools. Their output is streamed to the log at debug level without control characters and workflow commands; the
/// exit code decides about success, never the stream a line came from. An interruption of the run ends the whole tree.
/// </summary>
public static class ProcessTasks
{
    /// <param name="timeout">In milliseconds.</param>
    public static IProcess StartShell(
        string command,
        string workingDirectory = null,
        IReadOnlyDictionary<string, string> environmentVariables = null,
        int? timeout = null,
        bool? logOutput = null,
        bool? logInvocation = null,
        Action<OutputType, string> logger = null,
        Func<string, string> outputFilter = null)
    {
        // cmd takes the rest of its line as written; sh takes one argument.
        var arguments = OperatingSystem.IsWindows() ? $"/c {command}" : Arguments($"-c {command}", out _);
        return StartProcess(
            OperatingSystem.IsWindows() ? "cmd" : "/bin/sh", arguments, workingDirectory, environmentVariables, timeout,
            logOutput, logInvocation, logger, outputFilter);
    }

    /// <inheritdoc cref="StartShell"/>
    public static IProcess StartProcess(
        string toolPath,
        ArgumentStringHandler arguments,
        string workingDirectory = null,
        IReadOnlyDictionary<string, string> environmentVariables = null,
        int? timeout = null,
        bool? logOutput = null,
        bool? logInvocation = null,
        Action<OutputType, string> logger = null)
    {
        var text = Arguments(arguments, out var hidden);
        return Start(
            toolPath, text, workingDirectory, environmentVariables, timeout, logOutput, logInvocation, logger,
            line => Hide(line, hidden));
    }

    /// <inheritdoc cref="StartShell"/>
    public static IProcess StartProcess(
        string toolPath,
        string arguments = null,
        string workingDirectory = null,
        IReadOnlyDictionary<string, string> environmentVariables = null,
        int? timeout = null,
        bool? logOutput = null,
        bool? logInvocation = null,
        Action<OutputType, string> logger = null,
        Func<string, string> outputFilter = null)
        => Start(
            toolPath, arguments, workingDirectory, environmentVariables, timeout, logOutput, logInvocation, logger,
            outputFilter);

    private static RunningTool Start(
        string toolPath,
        string arguments,
        string workingDirectory,
        IReadOnlyDictionary<string, string> environmentVariables,
        int? timeout,
        bool? logOutput,
        bool? logInvocation,
        Action<OutputType, string> logger,
        Func<string, string> filter)
    {
        filter ??= static line => line;
        var log = BuildRun.Current?.Log;
        if (logInvocation ?? true)
        {
            log?.Write(Severity.Information, filter($"> {toolPath} {arguments}".TrimEnd()));
        }

        if (logOutput == false)
        {
            logger = static (_, _) => { };
        }
        else
        {
            logger ??= (type, line) => log?.Write(Severity.Debug, type == OutputType.Err ? "2> " + line : line);
        }

        return new RunningTool(
            toolPath, arguments ?? "", workingDirectory ?? EnvironmentInfo.WorkingDirectory, environmentVariables,
            timeout is { } limit ? TimeSpan.FromMilliseconds(limit) : Timeout.InfiniteTimeSpan,
            (type, line) => logger(type, filter(line)),
            BuildRun.Current?.Surroundings.Interruption.Token ?? CancellationToken.None);
    }

    private static string Arguments(ArgumentStringHandler arguments, out List<string> hidden)
    {
        hidden = arguments.Hidden;
        return arguments.ToStringAndClear();
    }

    private static string Hide(string line, List<string> hidden)
    {
        foreach (var text in hidden)
        {
            line = line.Replace(text, Masker.Mask, StringComparison.Ordinal);
        }

        return line;
    }
}

public static class ProcessExtensions
{
    /// <exception cref="ProcessException">It was ended by its time limit.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted, and the tool with it.</exception>
    public static IProcess AssertWaitForExit(this IProcess process)
        => process.NotNull().WaitForExit() ? process
            : process is RunningTool { WasInterrupted: true }
                ? throw new OperationCanceledException($"{Path.GetFileName(process.FileName)} was interrupted.")
            : throw new ProcessException(process);

    /// <exception cref="ProcessException">It was ended, or its exit code is not 0.</exception>
    public static IProcess AssertZeroExitCode(this IProcess process)
        => process.AssertWaitForExit().ExitCode == 0 ? process : throw new ProcessException(process);

    /// <summary>The lines of standard output, without those of standard error.</summary>
    public static string StdToText(this IEnumerable<Output> output)
        => string.Join(
            Environment.NewLine, output.Where(static line => line.Type == OutputType.Std).Select(static line => line.Text));
}

/// <summary>Names the tool, how it ended and its last lines of standard error, never its arguments: they may hold secrets.</summary>
public class ProcessException : Exception
{
    private const int LastLines = 5;

    public ProcessException(IProcess process)
        : base(Describe(process)) => ExitCode = process.HasExited ? process.ExitCode : -1;

    public int ExitCode { get; }

    private static string Describe(IProcess process)
    {
        var text = new StringBuilder(Path.GetFileName(process.FileName))
            .Append((process as RunningTool)?.Ending ?? $" exited with {process.ExitCode}").Append('.');
        foreach (var line in process.Output.Where(static line => line.Type == OutputType.Err).TakeLast(LastLines))
        {
            _ = text.AppendLine().Append("  ").Append(line.Text);
        }

        return text.ToString();
    }
}
