namespace Release.Gates;

/// <summary>How often a plain criterion fails a candidate that is as good as it was yesterday (gate.md, section 3).</summary>
public static class Odds
{
    /// <summary>
    /// The chance that one measurement of a candidate with a true share of events fails: the upper tail of the binomial
    /// distribution, P(Bin(m, share) &gt; allowed * m) with m = <see cref="Objective.MinRequests"/>. Deciding early does
    /// not add to it up to m requests, because only certain outcomes are decided early. Assumes independent events: with
    /// bursts it is an underestimate (gate.md, section 2.5).
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="share">The candidate's true share of events, 0 to 1.</param>
    public static double OfFalseAlarm(Objective objective, double share)
    {
        if (share <= 0 || share >= 1)
        {
            return share <= 0 || objective.Allowed >= 1 ? 0 : 1;
        }

        var requests = objective.MinRequests;
        var tolerated = Math.Floor(objective.Allowed * requests * (1 + 1e-9));

        // Logarithms, since (1 - share)^m underflows; and the tail itself is summed, since 1 - (the rest) cancels.
        var logOdds = Math.Log(share / (1 - share));
        var term = requests * Math.Log(1 - share);
        var tail = 0.0;
        for (var events = 0; events <= requests; events++)
        {
            if (events > tolerated)
            {
                tail += Math.Exp(term);
            }

            term += Math.Log((requests - events) / (events + 1.0)) + logOdds;
        }

        return Math.Min(1, tail);
    }
}
