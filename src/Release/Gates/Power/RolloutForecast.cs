using System.Collections.Immutable;
using Release.Gates.Evidence;

namespace Release.Gates.Power;

/// <summary>A step of a rollout.</summary>
/// <param name="Share">The candidate's share, 0 to 1.</param>
/// <param name="Min">The shortest that it lasts.</param>
/// <param name="Max">By then it must have passed.</param>
public readonly record struct ForecastStep(double Share, TimeSpan Min, TimeSpan Max);

/// <summary>A share of stable's requests that are events, as it was observed before the release.</summary>
/// <param name="Events">What they are: <c>errors</c>, <c>requests over 250ms</c>.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Dispersion">How much more than independent events they vary, 1 or more (gate.md, 2.5).</param>
public readonly record struct ObservedShare(string Events, double Share, double Dispersion = 1);

/// <summary>An objective, with what was observed of stable.</summary>
public sealed record ForecastObjective
{
    /// <summary>Gets its name.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the shares by which the candidate is compared with stable to fail: one for errors, one per bound for latency; empty when it is not compared.</summary>
    public ImmutableArray<ObservedShare> Compared { get; init; } = [];

    /// <summary>Gets the shares by which a comparison passes; all must.</summary>
    public ImmutableArray<ObservedShare> PassedBy { get; init; } = [];

    /// <summary>Gets what the candidate may be worse by and still pass.</summary>
    public Margin Margin { get; init; } = Margin.Errors;

    /// <summary>Gets a value indicating whether the comparison is needed for a pass.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Gets the share of events that is allowed; null without a limit.</summary>
    public double? Limit { get; init; }

    /// <summary>Gets the share of stable's requests that are events by the limit.</summary>
    public ObservedShare AtLimit { get; init; } = new("events", 0);
}

/// <summary>What a whole rollout will see.</summary>
public sealed record RolloutForecast
{
    /// <summary>Gets requests a second, of both variants together.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>Gets the steps in their order.</summary>
    public required ImmutableArray<ForecastStep> Steps { get; init; }

    /// <summary>Gets the objectives.</summary>
    public required ImmutableArray<ForecastObjective> Objectives { get; init; }

    /// <summary>Gets the first stretch of the candidate's traffic, whose counts are dropped.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>Gets the chance of a false alarm, over all tests of the release.</summary>
    public double Alpha { get; init; } = 0.01;

    /// <summary>Gets the chance of a false pass, each.</summary>
    public double AlphaPass { get; init; } = 0.05;

    /// <summary>Gets over how many services the chance of a false alarm is spread.</summary>
    public int Services { get; init; } = 1;

    /// <summary>Gets the part of the chance of a false alarm that each test has.</summary>
    internal double Weight =>
        1.0 / Math.Max(1, Services * Objectives.Sum(o => (o.Compared.IsDefaultOrEmpty ? 0 : 1) + (o.Limit is null ? 0 : 1)));

    /// <summary>The traffic when every step takes its longest.</summary>
    public TrafficPlan LongestPlan =>
        new TrafficPlan(RequestsPerSecond, [.. Steps.Select(s => new Stretch(s.Share, s.Max))]).After(WarmUp);

    /// <summary>The traffic when every step takes its shortest, as that of a healthy candidate does.</summary>
    public TrafficPlan ShortestPlan =>
        new TrafficPlan(RequestsPerSecond, [.. Steps.Select(s => new Stretch(s.Share, s.Min))]).After(WarmUp);
}
