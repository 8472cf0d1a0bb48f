namespace Release.Runs;

/// <summary>The exit codes of every command (design.md, section 8). They are part of the interface: never renumbered.</summary>
public enum ExitStatus
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Failed, and everything was undone.</summary>
    Failed = 1,

    /// <summary>Wrong usage or configuration; nothing was touched.</summary>
    Usage = 2,

    /// <summary>The gate said no; rolled back.</summary>
    GateSaidNo = 3,

    /// <summary>Another run holds the environment.</summary>
    Held = 4,

    /// <summary>Interrupted, or stopped by an unknown: an open run needs Resume, Rollback or Abandon.</summary>
    Open = 5,

    /// <summary>An undo failed, or only the candidate is healthy.</summary>
    Stuck = 6,

    /// <summary>Waiting for a person or a due time.</summary>
    Parked = 7,

    /// <summary>Interrupted by Ctrl-C; resumable.</summary>
    Interrupted = 130,

    /// <summary>Interrupted by SIGTERM; resumable.</summary>
    Terminated = 143,
}

/// <summary>Ends a command with a message for a person: what happened, to what, why it matters, and the next command.</summary>
/// <param name="status">The exit code.</param>
/// <param name="message">What happened, to what, and why it matters.</param>
/// <param name="next">The command to run next; may be empty.</param>
public sealed class ReleaseException(ExitStatus status, string message, string next = "")
    : Exception(next.Length == 0 ? message : $"{message} {next}")
{
    /// <summary>Gets the exit code.</summary>
    public ExitStatus Status => status;

    /// <summary>Gets the command to run next; may be empty.</summary>
    public string Next => next;
}
