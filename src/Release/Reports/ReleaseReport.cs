using Release.Journal;
using Release.Runbooks;
using Release.Runs;

namespace Release.Reports;

/// <summary>
/// Everything that is reported of one run: a pure function of its records and the fold of its environment (invariant 5),
/// so that HTML, Markdown and JSON say the same. Only <see cref="Evidence"/> also says how the files are now.
/// </summary>
public sealed record ReleaseReport
{
    /// <summary>Gets the environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>Gets the run's number.</summary>
    public required string Run { get; init; }

    /// <summary>Gets what kind of run it was.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>Gets how it ended or stands, and why.</summary>
    public required ReportVerdict Verdict { get; init; }

    /// <summary>Gets the version that the run is about.</summary>
    public required string Version { get; init; }

    /// <summary>Gets the version that served before; null in an empty environment.</summary>
    public required string? VersionBefore { get; init; }

    /// <summary>Gets when it opened, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it closed; null while it is open.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets when its last record was written; for a closed run retirements may follow its end.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Gets who, what for and from what it was started.</summary>
    public required ReportedOrigin Origin { get; init; }

    /// <summary>Gets what was to serve at the end, a service each.</summary>
    public required IReadOnlyList<ReportedArtefact> Artefacts { get; init; }

    /// <summary>Gets the phases in the order they began; one that was begun again stands there again.</summary>
    public required IReadOnlyList<ReportedPhase> Phases { get; init; }

    /// <summary>Gets the steps in the order they began.</summary>
    public required IReadOnlyList<ReportedStep> Steps { get; init; }

    /// <summary>Gets what was decided, by the gate and by people, in order.</summary>
    public required IReadOnlyList<ReportedDecision> Decisions { get; init; }

    /// <summary>Gets what the gate measured, a service each; empty for a run without a gate.</summary>
    public required IReadOnlyList<ReportedService> Services { get; init; }

    /// <summary>Gets every probe's results, in order: checks before the release, smoke tests of candidate and result.</summary>
    public required IReadOnlyList<ReportedProbe> Probes { get; init; }

    /// <summary>Gets the files that were kept.</summary>
    public required IReadOnlyList<ReportedEvidence> Evidence { get; init; }

    /// <summary>Gets the messages that were sent or could not be.</summary>
    public required IReadOnlyList<ReportedNotice> Notices { get; init; }

    /// <summary>Gets what is still to be done later.</summary>
    public required IReadOnlyList<ReportedDue> Due { get; init; }

    /// <summary>Gets the processes that wrote its records.</summary>
    public required IReadOnlyList<ReportedWriter> Writers { get; init; }

    /// <summary>Gets its place in the journal, and whether the chain holds.</summary>
    public required ReportedChain Chain { get; init; }

    /// <summary>Gets how long after its first traffic the candidate was found wanting; null when it was not.</summary>
    public required double? DetectionSeconds { get; init; }

    /// <summary>Gets the run's runbook, line by line; null where the environment names none.</summary>
    public ExecutedRunbook? Runbook { get; init; }

    /// <summary>Gets when what was taken back gave its last answer: at most so long after somebody asked; null where that was not measured.</summary>
    public double? LastCandidateAnswerSeconds { get; init; }

    /// <summary>Gets how much earlier that answer may have come; null where it was not measured.</summary>
    public double? LastCandidateAnswerResolutionSeconds { get; init; }

    /// <summary>Gets the two for a person; empty where it was not measured.</summary>
    internal string LastAnswerText => LastCandidateAnswerResolutionSeconds is { } resolution
        ? new LastAnswer(LastCandidateAnswerSeconds is { } after ? TimeSpan.FromSeconds(after) : null, TimeSpan.FromSeconds(resolution)).Text
        : "";

    /// <summary>Gets how long it took, to its end or its last record, in seconds.</summary>
    public double Seconds => ((FinishedAt ?? LastAt) - StartedAt).TotalSeconds;

    /// <summary>Gets how many requests the candidate answered while it was judged.</summary>
    public double CandidateRequests => Services.Sum(s => s.CandidateRequests);

    /// <summary>Gets how many requests stable answered meanwhile.</summary>
    public double StableRequests => Services.Sum(s => s.StableRequests);

    /// <summary>The report of one run of a journal. Throws <see cref="ArgumentException"/> when the journal has no such run.</summary>
    /// <param name="journal">All of the environment's records.</param>
    /// <param name="run">The run's number.</param>
    public static ReleaseReport Of(WholeJournal journal, string run) => Of(journal, new EnvironmentState(journal.Records), run);

    /// <summary>The same, where the fold is there already.</summary>
    /// <param name="journal">All of the environment's records.</param>
    /// <param name="state">Their fold.</param>
    /// <param name="run">The run's number.</param>
    public static ReleaseReport Of(WholeJournal journal, EnvironmentState state, string run) =>
        new RecordsOfRun(journal, state, state.Run(run) ?? throw new ArgumentException($"The journal has no run {run}.", nameof(run))).Report();
}

/// <summary>Who started it, what for, and from what.</summary>
/// <param name="Owner">Who (<c>ana@laptop</c>).</param>
/// <param name="ChangeTicket">The change ticket; may be empty.</param>
/// <param name="Reason">Why, in that person's words; may be empty.</param>
/// <param name="PlanHash">The plan's identity.</param>
/// <param name="Program">The digest of the program.</param>
/// <param name="ConfigurationSha256">SHA-256 of the configuration that was in force.</param>
/// <param name="Goal">The last phase that was asked for.</param>
/// <param name="Undoes">The run that this one undoes, or null.</param>
/// <param name="UndoneBy">The run that undid this one later, or null.</param>
public sealed record ReportedOrigin(
    string Owner,
    string ChangeTicket,
    string Reason,
    string PlanHash,
    string Program,
    string ConfigurationSha256,
    string Goal,
    string? Undoes,
    string? UndoneBy)
{
    /// <summary>Gets a value indicating whether the environment's emergency profile was in force.</summary>
    public bool IsEmergency { get; init; }

    /// <summary>Gets the run that was withdrawn for this one, or null.</summary>
    public string? Supersedes { get; init; }

    /// <summary>Gets the run that this one was withdrawn for, or null.</summary>
    public string? SupersededBy { get; init; }
}

/// <summary>What one service was to run, and what it ran before.</summary>
/// <param name="Service">The service.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">The artefact's digest.</param>
/// <param name="Commit">The commit of the release; null where there is no repository.</param>
/// <param name="VersionBefore">Its version before, or null.</param>
/// <param name="DigestBefore">Its digest before, or null.</param>
public sealed record ReportedArtefact(string Service, string Version, string Digest, string? Commit, string? VersionBefore, string? DigestBefore);

/// <summary>One go at a phase.</summary>
/// <param name="Name">The phase.</param>
/// <param name="Status"><c>done</c>, <c>failed</c>, <c>stopped</c>, <c>running</c>, or <c>left</c> when its process was gone before it ended.</param>
/// <param name="Reason">Why it did not end well; may be empty.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended, or null.</param>
/// <param name="Seq">Its first record.</param>
public sealed record ReportedPhase(string Name, string Status, string Reason, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, long Seq);

/// <summary>Something that was decided or said.</summary>
/// <param name="Number">Its place among them, from 1; the charts mark it with this number.</param>
/// <param name="Seq">Its record.</param>
/// <param name="At">When.</param>
/// <param name="What">The word of the journal: <c>gate</c>, <c>promote</c>, <c>go-back</c>, <c>continue</c>, <c>park</c>, <c>halt</c>, <c>accept-as-is</c>, <c>abandon</c>, <c>sign-off</c>, <c>note</c>.</param>
/// <param name="Verdict">The gate's verdict, or empty.</param>
/// <param name="Service">The service it is about, or empty.</param>
/// <param name="Share">The candidate's share in percent at that time, where recorded.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record ReportedDecision(
    int Number, long Seq, DateTimeOffset At, string What, string Verdict, string Service, double? Share, string Reason);

/// <summary>What a probe found.</summary>
/// <param name="Phase">The phase that looked: PreChecks for checks; Canary and Verify for smoke tests.</param>
/// <param name="Id">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Verdict"><c>pass</c>, <c>fail</c> or <c>unavailable</c>.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Milliseconds">How long the look took.</param>
/// <param name="At">When it was recorded.</param>
public sealed record ReportedProbe(string Phase, string Id, string Type, string Verdict, string Detail, double Milliseconds, DateTimeOffset At)
{
    /// <summary>Gets a value indicating whether it looked at what the release needs, rather than at the release.</summary>
    public bool IsCheck => Phase == Phases.PreChecks;
}

/// <summary>A message.</summary>
/// <param name="At">When.</param>
/// <param name="To">To whom or what.</param>
/// <param name="Detail">What was said, or why it could not be.</param>
public sealed record ReportedNotice(DateTimeOffset At, string To, string Detail);

/// <summary>Something that is to be done later.</summary>
/// <param name="Step">The step.</param>
/// <param name="At">When.</param>
/// <param name="Version">The version that is retired.</param>
public sealed record ReportedDue(string Step, DateTimeOffset At, string Version);

/// <summary>A process that held the lease while it wrote records of the run.</summary>
/// <param name="Token">Its fencing token.</param>
/// <param name="Owner">Who ran it.</param>
/// <param name="Host">Where.</param>
/// <param name="Process">Its process id.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Since">When it took the lease.</param>
public sealed record ReportedWriter(long Token, string Owner, string Host, long Process, string Purpose, DateTimeOffset Since);
