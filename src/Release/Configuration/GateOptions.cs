using System.ComponentModel.DataAnnotations;

namespace Release.Configuration;

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
