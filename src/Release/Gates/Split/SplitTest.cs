namespace Release.Gates.Split;

/// <summary>On which side of the requested share the observed one is.</summary>
public enum SplitSide
{
    /// <summary>On neither, as far as so many requests can tell.</summary>
    None,

    /// <summary>The candidate gets more than was asked for.</summary>
    Above,

    /// <summary>The candidate gets less than was asked for.</summary>
    Below,
}

/// <summary>What the requests say about the split. Evidence is the natural logarithm of an e-process; 0 is none.</summary>
/// <param name="Above">Evidence that the candidate gets more than the tolerance allows; this acts.</param>
/// <param name="Below">Evidence that the candidate gets less than the tolerance allows; this acts.</param>
/// <param name="Exact">
/// Evidence that the share is not exactly the requested one. It is shown and never acted on: balancing by connection is
/// never exact, and 60,000 requests see 11.8 % against 10 % at once.
/// </param>
/// <param name="Observed">The shares that are possible after what was counted, at 95 % and at all ticks at once.</param>
public sealed record SplitEvidence(double Above, double Below, double Exact, ShareInterval Observed)
{
    /// <summary>Gets on which side the split is out of its tolerance; that is wrong at most once in 1,000 rollouts.</summary>
    public SplitSide Mismatch =>
        Above >= SplitTest.Enough ? SplitSide.Above
        : Below >= SplitTest.Enough ? SplitSide.Below
        : SplitSide.None;
}

/// <summary>
/// Is the candidate's share of the requests what was asked for (gate.md, section 5)? Counts are of one stretch of constant
/// share, best without the first 30 s after a change. It may be asked at every tick. A mismatch says nothing about the
/// candidate: it makes the gate unavailable, and the rollout holds.
/// </summary>
public static class SplitTest
{
    /// <summary>The tolerance, as a part of the share that was asked for.</summary>
    public const double Tolerance = 0.2;

    private const double LeastTolerance = 0.005;

    /// <summary>The evidence that is enough: α = 0.001, spent on two sides.</summary>
    public static readonly double Enough = Math.Log(2000);

    /// <summary>The shares that are taken for what was asked for.</summary>
    /// <param name="share">The share that was asked for, between 0 and 1.</param>
    public static ShareInterval Tolerated(double share)
    {
        var low = Math.Min(share * (1 - Tolerance), share - LeastTolerance);
        var high = Math.Max(share * (1 + Tolerance), share + LeastTolerance);

        // Near 100 % a fifth more would allow everything: there, stable must get at least half of its share.
        return new ShareInterval(Math.Max(low, 0), high < 1 ? high : (1 + share) / 2);
    }

    /// <summary>Weighs a stretch.</summary>
    /// <param name="candidate">The candidate's requests.</param>
    /// <param name="requests">All requests.</param>
    /// <param name="share">The share that was asked for; at 0 and at 1 there is no evidence.</param>
    /// <param name="planned">Requests at the planned end of the stretch.</param>
    public static SplitEvidence Weigh(double candidate, double requests, double share, double planned)
    {
        var observed = ShareInterval.Of(candidate, requests, planned);
        if (share is <= 0 or >= 1)
        {
            return new SplitEvidence(0, 0, 0, observed);
        }

        var tolerated = Tolerated(share);
        return new SplitEvidence(
            ShareEvidence.Above(candidate, requests, tolerated.High),
            tolerated.Low > 0 ? ShareEvidence.Below(candidate, requests, tolerated.Low) : 0,
            ShareEvidence.Not(candidate, requests, share),
            observed);
    }
}
