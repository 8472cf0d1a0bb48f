namespace Release.Gates.Criteria;

/// <summary>What a value must be: a share of events from 0 to 1, or any number that a query yields.</summary>
/// <param name="Limit">Beyond this it is broken; at it, it is kept.</param>
/// <param name="SucceedsAt">Up to this it is kept; null for <paramref name="Limit"/>. Between the two is neither.</param>
/// <param name="IsMinimum">Whether it is broken below the limit instead of above.</param>
public readonly record struct Condition(double Limit, double? SucceedsAt = null, bool IsMinimum = false)
{
    // 0.29 * 100 is 28.999999999999996: what is exactly at its limit keeps it.
    private const double Slack = 1e-9;

    /// <summary>Says whether a value breaks it.</summary>
    public bool IsBrokenBy(double value) => IsBeyond(value, Limit);

    /// <summary>Says whether a value keeps it.</summary>
    public bool IsKeptBy(double value) => !IsBeyond(value, SucceedsAt ?? Limit);

    private bool IsBeyond(double value, double limit) =>
        IsMinimum ? value < limit - (Slack * Math.Abs(limit)) : value > limit + (Slack * Math.Abs(limit));
}
