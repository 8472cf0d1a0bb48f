namespace Release.Tools;

/// <summary>What a program did. Its outputs are as they came, to be parsed; to a person goes <see cref="Shown"/>.</summary>
/// <param name="ExitCode">What it exited with; 128 plus the number when a signal ended it.</param>
/// <param name="StandardOutput">Its standard output, up to <see cref="ToolCommand.Keep"/> characters.</param>
/// <param name="StandardError">Its standard error, likewise.</param>
/// <param name="Took">How long it ran.</param>
public sealed record ToolResult(int ExitCode, string StandardOutput, string StandardError, TimeSpan Took)
{
    /// <summary>Gets whether it exited with 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>Gets whether <see cref="StandardOutput"/> is not all there was.</summary>
    public bool OutputCut { get; init; }

    /// <summary>Gets whether <see cref="StandardError"/> is not all there was.</summary>
    public bool ErrorCut { get; init; }

    /// <summary>Gets the last lines of its standard error, or of its standard output when that has none: filtered and masked.</summary>
    public string Shown { get; init; } = "";

    /// <summary>The exit code and what may be shown: the raw outputs may hold secrets.</summary>
    public override string ToString() => Shown.Length == 0 ? $"exit code {ExitCode}" : $"exit code {ExitCode}: {Shown}";
}
