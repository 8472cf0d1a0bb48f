using Release.Configuration;

namespace Release.Gates.Evidence;

/// <summary>What is asked of a candidate, and how strictly.</summary>
public sealed record TestedObjective
{
    /// <summary>Gets its name.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what is measured.</summary>
    public required ObjectiveType Type { get; init; }

    /// <summary>Gets the quantile that matters of a latency objective, strictly between 0 and 1.</summary>
    public double Quantile { get; init; } = 0.95;

    /// <summary>Gets the limit: a share of failed requests strictly between 0 and 1, or a duration in seconds; null for none.</summary>
    public double? Limit { get; init; }

    /// <summary>Gets a value indicating whether the candidate is compared with stable.</summary>
    public bool Compare { get; init; } = true;

    /// <summary>
    /// Gets whether a pass needs it. By default a limit is needed and a comparison is not; true asks for both, false for neither.
    /// </summary>
    public bool? Required { get; init; }

    /// <summary>Gets the boundary that a candidate is failed against; widen it where traffic is so much that any difference is found.</summary>
    public Margin FailMargin { get; init; } = Margin.None;

    /// <summary>Gets the boundary within which a candidate passes; null for twice stable's errors, or 1.5 times its slow requests.</summary>
    public Margin? PassMargin { get; init; }

    /// <summary>Gets in how many ticks the candidate must have had errors before they fail it, against a single burst beside a flawless stable.</summary>
    public int MinErrorTicks { get; init; } = 1;

    /// <summary>Gets the least dispersion that counts are divided by, at least 1: for services that are known to retry.</summary>
    public double MinDispersion { get; init; } = 1;

    /// <summary>Gets the weight of each of its tests among those that can fail the candidate.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Gets the share of requests that the limit lets be events; null without a limit.</summary>
    public double? Allowed => Limit is not { } limit ? null : Type == ObjectiveType.Errors ? limit : (double)(1 - (decimal)Quantile);

    /// <summary>Gets a value indicating whether a pass needs the candidate to be shown below the limit.</summary>
    internal bool NeedsLimit => Limit is not null && Required != false;

    /// <summary>Gets a value indicating whether a pass needs the candidate to be shown within the margin.</summary>
    internal bool NeedsComparison => Compare && Required == true;

    internal Margin WithinMargin => PassMargin ?? (Type == ObjectiveType.Errors ? Margin.Errors : Margin.Latency);
}
