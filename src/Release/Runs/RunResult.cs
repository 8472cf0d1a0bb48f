namespace Release.Runs;

/// <summary>How a command ended: the exit code and its last line.</summary>
/// <param name="Status">The exit code.</param>
/// <param name="Message">What happened.</param>
/// <param name="Next">The command to run next; may be empty.</param>
public sealed record RunResult(ExitStatus Status, string Message, string Next = "")
{
    /// <summary>Gets when what was taken back gave its last answer, where that was measured.</summary>
    public LastAnswer? LastAnswer { get; init; }

    /// <summary>Gets the last line: what happened and what to do next.</summary>
    public string LastLine => Next.Length == 0 ? Message : $"{Message} {Next}";

    /// <summary>Gets a value indicating whether the command did what it was asked.</summary>
    public bool IsSuccess => Status is ExitStatus.Done or ExitStatus.Parked;

    /// <summary>Gets the exit code in words, for places where the last line would be said twice.</summary>
    public string Brief => Status switch
    {
        ExitStatus.Done => "done",
        ExitStatus.Failed => "failed; everything was undone",
        ExitStatus.Usage => "wrong usage; nothing was touched",
        ExitStatus.GateSaidNo => "the gate said no; rolled back",
        ExitStatus.Held => "another run holds the environment",
        ExitStatus.Open => "stopped; the run is open",
        ExitStatus.Stuck => "stuck; a person is needed",
        ExitStatus.Parked => "parked",
        ExitStatus.Interrupted or ExitStatus.Terminated => "interrupted; the run is open",
        _ => throw new InvalidOperationException($"'{Status}' is not an exit code."),
    };

    /// <summary>The result of a command that ended with an exception.</summary>
    public static RunResult Of(ReleaseException error) =>
        new(error.Status, error.Message);
}
