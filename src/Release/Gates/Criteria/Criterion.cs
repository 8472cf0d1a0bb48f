namespace Release.Gates.Criteria;

/// <summary>
/// A plain rule as a runbook states it, beside the statistical tests: "error rate above 1 % for 10 minutes". Its false alarms
/// are added on top of those of the tests, so show them (<see cref="CriterionOdds"/>; gate.md, section 3).
/// </summary>
public sealed record Criterion
{
    /// <summary>After an error the next check is due after this, not after a whole interval.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    /// <summary>Gets its name.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what must hold.</summary>
    public required Condition Condition { get; init; }

    /// <summary>Gets the time between two checks; each sees what was counted since the last.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets over how long a time the counts of a check are pooled; null for its own interval.</summary>
    public TimeSpan? Over { get; init; }

    /// <summary>Gets how many requests a check needs; with fewer it is inconclusive.</summary>
    public double MinRequests { get; init; } = 20;

    /// <summary>Gets how many checks may end how.</summary>
    public CriterionLimits Limits { get; init; } = CriterionLimits.Argo;

    /// <summary>Gets a value indicating whether it is judged in the warm-up too.</summary>
    public bool RunsInWarmUp { get; init; }

    /// <summary>Gets how many intervals a check pools.</summary>
    public int Pooled => Over is { } over ? Intervals(over, Interval) : 1;

    /// <summary>"Immediate": the first tick that breaks it fails.</summary>
    public static Criterion Immediately(string id, Condition condition, TimeSpan tick) =>
        new() { Id = id, Condition = condition, Interval = tick, Limits = CriterionLimits.Immediate, RunsInWarmUp = true };

    /// <summary>"For 10 minutes": every check of that time breaks it.</summary>
    public static Criterion For(string id, Condition condition, TimeSpan time, TimeSpan interval) =>
        new() { Id = id, Condition = condition, Interval = interval, Limits = CriterionLimits.InRow(Intervals(time, interval)) };

    /// <summary>"Over 10 minutes": the share of all requests of that time breaks it, looked at after every interval.</summary>
    public static Criterion PooledOver(string id, Condition condition, TimeSpan time, TimeSpan interval) =>
        new() { Id = id, Condition = condition, Interval = interval, Over = time, Limits = CriterionLimits.Immediate };

    /// <summary>The result of a check from the counts of its time.</summary>
    /// <param name="candidate">The candidate's counts.</param>
    /// <param name="stable">Stable's; what stable breaks as well is nobody's regression (gate.md, 2.6).</param>
    public (CheckResult Result, bool IsShared) Check(EventCounts candidate, EventCounts stable)
    {
        if (!double.IsFinite(candidate.Requests) || !double.IsFinite(candidate.Sure) || !double.IsFinite(candidate.Possible))
        {
            return (CheckResult.Error, false);
        }

        if (candidate.Requests < MinRequests || candidate.Requests <= 0)
        {
            return (CheckResult.Inconclusive, false);
        }

        if (!IsBrokenBy(candidate))
        {
            return (Condition.IsKeptBy(candidate.Possible / candidate.Requests) ? CheckResult.Success : CheckResult.Inconclusive, false);
        }

        var isShared = stable.Requests >= MinRequests && stable.Requests > 0 && IsBrokenBy(stable);
        return (isShared ? CheckResult.Inconclusive : CheckResult.Failure, isShared);
    }

    private bool IsBrokenBy(EventCounts counts) => Condition.IsBrokenBy(counts.Sure / counts.Requests);

    // Ten minutes that are told as 9.9 intervals are ten of them, and 10.0000001 too.
    private static int Intervals(TimeSpan time, TimeSpan interval) => Math.Max(1, (int)Math.Ceiling((time / interval) - 1e-9));
}
