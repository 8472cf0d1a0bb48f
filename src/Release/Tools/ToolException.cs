namespace Release.Tools;

/// <summary>A program could not do what it was called for. The message may be shown: filtered and masked.</summary>
/// <param name="message">Which program, what happened, and what to do.</param>
/// <param name="cause">What the system said, or null.</param>
public abstract class ToolException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The program is not there or may not be started.</summary>
/// <param name="program">Its name.</param>
/// <param name="message">Which program, what happened, and what to do.</param>
/// <param name="cause">What the system said, or null.</param>
public sealed class ToolMissingException(string program, string message, Exception? cause = null) : ToolException(message, cause)
{
    /// <summary>Gets the program's name.</summary>
    public string Program => program;
}

/// <summary>The program exited with something else than 0.</summary>
/// <param name="message">Which command, its exit code, and its last words.</param>
/// <param name="result">All of it.</param>
public sealed class ToolFailedException(string message, ToolResult result) : ToolException(message)
{
    /// <summary>Gets what it did.</summary>
    public ToolResult Result => result;
}

/// <summary>The program took longer than it may, and was killed with everything that it had started.</summary>
/// <param name="message">Which command, how long it ran, and its last words.</param>
/// <param name="result">What it had written until then; the exit code is that of the kill.</param>
public sealed class ToolTimeoutException(string message, ToolResult result) : ToolException(message)
{
    /// <summary>Gets what it did.</summary>
    public ToolResult Result => result;
}

/// <summary>A program that was talked to ended before it said anything. To those who read a stream it is what any broken connection is.</summary>
/// <param name="described">The command, as a person may see it.</param>
/// <param name="words">Its last words, filtered and masked; empty when it had none.</param>
public sealed class ToolEndedException(string described, string words) : IOException($"{described} ended without an answer. {words}".TrimEnd())
{
    /// <summary>Gets its last words, filtered and masked; empty when it had none.</summary>
    public string Words => words;
}
