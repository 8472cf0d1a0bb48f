using Release.Journal;

namespace Release.Runs;

/// <summary>A phase found the release wanting: a check, a smoke test or a verification did not pass. The run goes back.</summary>
/// <param name="reason">What did not pass, in one sentence.</param>
public sealed class PhaseFailedException(string reason) : Exception(reason);

/// <summary>The gate holds the run: it is to wait for a person.</summary>
/// <param name="reason">Why.</param>
/// <param name="share">The candidate's share that was judged.</param>
/// <param name="services">Each service whose gate did not pass, with its verdict.</param>
public sealed class HoldException(string reason, int share, IReadOnlyDictionary<string, string> services) : Exception(reason)
{
    /// <summary>Gets the candidate's share that was judged.</summary>
    public int Share => share;

    /// <summary>Gets each service whose gate did not pass, with its verdict.</summary>
    public IReadOnlyDictionary<string, string> Services => services;
}

/// <summary>How a phase ended when it did not end well, and what follows.</summary>
/// <param name="Kind">What follows.</param>
/// <param name="Status">The exit code, when what follows succeeds.</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record Ending(EndingKind Kind, ExitStatus Status, string Reason)
{
    /// <summary>Gets what the gate holds; null when it is not a gate that the run waits for.</summary>
    public HoldException? Hold { get; init; }

    /// <summary>Gets a value indicating whether a person at a terminal stopped it.</summary>
    public bool IsByHand => Kind is EndingKind.Leave && Status is ExitStatus.Interrupted;

    /// <summary>The ending that an exception means; null for a cancellation that nobody asked for.</summary>
    public static Ending? Of(Exception error, RunContext run) => error switch
    {
        StepFailedException failed => new(EndingKind.Undo, ExitStatus.Failed, failed.Message),
        PhaseFailedException failed => new(EndingKind.Undo, ExitStatus.Failed, failed.Message),
        HoldException hold => new(EndingKind.Park, ExitStatus.Parked, hold.Message) { Hold = hold },
        StepUnknownException unknown => new(EndingKind.Leave, ExitStatus.Open, unknown.Message),
        OperationCanceledException when run.Stop.Cause is { } cause => Of(cause, run),
        LeaseLostException lost => new(EndingKind.Silent, ExitStatus.Open, lost.Message),
        JournalFailedException disk => new(EndingKind.Silent, ExitStatus.Open, disk.Message),
        OperationCanceledException => null,
        ReleaseException refused => new(EndingKind.Undo, refused.Status, refused.Message),

        // Whatever else it is, a candidate whose phase broke down is not left with traffic.
        _ => new(EndingKind.Undo, ExitStatus.Failed, $"{error.GetType().Name}: {error.Message}"),
    };

    /// <summary>
    /// The result of a command that could not record what it does, wherever that happened (its opening, its way back, its
    /// end); null for any other error. Whoever comes next goes on from the last record.
    /// </summary>
    public static RunResult? Unrecorded(Exception error, ReleaseEnvironment environment) => error is LeaseLostException or JournalFailedException
        ? new RunResult(
            ExitStatus.Open,
            $"{environment.Name}: stopped, because what is done could not be recorded: {error.Message} Nothing more was changed.",
            After(environment))
        : null;

    /// <summary>What a person does when nothing can be recorded.</summary>
    public static string After(ReleaseEnvironment environment) =>
        $"Look: {environment.Command("Status")}; then {environment.Command("Resume")} or {environment.Command("Rollback")}"
            + (environment.Options.Journal.Copy is null ? "." : $"; while the journal's store is away: {environment.Command("Rollback --break-glass --reason \"…\"")}.");

    private static Ending Of(StopCause cause, RunContext run) => cause switch
    {
        StopCause.GateSaidNo no => new(EndingKind.Undo, ExitStatus.GateSaidNo, no.Reason),
        StopCause.Asked asked => new(
            EndingKind.Undo, ExitStatus.Failed, $"{asked.Request.By} asked for a rollback{(asked.Request.Reason.Length > 0 ? $": {asked.Request.Reason}" : "")}"),
        StopCause.Interrupted signal when run.Opening.TurnsBack && run.Environment.OnInterrupt is Configuration.InterruptPolicy.Rollback => new(
            EndingKind.Undo, ExitStatus.Failed, $"interrupted by {Name(signal)}, and onInterrupt is rollback"),
        StopCause.Interrupted signal => new(
            EndingKind.Leave, signal.Signal == 2 ? ExitStatus.Interrupted : ExitStatus.Terminated, $"interrupted by {Name(signal)}"),
        StopCause.CannotRecord cannot => new(EndingKind.Silent, ExitStatus.Open, cannot.Reason),
        _ => throw new InvalidDataException($"'{cause}' is not a cause that this version knows."),
    };

    private static string Name(StopCause.Interrupted signal) => signal.Signal == 2 ? "Ctrl-C" : "SIGTERM";
}

/// <summary>What follows when a phase did not end well.</summary>
internal enum EndingKind
{
    /// <summary>The run is undone.</summary>
    Undo,

    /// <summary>The candidate's share is withdrawn and the run waits.</summary>
    Park,

    /// <summary>The candidate's share is withdrawn and the run stays open, to be resumed.</summary>
    Leave,

    /// <summary>Nothing more can be recorded, so nothing more is done.</summary>
    Silent,
}
