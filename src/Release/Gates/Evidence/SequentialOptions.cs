using System.Collections.Immutable;

namespace Release.Gates.Evidence;

/// <summary>What a gate decides by, fixed before the candidate takes traffic.</summary>
public sealed record SequentialOptions
{
    /// <summary>Gets the objectives, at least one.</summary>
    public required ImmutableArray<TestedObjective> Objectives { get; init; }

    /// <summary>Gets the chance that a candidate that is not worse is failed in a whole rollout. A gate that lost its state starts again with half.</summary>
    public double Alpha { get; init; } = 0.01;

    /// <summary>Gets the chance that a candidate on the boundary of a margin passes a step.</summary>
    public double PassAlpha { get; init; } = 0.05;

    /// <summary>Gets over how many ticks the rollout is planned.</summary>
    public int PlannedTicks { get; init; } = 360;

    /// <summary>Gets the first stretch of a candidate with traffic, whose counts are dropped.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>Gets how long a step lasts at least.</summary>
    public TimeSpan MinDuration { get; init; }

    /// <summary>Gets how old the newest reading of a side may be before the gate is unavailable.</summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromSeconds(60);

    internal double LogEnough => -Math.Log(Alpha);

    internal double LogEnoughToPass => -Math.Log(PassAlpha);
}

/// <summary>What was counted since the previous tick.</summary>
/// <param name="At">The end of the tick.</param>
/// <param name="Share">The candidate's share that was asked for, 0 to 1; null when nobody knows.</param>
/// <param name="Stable">Stable's counts; null when it was not read.</param>
/// <param name="Candidate">The candidate's counts; null when it was not read.</param>
public readonly record struct SequentialTick(DateTimeOffset At, double? Share, Counters? Stable, Counters? Candidate);
