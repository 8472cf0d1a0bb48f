using Release.Configuration;
using Release.Gates.Criteria;
using Release.Gates.Evidence;

namespace Release.Gates;

/// <summary>What a gate needs to know when it begins, fixed before the candidate takes traffic.</summary>
/// <param name="History">Stable's counts before the candidate took traffic, tick by tick; one entry for all of its life will do.</param>
/// <param name="Share">The candidate's first share.</param>
/// <param name="At">Now.</param>
/// <param name="Window">How long the whole rollout is planned to last.</param>
/// <param name="Services">Over how many services the release's chance of a false alarm is spread.</param>
/// <param name="HasLostState">Whether a gate of this rollout was there before and what it knew is lost: then half of alpha is left.</param>
public sealed record GateStart(IReadOnlyList<Counters> History, Percent Share, DateTimeOffset At, TimeSpan Window, int Services = 1, bool HasLostState = false);

/// <summary>The options of a gate as what judges needs them.</summary>
internal static class GatePlan
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromMinutes(1);

    /// <summary>The statistical tests.</summary>
    public static SequentialOptions Tests(GateOptions gate, TimeSpan window) => new()
    {
        Objectives = [.. gate.Objectives.Select(Tested)],
        Alpha = gate.Alpha,
        PassAlpha = gate.PassAlpha,
        PlannedTicks = (int)Math.Clamp(Math.Round(window / gate.Tick), 1, int.MaxValue),
        WarmUp = gate.WarmUp,
        MinDuration = gate.StepDuration.Min,
        MaxGap = gate.MaxGap,
    };

    /// <summary>One objective.</summary>
    public static TestedObjective Tested(ObjectiveOptions objective)
    {
        var known = Objective.From(objective);
        return new()
        {
            Id = objective.Id,
            Type = objective.Type,
            Quantile = objective.Quantile ?? 0.95,
            Limit = known.Limit?.TotalSeconds ?? (objective.Type is ObjectiveType.Errors ? known.Allowed : null),
            Compare = objective.Compare,
            Required = objective.Required,
            FailMargin = Of(objective.FailMargin) ?? Margin.None,
            PassMargin = Of(objective.PassMargin),
            MinErrorTicks = objective.MinErrorTicks,
            MinDispersion = objective.MinDispersion,
            Weight = objective.Weight,
        };
    }

    /// <summary>One criterion on requests.</summary>
    public static Criterion Rule(CriterionOptions options, double allowed, TimeSpan tick) => Rule(options, new Condition(allowed), tick);

    /// <summary>One criterion on a query. A check's value is the mean of its ticks, and one of them is enough.</summary>
    /// <exception cref="FormatException">Its limit is no number.</exception>
    public static Criterion OfQuery(CriterionOptions options, TimeSpan tick) =>
        ValueText.TryNumber(options.Min ?? options.Max ?? "", out var limit)
            ? Rule(options, new Condition(limit, IsMinimum: options.Min is not null), tick) with { MinRequests = 1 }
            : throw new FormatException($"{options.Id}: the limit is '{options.Min ?? options.Max}', expected a number such as \"100\".");

    private static Criterion Rule(CriterionOptions options, Condition condition, TimeSpan tick)
    {
        var interval = options.Interval ?? Shorter(options.For ?? options.Over);
        var rule = options switch
        {
            { For: { } time } => Criterion.For(options.Id, condition, time, interval),
            { Over: { } time } => Criterion.PooledOver(options.Id, condition, time, interval),
            { Interval: null, FailureLimit: null } => Criterion.Immediately(options.Id, condition, tick),
            _ => new() { Id = options.Id, Condition = condition, Interval = interval, Limits = CriterionLimits.Immediate },
        };
        return rule with
        {
            MinRequests = options.MinRequests,
            Limits = rule.Limits with
            {
                FailureLimit = options.FailureLimit ?? rule.Limits.FailureLimit,
                ConsecutiveErrorLimit = options.ConsecutiveErrorLimit,
            },
        };
    }

    private static TimeSpan Shorter(TimeSpan? time) => time is { } given && given < UsualInterval ? given : UsualInterval;

    private static Margin? Of(MarginOptions? margin) => margin is null ? null : new(margin.Ratio, margin.Absolute.Fraction);
}
