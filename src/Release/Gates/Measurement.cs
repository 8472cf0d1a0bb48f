namespace Release.Gates;

/// <summary>How a measurement ended, if it did.</summary>
public enum MeasurementResult
{
    /// <summary>Not enough requests or time yet.</summary>
    Open,

    /// <summary>The candidate keeps the objective.</summary>
    Success,

    /// <summary>The candidate breaks the objective.</summary>
    Failure,

    /// <summary>Candidate and stable both break it: nobody's regression (gate.md, section 2.6).</summary>
    Both,

    /// <summary>The limit lies between two buckets, and so does the candidate.</summary>
    Between,
}

/// <summary>
/// Counts of one stretch of time, pooled; stretches are disjoint. With an allowed share p, n requests, e events and
/// m = <see cref="Objective.MinRequests"/> it fails as soon as e &gt; p * max(n, m): up to m requests that outcome is
/// certain, so a bad candidate is caught within a tick, and a few errors among few requests cannot fail a good one. It
/// succeeds once n &gt;= m, the interval is over and e &lt;= p * n. While stable has several events and more than its share
/// of them, but not yet enough to be certain, a failure waits: until stable is found to break the objective too (nobody's
/// regression), or to keep it, or the measurement is complete.
/// </summary>
/// <remarks>
/// By default m = 5 / p, so six events are needed to fail. A candidate whose true share is p / 5 then fails one
/// measurement with a chance of about 6e-4 (at p = 1 %: P(Bin(500, 0.002) &gt; 5) = 5.9e-4; Poisson(1): 5.94e-4), one
/// of p / 10 with 1.4e-5; over k measurements it is at most k times that. Errors that come in bursts fail more often.
/// <see cref="Odds"/> computes it.
/// </remarks>
/// <param name="Start">When it began.</param>
/// <param name="Candidate">The candidate's counts since then.</param>
/// <param name="Stable">Stable's counts since then.</param>
public sealed record Measurement(DateTimeOffset Start, EventCounts Candidate, EventCounts Stable)
{
    /// <summary>Begins a measurement.</summary>
    public static Measurement Begin(DateTimeOffset at) => new(at, default, default);

    /// <summary>Adds the counts of a tick.</summary>
    public Measurement Add(EventCounts candidate, EventCounts stable) =>
        this with { Candidate = Candidate.Add(candidate), Stable = Stable.Add(stable) };

    /// <summary>Says how it stands.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="at">Now.</param>
    public MeasurementResult Judge(Objective objective, DateTimeOffset at)
    {
        var isComplete = Candidate.Requests >= objective.MinRequests && at - Start >= objective.Interval - objective.Slack;
        if (objective.IsBroken(Candidate))
        {
            // A shared outage seldom reaches certainty for both in the same tick: which of them is asked first is luck.
            return objective.IsBroken(Stable) ? MeasurementResult.Both
                : !objective.IsInDoubt(Stable) ? MeasurementResult.Failure
                : isComplete ? MeasurementResult.Both : MeasurementResult.Open;
        }

        return !isComplete ? MeasurementResult.Open
            : objective.IsKept(Candidate) ? MeasurementResult.Success : MeasurementResult.Between;
    }
}
