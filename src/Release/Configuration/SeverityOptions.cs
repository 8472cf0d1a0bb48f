using System.ComponentModel.DataAnnotations;

namespace Release.Configuration;

/// <summary>What a severity rule looks at while a version is watched.</summary>
public enum SeverityType
{
    /// <summary>Failed requests of all, since the last look.</summary>
    Errors,

    /// <summary>A quantile of the duration, since the last look.</summary>
    Latency,

    /// <summary>No instance of a service lives.</summary>
    Down,

    /// <summary>A smoke test did not pass.</summary>
    Smoke,

    /// <summary>The gate at a stated time did not pass.</summary>
    Gate,

    /// <summary>An alert fires at the metric source's server.</summary>
    Alert,
}

/// <summary>What is done about a finding.</summary>
public enum SeverityAction
{
    /// <summary>The version is taken back, if what served before it is known; else somebody is paged.</summary>
    RollBack,

    /// <summary>Whoever is on call is told: notices of kind <c>page</c>.</summary>
    Page,

    /// <summary>The ticket system is told: notices of kind <c>ticket</c>.</summary>
    Ticket,

    /// <summary>It is noted: notices of kind <c>note</c>.</summary>
    Note,
}

/// <summary>How bad a finding is and what is done about it. The worst rule of a service and a type that is broken counts.</summary>
public sealed record SeverityOptions : ICheckedOptions
{
    /// <summary>Gets its name, unique.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets the severity: 1 is the worst, 3 the least.</summary>
    [Range(1, 3)]
    public required int Level { get; init; }

    /// <summary>Gets what it looks at.</summary>
    public required SeverityType Type { get; init; }

    /// <summary>Gets the limit of <c>errors</c> (<c>"5%"</c>) and <c>latency</c> (<c>"1s"</c>): more than this breaks it.</summary>
    [ValueForm(ValueForms.Percent | ValueForms.Duration)]
    public string? Max { get; init; }

    /// <summary>Gets the quantile of <c>latency</c>, between 0 and 1.</summary>
    public double? Quantile { get; init; }

    /// <summary>Gets how many requests a look needs; one with fewer says nothing.</summary>
    [Range(1, int.MaxValue)]
    public int MinRequests { get; init; } = 20;

    /// <summary>Gets the name of the alert that counts; null for any. Only for <c>alert</c>.</summary>
    [RegularExpression(@"[^\p{C}]+", ErrorMessage = "the name of an alert such as \"HighErrorRate\"")]
    public string? Alert { get; init; }

    /// <summary>Gets how long every look must find it broken before anything is done; null for at once.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Gets what is done then.</summary>
    [MinLength(1)]
    public required IReadOnlyList<SeverityAction> Do { get; init; }

    /// <summary>Gets what is done if it lasts.</summary>
    public IReadOnlyList<EscalationOptions> After { get; init; } = [];

    /// <summary>
    /// Gets the rules of an environment that states none: more than 5 % at once and an outage are severity 1, more than 1 % for
    /// five minutes is severity 2, looked into after 15 minutes and asked about after 30.
    /// </summary>
    public static IReadOnlyList<SeverityOptions> Usual { get; } =
    [
        new() { Id = "outage", Level = 1, Type = SeverityType.Down, Do = [SeverityAction.RollBack, SeverityAction.Page, SeverityAction.Ticket] },
        new() { Id = "critical", Level = 1, Type = SeverityType.Errors, Max = "5%", Do = [SeverityAction.RollBack, SeverityAction.Page, SeverityAction.Ticket] },
        new()
        {
            Id = "high",
            Level = 2,
            Type = SeverityType.Errors,
            Max = "1%",
            For = TimeSpan.FromMinutes(5),
            Do = [SeverityAction.Ticket],
            After = [new() { Time = TimeSpan.FromMinutes(15), Do = [SeverityAction.Page] }, new() { Time = TimeSpan.FromMinutes(30), Do = [SeverityAction.Page] }],
        },
        new() { Id = "smoke", Level = 2, Type = SeverityType.Smoke, Do = [SeverityAction.Page, SeverityAction.Ticket] },
        new() { Id = "gate", Level = 2, Type = SeverityType.Gate, Do = [SeverityAction.Page, SeverityAction.Ticket] },
        new() { Id = "alert", Level = 3, Type = SeverityType.Alert, Do = [SeverityAction.Note] },
    ];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var needsLimit = Type is SeverityType.Errors or SeverityType.Latency;
        if (needsLimit && Max is null)
        {
            yield return new("max", $"missing: a rule on {(Type is SeverityType.Errors ? "errors needs a percentage such as \"5%\"" : "latency needs a duration such as \"1s\"")}", "type");
        }
        else if (needsLimit && !(Type is SeverityType.Errors ? ValueText.TryPercent(Max!, out _) : ValueText.TryDuration(Max!, out _)))
        {
            yield return new("max", Type is SeverityType.Errors ? "expected a percentage such as \"5%\"" : "expected a duration such as \"1s\"", "type");
        }
        else if (!needsLimit && Max is not null)
        {
            yield return new("max", "only rules on errors and latency have a limit: remove it", "type");
        }

        if ((Type is SeverityType.Latency) != Quantile is > 0 and < 1)
        {
            yield return new("quantile", Type is SeverityType.Latency ? "expected a number between 0 and 1, such as 0.95" : "only a rule on latency has one: remove it", "type");
        }

        for (var i = 0; i < After.Count; i++)
        {
            if (After[i] is { } step && step.Time <= (i == 0 ? For ?? TimeSpan.Zero : After[i - 1]?.Time))
            {
                yield return new($"after[{i}].time", "expected longer than what comes before it");
            }
        }
    }
}

/// <summary>What is done when a finding lasts.</summary>
public sealed record EscalationOptions
{
    /// <summary>Gets how long after the finding began.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Gets what is done then.</summary>
    [MinLength(1)]
    public required IReadOnlyList<SeverityAction> Do { get; init; }
}
