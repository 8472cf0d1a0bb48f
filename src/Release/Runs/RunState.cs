using System.Text.Json.Nodes;
using Release.Journal;
using Release.Platforms;
using Release.Runbooks;

namespace Release.Runs;

/// <summary>What kind of run it is. In the journal lower-case: add, never rename.</summary>
public enum RunKind
{
    /// <summary>A version is released, or the first one is deployed.</summary>
    Release,

    /// <summary>The last promoted run is undone.</summary>
    Rollback,

    /// <summary>The environment is stopped.</summary>
    Down,

    /// <summary>The recorded stable is started again after <see cref="Down"/> or a restart of the machine.</summary>
    Up,

    /// <summary>What runs and serves is recorded as stable; nothing is changed.</summary>
    Adopt,

    /// <summary>A backup is restored on a person's word; what serves stays.</summary>
    Restore,

    /// <summary>A service that serves is restarted or scaled on a person's word; its version stays.</summary>
    Fix,
}

/// <summary>How a run ended. In the journal kebab-case.</summary>
public enum RunOutcome
{
    /// <summary>The candidate is stable now.</summary>
    Promoted,

    /// <summary>Everything was undone.</summary>
    RolledBack,

    /// <summary>A run of another kind reached its end.</summary>
    Done,

    /// <summary>Closed as it stands, by a person.</summary>
    Abandoned,
}

/// <summary>Where a step stands.</summary>
public enum StepStatus
{
    /// <summary>Nothing was begun.</summary>
    None,

    /// <summary>Apply may have been called: the outcome is not known.</summary>
    Intended,

    /// <summary>Made.</summary>
    Applied,

    /// <summary>Apply failed, half-way perhaps.</summary>
    Failed,

    /// <summary>Undo may have been called: the outcome is not known.</summary>
    UndoIntended,

    /// <summary>Taken back.</summary>
    Undone,

    /// <summary>Undo failed: the run is stuck.</summary>
    UndoFailed,
}

/// <summary>What the journal says about one step.</summary>
/// <param name="Id">The step.</param>
/// <param name="Phase">The phase it belongs to.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Before">What undo needs, from the first intent (invariant 3).</param>
/// <param name="Outcome">What was seen after apply; null until then.</param>
/// <param name="Round">How often it was undone to be applied afresh.</param>
/// <param name="Deadline">Until when an apply whose outcome was never known may still land; null when the last one's is known.</param>
/// <param name="Describe">The step's own words.</param>
/// <param name="Detail">What was seen or went wrong last.</param>
public sealed record StepRecord(
    string Id,
    string Phase,
    StepStatus Status,
    JsonObject Before,
    JsonObject? Outcome,
    int Round,
    DateTimeOffset? Deadline,
    string Describe,
    string Detail)
{
    /// <summary>Gets when the last intent was recorded, forward or back; null before the first.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when the outcome of that intent was recorded; null while it is not known.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>A step of which the journal says nothing.</summary>
    public static StepRecord Unseen(string id) => new(id, "", StepStatus.None, [], null, 0, null, "", "");

    /// <summary>Gets a value indicating whether a person accepted it as it stands.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>Gets until when the last undo may land.</summary>
    public DateTimeOffset? UndoDeadline { get; init; }

    /// <summary>Gets until when an undo whose outcome was never known may still land; null when there was none.</summary>
    public DateTimeOffset? LandsUntil { get; init; }

    /// <summary>Gets a value indicating whether the world may show something of it.</summary>
    public bool IsBegun => Status is not (StepStatus.None or StepStatus.Undone);

    /// <summary>
    /// Gets a value indicating whether it was undone before a call of a process that is gone could be waited for: the world
    /// may show something of it yet, until somebody has looked.
    /// </summary>
    public bool MayLand => !IsBegun && Deadline is not null;
}

/// <summary>How a phase stands.</summary>
/// <param name="Name">The phase.</param>
/// <param name="Status"><c>running</c>, <c>done</c>, <c>failed</c>, <c>stopped</c> or <c>skipped</c>.</param>
/// <param name="StartedAt">When it (last) began.</param>
/// <param name="FinishedAt">When it ended; null while it runs.</param>
/// <param name="Reason">Why it failed, stopped or was skipped; empty otherwise.</param>
public sealed record PhaseState(string Name, string Status, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string Reason = "");

/// <summary>What runs, or ran, as one: a version of the environment's services.</summary>
/// <param name="Version">The release's version.</param>
/// <param name="Commit">The commit it was released from; null where there is no repository.</param>
/// <param name="Instances">One per service.</param>
public sealed record DeployedRelease(string Version, string? Commit, IReadOnlyList<Instance> Instances)
{
    /// <summary>The instance of one service, or null.</summary>
    public Instance? Of(string service) => Instances.FirstOrDefault(i => i.Artefact.Service == service);

    /// <summary>What of it is not in <paramref name="other"/>: a service that a release does not name stays as it is.</summary>
    public IReadOnlyList<Instance> Beside(DeployedRelease? other) => [.. Instances.Where(i => other?.Of(i.Artefact.Service)?.Id != i.Id)];
}

/// <summary>Something that is to be done later.</summary>
/// <param name="Run">The run that left it.</param>
/// <param name="Step">The step's id in that run.</param>
/// <param name="At">When.</param>
/// <param name="Instance">What is retired.</param>
public sealed record DueStep(string Run, string Step, DateTimeOffset At, Instance Instance);

/// <summary>Everything known about one run: a pure function of its records (invariant 5).</summary>
public sealed class RunState
{
    private const int TrailLength = 60;
    private const int MostSamples = 2048;

    internal RunState(string id, long openedSeq, DateTimeOffset startedAt, RunOpening opening)
    {
        Id = id;
        OpenedSeq = openedSeq;
        StartedAt = startedAt;
        Opening = opening;
        Goal = opening.Goal;
        LastAt = startedAt;
    }

    /// <summary>Gets the last phase that was asked for; a later command may ask for more.</summary>
    public string Goal { get; internal set; }

    /// <summary>Gets the run's number as text, from 1.</summary>
    public string Id { get; }

    /// <summary>Gets the sequence number of its first record.</summary>
    public long OpenedSeq { get; }

    /// <summary>Gets when it opened.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Gets the sequence number of its last record.</summary>
    public long LastSeq { get; internal set; }

    /// <summary>Gets when its last record was written.</summary>
    public DateTimeOffset LastAt { get; internal set; }

    /// <summary>Gets until when the call that its last record announces may take; null when that record announces none.</summary>
    public DateTimeOffset? BusyUntil { get; internal set; }

    /// <summary>Gets when what was taken back gave its last answer, as far as it was measured; null when it was not.</summary>
    public LastAnswer? LastAnswer { get; internal set; }

    /// <summary>Gets a value indicating whether its candidate was given a share that was not taken back.</summary>
    public bool CandidateHasTraffic => !IsPromoted && Outcome is null && Opening is { Kind: RunKind.Release, IsFirst: false }
        && Shifts.Any(s => s.IsBegun);

    /// <summary>
    /// Gets a value indicating whether its candidate may have a share: one that was not taken back, or one that a call of a
    /// process that is gone gives it after that. Whoever looks once that call's time is over records what became of it.
    /// </summary>
    public bool CandidateMayHaveTraffic => CandidateHasTraffic
        || (!IsPromoted && Outcome is null && Opening is { Kind: RunKind.Release, IsFirst: false } && Shifts.Any(s => s.MayLand));

    /// <summary>Gets until when a call whose outcome is not known may still land; null when there is none.</summary>
    public DateTimeOffset? LandsUntil => StepMap.Values
        .SelectMany(s => new[] { s.Status is StepStatus.UndoIntended ? s.UndoDeadline : null, s.Deadline, s.LandsUntil })
        .Max();

    /// <summary>Gets what it was opened with.</summary>
    public RunOpening Opening { get; }

    /// <summary>Gets when it closed; null while it is open.</summary>
    public DateTimeOffset? FinishedAt { get; internal set; }

    /// <summary>Gets how it ended; null while it is open.</summary>
    public RunOutcome? Outcome { get; internal set; }

    /// <summary>Gets why it ended so, or why it goes back.</summary>
    public string Reason { get; internal set; } = "";

    /// <summary>Gets a value indicating whether it goes back: from that decision on it never goes forward again.</summary>
    public bool GoesBack { get; internal set; }

    /// <summary>Gets a value indicating whether the candidate took over: it is not withdrawn any more when its process goes away.</summary>
    public bool IsPromoted { get; internal set; }

    /// <summary>Gets a value indicating whether it waits for a person without a process.</summary>
    public bool IsParked { get; internal set; }

    /// <summary>Gets what it waits for; null while it is not parked.</summary>
    public ParkedWait? Waits => IsParked ? Wait : null;

    /// <summary>
    /// Gets a value indicating whether a person stopped its process with Ctrl-C: then nobody but a person goes on with it.
    /// </summary>
    public bool IsStoppedByHand { get; internal set; }

    /// <summary>Gets why a person is needed; null when none is.</summary>
    public string? StuckBecause { get; internal set; }

    /// <summary>Gets the gate's last word: <c>pass</c>, <c>fail</c>, <c>inconclusive</c> or <c>unavailable</c>; null before it.</summary>
    public string? Verdict { get; internal set; }

    /// <summary>Gets the phases that a person leaves out of this run, each with the reason that was given.</summary>
    public IReadOnlyDictionary<string, string> Skips { get; internal set; } = new Dictionary<string, string>();

    /// <summary>Gets the last word that was given about each line of its runbook.</summary>
    public IReadOnlyDictionary<string, SignedWord> SignOffs => SignedMap;

    /// <summary>Gets the last sample of each service's gate, while the run is open.</summary>
    public IReadOnlyDictionary<string, JsonObject> Samples => RecentSamples
        .GroupBy(ServiceOf)
        .ToDictionary(s => s.Key, s => s.Last().Data);

    /// <summary>Gets the last samples of each service's gate, oldest first, while the run is open: what a person watches.</summary>
    public IReadOnlyList<JsonObject> Trail(string service) =>
        [.. RecentSamples.Where(s => ServiceOf(s) == service).TakeLast(TrailLength).Select(s => s.Data)];

    /// <summary>Gets the phases, in the order they began.</summary>
    public IReadOnlyList<PhaseState> Phases => PhaseList;

    /// <summary>Gets the steps, in the order they began.</summary>
    public IReadOnlyList<StepRecord> Steps => [.. StepOrder.Select(id => StepMap[id])];

    internal ParkedWait Wait { get; set; } = ParkedWait.ForPerson("a person");

    /// <summary>Gets whose gate a person's "go" stands in for, at <see cref="OverriddenShare"/> and once.</summary>
    internal Dictionary<string, string> Overridden { get; } = [];

    /// <summary>Gets or sets the share from which a person let it go on; the smaller ones are behind it.</summary>
    internal int? OverriddenShare { get; set; }

    // Most of a journal, and only an open run's last ones are ever looked into.
    internal List<JournalRecord> RecentSamples { get; } = [];

    internal Dictionary<string, SignedWord> SignedMap { get; } = new(StringComparer.Ordinal);

    internal List<PhaseState> PhaseList { get; } = [];

    internal List<string> StepOrder { get; } = [];

    internal Dictionary<string, StepRecord> StepMap { get; } = [];

    internal List<DueStep> DueList { get; } = [];

    /// <summary>Where one step stands.</summary>
    public StepRecord Step(string id) => StepMap.GetValueOrDefault(id) ?? StepRecord.Unseen(id);

    /// <summary>
    /// The verdict that held the run at this share, where a person said to go on all the same and that was not used yet; null
    /// otherwise.
    /// </summary>
    public string? OverriddenVerdict(string service, int share) =>
        share == OverriddenShare ? Overridden.GetValueOrDefault(service) : null;

    /// <summary>Whether a phase came to its end.</summary>
    public bool HasFinished(string phase) => PhaseList.Any(p => p.Name == phase && p.Status == "done");

    /// <summary>Whether a phase's turn came and it was left out.</summary>
    public bool WasSkipped(string phase) => PhaseList.Any(p => p.Name == phase && p.Status == PhaseSkips.Status);

    internal void Keep(JournalRecord sample)
    {
        if (RecentSamples.Count == MostSamples)
        {
            RecentSamples.RemoveRange(0, MostSamples / 2);
        }

        RecentSamples.Add(sample);
    }

    private IEnumerable<StepRecord> Shifts => StepMap.Values.Where(s => s.Id.StartsWith("shift-traffic-", StringComparison.Ordinal));

    private static string ServiceOf(JournalRecord sample) => sample.Data["service"]?.GetValue<string>() ?? "";
}
