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

/// <summary>One program that is deployed and gets traffic.</summary>
public sealed record ServiceOptions
{
    /// <summary>Gets its name: lower-case letters, digits and dashes.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Name { get; init; }

    /// <summary>Gets the path that answers 200 when an instance may get traffic.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string Health { get; init; } = "/health";

    /// <summary>Gets the path whose JSON has the running <c>version</c>; null when there is none.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Version { get; init; }

    /// <summary>
    /// Gets the path under which callers have it at the gateway, where the gateway takes that off before it passes a request on
    /// (<c>/cart</c>): it is put before <see cref="Version"/> when that is asked through the gateway. Null where paths are the same
    /// on both sides.
    /// </summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Prefix { get; init; }

    /// <summary>Gets the path of its Prometheus text; null when it has none.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Metrics { get; init; }

    /// <summary>
    /// Gets the container image that it runs (<c>ghcr.io/shop/cart:1.4.0</c>), or that a version of it is
    /// (<c>ghcr.io/shop/cart:{version}</c>); null when it runs none. Platform <c>process</c> does not read it.
    /// </summary>
    [RegularExpression("[a-z0-9][A-Za-z0-9._:/@{}-]{0,254}", ErrorMessage = "the name of an image such as \"ghcr.io/shop/cart:1.4.0\" or \"ghcr.io/shop/cart:{version}\"")]
    public string? Image { get; init; }

    /// <summary>Gets the port on which it listens in its container; null when it runs in none. Platform <c>process</c> chooses its own.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }
}

/// <summary>Where services run. Each platform driver has its own type.</summary>
public abstract record PlatformOptions
{
    /// <summary>Gets the driver's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets how long a candidate may take until it is healthy.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long the old version is kept running after a promotion. With <c>"0s"</c> it is retired at once: a rollback starts it again.</summary>
    [MayBeZero]
    public TimeSpan KeepStable { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets how long an instance may finish its requests before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>How traffic reaches the services. Each router driver has its own type.</summary>
public abstract record TrafficOptions
{
    /// <summary>Gets the driver's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the candidate's shares in percent, ascending, the last 100.</summary>
    [Range(1, 100)]
    public IReadOnlyList<int> Steps { get; init; } = [10, 50, 100];

    /// <summary>Gets the traffic to make where an environment has too little of its own; null for none.</summary>
    public SyntheticTrafficOptions? Synthetic { get; init; }

    /// <summary>Gets how long the observed split may take to become the requested one.</summary>
    public TimeSpan SplitTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Requests sent through the router while a candidate is judged.</summary>
public sealed record SyntheticTrafficOptions
{
    /// <summary>Gets requests per second, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public required int Rate { get; init; }

    /// <summary>Gets the HTTP method.</summary>
    [RegularExpression("[A-Z]{3,10}", ErrorMessage = "an HTTP method such as \"POST\"")]
    public string Method { get; init; } = "GET";

    /// <summary>Gets the path.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public required string Path { get; init; }

    /// <summary>Gets the body, sent as JSON; null for none.</summary>
    [MayBeEmpty]
    public string? Body { get; init; }
}

/// <summary>One probe. Each type of probe has its own options.</summary>
public abstract record ProbeOptions
{
    /// <summary>Gets its name, unique in its list.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets the probe's type.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the service that a smoke test is for; null for every service.</summary>
    public string? Service { get; init; }

    /// <summary>Gets when a smoke test is run; by default before the first traffic and when the candidate serves everything.</summary>
    [OneOrMany]
    [MinLength(1)]
    public IReadOnlyList<SmokeMoment> At { get; init; } = [SmokeMoment.Candidate, SmokeMoment.Promoted];

    /// <summary>Gets how long a look may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>When a smoke test is run.</summary>
public enum SmokeMoment
{
    /// <summary>Before the first traffic, at the candidate's own address.</summary>
    Candidate,

    /// <summary>While the candidate has its first share, through the router.</summary>
    Canary,

    /// <summary>When it serves everything, through the router.</summary>
    Promoted,
}

/// <summary>Something that Backup takes. Each method has its own options.</summary>
public abstract record BackupOptions
{
    /// <summary>Gets the method.</summary>
    public required string Type { get; init; }

    /// <summary>Gets what tells it from the others of its list.</summary>
    public virtual string Identity => Type;
}

/// <summary>A rollback tag on the commit that is running.</summary>
public sealed record GitBackupOptions : BackupOptions;

/// <summary>The running versions and the digests of their artefacts, and the configuration.</summary>
public sealed record ImagesBackupOptions : BackupOptions;

/// <summary>What decides whether a candidate may go on.</summary>
public sealed record GateOptions
{
    /// <summary>Gets where counters come from.</summary>
    public required MetricsOptions Metrics { get; init; }

    /// <summary>Gets the time between two readings.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the first stretch of a candidate with traffic, whose counts are dropped.</summary>
    [MayBeZero]
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long a traffic step lasts.</summary>
    public StepDurationOptions StepDuration { get; init; } = new();

    /// <summary>Gets the share that stays on stable after the last step, so that both can still be compared; null for none.</summary>
    public HoldbackOptions? Holdback { get; init; }

    /// <summary>Gets the objectives, at least one.</summary>
    [MinLength(1)]
    public required IReadOnlyList<ObjectiveOptions> Objectives { get; init; }

    /// <summary>Gets the plain rules beside the objectives, as a runbook states them. Their false alarms come on top of <see cref="Alpha"/>.</summary>
    public IReadOnlyList<CriterionOptions> Criteria { get; init; } = [];

    /// <summary>Gets the chance that a release that is not worse is rolled back for its objectives, over the whole of it and however often one looks.</summary>
    [Range(0.000001, 0.2)]
    public double Alpha { get; init; } = 0.01;

    /// <summary>Gets the chance that a step is passed by a candidate that is just as bad as must not pass.</summary>
    [Range(0.000001, 0.2)]
    public double PassAlpha { get; init; } = 0.05;

    /// <summary>Gets what a gate does that could not decide by the end of its step.</summary>
    public DeadlinePolicy OnInconclusive { get; init; } = DeadlinePolicy.Rollback;

    /// <summary>Gets what a gate does that could not measure for <see cref="MaxUnavailable"/>.</summary>
    public DeadlinePolicy OnUnavailable { get; init; } = DeadlinePolicy.Rollback;

    /// <summary>Gets how long a run that the gate holds waits for a person; after that it is undone by whoever acts next, a tender first. Null: it waits for ever.</summary>
    public TimeSpan? HoldFor { get; init; }

    /// <summary>Gets how old the newest reading of a variant may be before the gate is unavailable.</summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long the gate may be unavailable before <see cref="OnUnavailable"/> acts.</summary>
    public TimeSpan MaxUnavailable { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the step with this share lasts.</summary>
    internal StepDurationOptions DurationOf(Percent share) => Holdback is { } holdback && share == new Percent(holdback.Candidate)
        ? StepDuration with { Min = holdback.For, Max = holdback.For > StepDuration.Max ? holdback.For : StepDuration.Max }
        : StepDuration;
}

/// <summary>What stays on stable while a new version that passed every step serves the rest.</summary>
public sealed record HoldbackOptions
{
    /// <summary>Gets stable's share.</summary>
    [Range(1, 50)]
    public required int Percent { get; init; }

    /// <summary>Gets how long. A candidate that turns bad in this time is still found by comparing, and rolled back; then it gets everything.</summary>
    public required TimeSpan For { get; init; }

    /// <summary>Gets the candidate's share meanwhile, in percent.</summary>
    internal int Candidate => 100 - Percent;
}

/// <summary>What to do without a verdict.</summary>
public enum DeadlinePolicy
{
    /// <summary>Undo the run.</summary>
    Rollback,

    /// <summary>Park the run: a person decides.</summary>
    Hold,

    /// <summary>Go on; the record says "promoted without evidence".</summary>
    Promote,
}

/// <summary>Where counters come from.</summary>
public record MetricsOptions
{
    /// <summary>Gets the driver's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets a value indicating whether criteria may ask it queries.</summary>
    public virtual bool AnswersQueries => false;

    /// <summary>Gets the counter of requests.</summary>
    [RegularExpression("[a-zA-Z_:][a-zA-Z0-9_:]*", ErrorMessage = "the name of a Prometheus metric")]
    public string Requests { get; init; } = "ai_requests_total";

    /// <summary>Gets the counter of failed requests.</summary>
    [RegularExpression("[a-zA-Z_:][a-zA-Z0-9_:]*", ErrorMessage = "the name of a Prometheus metric")]
    public string Errors { get; init; } = "ai_request_errors_total";

    /// <summary>Gets the histogram of durations in seconds.</summary>
    [RegularExpression("[a-zA-Z_:][a-zA-Z0-9_:]*", ErrorMessage = "the name of a Prometheus metric")]
    public string Duration { get; init; } = "ai_request_duration_seconds";
}

/// <summary>How long a traffic step lasts.</summary>
public sealed record StepDurationOptions
{
    /// <summary>Gets the shortest.</summary>
    public TimeSpan Min { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets the longest: by then the gate must have decided.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets the longest where too few requests came to decide by then; null: it is never extended.</summary>
    public TimeSpan? ExtendTo { get; init; }

    /// <summary>Gets the longest of all.</summary>
    internal TimeSpan Longest => ExtendTo > Max ? ExtendTo.Value : Max;
}

/// <summary>One thing that must hold for the candidate.</summary>
public sealed record ObjectiveOptions
{
    /// <summary>Gets its name, unique.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets what is measured.</summary>
    public required ObjectiveType Type { get; init; }

    /// <summary>Gets the quantile of a latency objective, between 0 and 1.</summary>
    public double? Quantile { get; init; }

    /// <summary>Gets the limit: a percentage (<c>"1%"</c>) for errors, a duration (<c>"500ms"</c>) for latency. Null: the candidate is only compared with stable.</summary>
    [ValueForm(ValueForms.Percent | ValueForms.Duration)]
    public string? Max { get; init; }

    /// <summary>Gets whether the candidate is compared with stable, beside its limit.</summary>
    public bool Compare { get; init; } = true;

    /// <summary>Gets whether a pass needs it. By default a limit must be shown to be kept and a comparison need not; true asks for both, false for neither.</summary>
    public bool? Required { get; init; }

    /// <summary>Gets what the candidate may be worse by before it is rolled back; null for nothing at all.</summary>
    public MarginOptions? FailMargin { get; init; }

    /// <summary>Gets what a comparison that is required may be worse by and still pass; null for twice stable's errors, or one and a half times its slow requests.</summary>
    public MarginOptions? PassMargin { get; init; }

    /// <summary>Gets in how many ticks the candidate must have had errors before they roll it back: a guard against one burst beside a stable without any.</summary>
    [Range(1, 1000)]
    public int MinErrorTicks { get; init; } = 1;

    /// <summary>Gets by how much more than by chance events vary at least, 1 or more: for services that are known to retry.</summary>
    [Range(1, 1000)]
    public double MinDispersion { get; init; } = 1;

    /// <summary>Gets its weight among the objectives that can roll a candidate back.</summary>
    [Range(0.001, 1000)]
    public double Weight { get; init; } = 1;
}

/// <summary>What a candidate may be worse by: its share of events is held against ratio times stable's, and something more.</summary>
public sealed record MarginOptions
{
    /// <summary>Gets the factor of stable's share.</summary>
    [Range(1, 100)]
    public double Ratio { get; init; } = 1;

    /// <summary>Gets the share of all requests that is added (<c>"0.5%"</c>).</summary>
    public Percent Absolute { get; init; } = Percent.Zero;
}

/// <summary>A plain rule as a runbook states it: "error rate above 1 % for 10 minutes". Without <c>for</c>, <c>over</c>, <c>interval</c> and <c>failureLimit</c> the first tick that breaks it rolls back.</summary>
public sealed record CriterionOptions
{
    /// <summary>Gets its name, unique among objectives and criteria.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets what is measured of the requests; null for a criterion on a <see cref="Query"/>.</summary>
    public ObjectiveType? Type { get; init; }

    /// <summary>
    /// Gets a query that yields one number (saturation, a queue's length, a replica's lag), which is asked at every tick where <c>gate.metrics</c> is of type
    /// <c>prometheus</c>. <c>{service}</c>, <c>{version}</c> and <c>{variant}</c> in it stand for the candidate's; what stable breaks as
    /// well then counts against nobody. Null for a criterion on requests.
    /// </summary>
    [RegularExpression(@"[^\p{C}]+", ErrorMessage = "a query such as \"max(queue_length{service=\\\"{service}\\\"})\"")]
    public string? Query { get; init; }

    /// <summary>Gets the quantile of a latency criterion, between 0 and 1.</summary>
    public double? Quantile { get; init; }

    /// <summary>Gets the limit: a percentage (<c>"1%"</c>) for errors, a duration (<c>"500ms"</c>) for latency, a number (<c>"100"</c>) for a query.</summary>
    [ValueForm(ValueForms.Percent | ValueForms.Duration | ValueForms.Number)]
    public string? Max { get; init; }

    /// <summary>Gets the least that a query may yield, in place of <see cref="Max"/>.</summary>
    [ValueForm(ValueForms.Number)]
    public string? Min { get; init; }

    /// <summary>Gets how long every check must break it.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Gets over how long the requests of a check are pooled.</summary>
    public TimeSpan? Over { get; init; }

    /// <summary>Gets the time between two checks; by default a minute, or all of <see cref="For"/> or <see cref="Over"/> when that is shorter.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Gets how many requests a check needs; one with fewer says nothing.</summary>
    [Range(1, int.MaxValue)]
    public int MinRequests { get; init; } = 20;

    /// <summary>Gets how many failed checks are tolerated in total: it rolls back at one more. -1 is off; by default 0, or -1 with <see cref="For"/>.</summary>
    [Range(-1, int.MaxValue)]
    public int? FailureLimit { get; init; }

    /// <summary>Gets how many checks in a row may fail to measure; at one more the gate is unavailable.</summary>
    [Range(0, int.MaxValue)]
    public int ConsecutiveErrorLimit { get; init; } = 4;
}

/// <summary>What an objective measures.</summary>
public enum ObjectiveType
{
    /// <summary>Failed requests of all.</summary>
    Errors,

    /// <summary>A quantile of the duration.</summary>
    Latency,
}

/// <summary>How a release is tagged in the repository.</summary>
public sealed record TagOptions
{
    /// <summary>Gets whether a release is tagged.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Gets the remote that tags are pushed to as Promote's last step; null keeps them here.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._/-]*", ErrorMessage = "the name of a remote such as \"origin\"")]
    public string? Remote { get; init; }
}

/// <summary>Where runs are recorded.</summary>
public sealed record JournalOptions
{
    /// <summary>Gets the store (<c>file</c>).</summary>
    public string Type { get; init; } = "file";

    /// <summary>
    /// Gets the folder of a second copy, on another disk than the repository's: absolute, or relative to the repository. While
    /// the journal itself is away, <c>Rollback --break-glass</c> works from it. Null for none.
    /// </summary>
    [RegularExpression(@"[^\p{C}]+", ErrorMessage = "a folder on another disk such as \"/mnt/backup/release\"")]
    public string? Copy { get; init; }
}

/// <summary>Where files for auditors go.</summary>
public sealed record EvidenceOptions
{
    /// <summary>Gets the store (<c>folder</c>).</summary>
    public string Type { get; init; } = "folder";

    /// <summary>Gets the folder, relative to the repository.</summary>
    [RegularExpression(@"(?!/)(?!.*(^|/)\.\.(/|$))[^\p{C}\\]+", ErrorMessage = "a folder below the repository such as \"releases\"")]
    public string Path { get; init; } = "releases";
}
