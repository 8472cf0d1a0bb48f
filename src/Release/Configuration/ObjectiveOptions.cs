using System.ComponentModel.DataAnnotations;

namespace Release.Configuration;

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

/// <summary>What an objective measures.</summary>
public enum ObjectiveType
{
    /// <summary>Failed requests of all.</summary>
    Errors,

    /// <summary>A quantile of the duration.</summary>
    Latency,
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
