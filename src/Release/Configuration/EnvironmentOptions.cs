using System.ComponentModel.DataAnnotations;

namespace Release.Configuration;

/// <summary>One environment: the services that are released together, where they run, and how.</summary>
public sealed record EnvironmentOptions
{
    /// <summary>Gets its name, the same as the file's (<c>local</c>, <c>prod/search</c>).</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}(/[a-z0-9][a-z0-9-]{0,62}){0,3}", ErrorMessage = OptionText.Name)]
    public required string Name { get; init; }

    /// <summary>Gets the services, at least one.</summary>
    [MinLength(1)]
    public required IReadOnlyList<ServiceOptions> Services { get; init; }

    /// <summary>Gets where they run.</summary>
    public required PlatformOptions Platform { get; init; }

    /// <summary>Gets how traffic reaches them.</summary>
    public required TrafficOptions Traffic { get; init; }

    /// <summary>Gets the probes of PreChecks.</summary>
    public IReadOnlyList<ProbeOptions> Checks { get; init; } = [];

    /// <summary>Gets what Backup takes.</summary>
    public IReadOnlyList<BackupOptions> Backup { get; init; } = [];

    /// <summary>Gets the smoke tests: probes whose relative paths are asked of the candidate directly, and after promotion of the traffic address.</summary>
    public IReadOnlyList<ProbeOptions> Smoke { get; init; } = [];

    /// <summary>Gets what decides.</summary>
    public required GateOptions Gate { get; init; }

    /// <summary>Gets how releases are tagged.</summary>
    public TagOptions Tag { get; init; } = new();

    /// <summary>Gets where runs are recorded.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary>Gets where files for auditors go.</summary>
    public EvidenceOptions Evidence { get; init; } = new();

    /// <summary>Gets who is told.</summary>
    public IReadOnlyList<NotifierOptions> Notify { get; init; } = [];

    /// <summary>Gets what is how bad while a version is watched, and what is done about it.</summary>
    public IReadOnlyList<SeverityOptions> Severity { get; init; } = [];

    /// <summary>Gets how a version is watched after it was promoted, from its promotion on; null: only when <c>Watch --for</c> says so.</summary>
    public WatchOptions? Watch { get; init; }

    /// <summary>Gets what Ctrl-C and SIGTERM do to an open run; by default <c>stop</c> at a terminal and <c>rollback</c> on a CI host.</summary>
    public InterruptPolicy? OnInterrupt { get; init; }

    /// <summary>Gets the longest that a candidate with traffic may be without a process that judges it.</summary>
    public TimeSpan OrphanAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Gets what a tender does with a run whose process has been gone for <see cref="OrphanAfter"/>; by default <c>leave</c>,
    /// and <c>resume</c> where the traffic steps wait longer than <see cref="MaxAttended"/>. A run that was going back is
    /// finished whatever stands here; one that a person stopped with Ctrl-C is left to that person.
    /// </summary>
    public OrphanPolicy? OnOrphan { get; init; }

    /// <summary>Gets the longest that the traffic steps may wait in all without a tender that watches: <c>Tend --watch</c>.</summary>
    public TimeSpan MaxAttended { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets what <c>--emergency</c> makes different; null where there are no emergencies.</summary>
    public EmergencyOptions? Emergency { get; init; }

    /// <summary>Gets the file with the lines of its runbook, beside this one (<c>prod.runbook.json</c>; docs/runbook.md); null for none.</summary>
    [RegularExpression(@"(?!/)(?!.*(^|/)\.\.(/|$))[A-Za-z0-9._/-]{1,200}\.json", ErrorMessage = "a file beside the environment's such as \"prod.runbook.json\"")]
    public string? Runbook { get; init; }

    /// <summary>Gets how long the traffic steps wait at least, in all.</summary>
    internal TimeSpan DeclaredWaits => Shares.Aggregate(TimeSpan.Zero, (sum, share) => sum + Gate.DurationOf(new Percent(share)).Min);

    /// <summary>Gets the candidate's shares, one after the other: the steps, and before the last of them what leaves the holdback on stable.</summary>
    internal IReadOnlyList<int> Shares => Gate.Holdback is null ? Traffic.Steps : [.. Traffic.Steps.SkipLast(1), Gate.Holdback.Candidate, Traffic.Steps[^1]];

    /// <summary>Gets a value indicating whether that is longer than a person stays, so that a tender must watch as well.</summary>
    internal bool NeedsTender => DeclaredWaits > MaxAttended;

    /// <summary>
    /// Gets what a person must still decide before the environment can be used, one sentence each; <c>Init --from compose</c>
    /// writes it. While a sentence stands here, every command says it and refuses.
    /// </summary>
    public IReadOnlyList<string> Unfinished { get; init; } = [];
}

/// <summary>What Ctrl-C and SIGTERM do to an open run.</summary>
public enum InterruptPolicy
{
    /// <summary>The candidate's share goes back to 0 and the run stays open, to be resumed.</summary>
    Stop,

    /// <summary>The run is undone.</summary>
    Rollback,
}

/// <summary>What a tender does with a run whose process is gone.</summary>
public enum OrphanPolicy
{
    /// <summary>The candidate's share goes back to 0 and the run stays open: a person resumes it or takes it back.</summary>
    Leave,

    /// <summary>The run is undone.</summary>
    Rollback,

    /// <summary>The candidate's share goes back to 0, and the tender goes on with the run and judges it afresh.</summary>
    Resume,
}
