using System.Collections.Immutable;

namespace Release.Gates.Criteria;

/// <summary>What a criterion sees in a tick.</summary>
/// <param name="At">Now.</param>
/// <param name="Candidate">The candidate's counts since the last tick.</param>
/// <param name="Stable">Stable's counts since the last tick.</param>
/// <param name="Problem">Why there are none, or null.</param>
public sealed record CriterionTick(DateTimeOffset At, EventCounts Candidate, EventCounts Stable, string? Problem = null)
{
    /// <summary>
    /// A number that a query yields, as one request with so many events: then a check's share is the mean of its ticks. A
    /// criterion on it has a <see cref="Criterion.MinRequests"/> of 1.
    /// </summary>
    public static CriterionTick Of(DateTimeOffset at, double candidate, double? stable = null) =>
        double.IsFinite(candidate)
            ? new(at, Single(candidate), stable is { } value && double.IsFinite(value) ? Single(value) : default)
            : new(at, default, default, "the query's answer is not a number");

    private static EventCounts Single(double value) => new(1, value, value);
}

/// <summary>Counts of one interval.</summary>
/// <param name="Candidate">The candidate's.</param>
/// <param name="Stable">Stable's.</param>
public readonly record struct IntervalCounts(EventCounts Candidate, EventCounts Stable)
{
    /// <summary>Adds the counts of another stretch.</summary>
    public IntervalCounts Add(IntervalCounts other) => new(Candidate.Add(other.Candidate), Stable.Add(other.Stable));
}

/// <summary>Where one criterion stands. Intervals are disjoint, and no tick is in two of them.</summary>
public sealed record CriterionState
{
    /// <summary>Gets when the next check is due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Gets the counts since the last check that could measure.</summary>
    public IntervalCounts Current { get; init; }

    /// <summary>Gets the intervals that the next check pools with its own, the oldest first.</summary>
    public ImmutableArray<IntervalCounts> Past { get; init; } = [];

    /// <summary>Gets what the checks have come to.</summary>
    public CriterionRun Run { get; init; } = CriterionRun.Begun;

    /// <summary>Gets how the last check ended; null before the first.</summary>
    public CheckResult? Last { get; init; }

    /// <summary>Gets a value indicating whether stable broke it in the last check as well.</summary>
    public bool IsShared { get; init; }

    /// <summary>Gets why the last check could not measure, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets what the last check measured: events of a request, or a query's mean; null when it could not.</summary>
    public double? Value { get; init; }

    /// <summary>Begins.</summary>
    public static CriterionState Begin(Criterion criterion, DateTimeOffset at) => new() { DueAt = at + criterion.Interval };

    /// <summary>Takes in a tick. Ticks must come in the order of time and be disjoint.</summary>
    /// <param name="criterion">The criterion.</param>
    /// <param name="tick">The tick.</param>
    /// <param name="slack">How much too early a tick may come and still end an interval; half a tick.</param>
    public CriterionState Advance(Criterion criterion, CriterionTick tick, TimeSpan slack)
    {
        var next = this with { Current = Current.Add(new(tick.Candidate, tick.Stable)) };
        if (tick.At < DueAt - slack)
        {
            return next;
        }

        // What was counted before the reading failed stays: the next check sees a longer time, and nothing is lost.
        return tick.Problem is { } problem
            ? next.Fail(criterion, tick.At, problem)
            : next.Check(criterion, tick.At);
    }

    private CriterionState Fail(Criterion criterion, DateTimeOffset at, string problem) => this with
    {
        DueAt = at + (criterion.Interval < Criterion.Retry ? criterion.Interval : Criterion.Retry),
        Run = Run.Advance(criterion.Limits, CheckResult.Error),
        Last = CheckResult.Error,
        IsShared = false,
        Value = null,
        Problem = problem,
    };

    private CriterionState Check(Criterion criterion, DateTimeOffset at)
    {
        var intervals = Past.Add(Current);
        var next = this with { DueAt = at + criterion.Interval, Current = default, Problem = null };
        if (intervals.Length < criterion.Pooled)
        {
            return next with { Past = intervals };
        }

        var pooled = intervals.Aggregate((sum, i) => sum.Add(i));
        var (result, isShared) = criterion.Check(pooled.Candidate, pooled.Stable);
        return next with
        {
            Past = intervals.RemoveAt(0),
            Run = Run.Advance(criterion.Limits, result),
            Last = result,
            IsShared = isShared,
            Value = pooled.Candidate.Requests > 0 ? pooled.Candidate.Sure / pooled.Candidate.Requests : null,
        };
    }
}
