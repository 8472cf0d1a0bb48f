namespace Release.Gates.Split;

/// <summary>
/// The shares that so many events among so many requests leave possible. Valid at every tick at once: with probability
/// 1 - α the true share is in all the intervals that are ever printed.
/// </summary>
/// <param name="Low">The lowest, 0 to 1.</param>
/// <param name="High">The highest, 0 to 1.</param>
public readonly record struct ShareInterval(double Low, double High)
{
    private const double UsualAlpha = 0.05;

    /// <summary>Computes it.</summary>
    /// <param name="events">Events.</param>
    /// <param name="requests">Requests.</param>
    /// <param name="planned">
    /// Requests at the planned end, where the interval is tightest. Must not depend on what was counted, else it is not
    /// valid at every tick.
    /// </param>
    /// <param name="alpha">The chance that the true share is ever outside; 0.05 is what is called 95 %.</param>
    public static ShareInterval Of(double events, double requests, double planned, double alpha = UsualAlpha)
    {
        if (requests <= 0)
        {
            return new ShareInterval(0, 1);
        }

        var prior = Math.Max(BetaBinomialMixture.Precision(planned, UsualAlpha) - 1, 1e-3);
        var level = Math.Log(1 / alpha);
        var seen = events / requests;
        return new ShareInterval(events <= 0 ? 0 : Edge(0, seen), events >= requests ? 1 : Edge(1, seen));

        // From both ends inwards, until no number lies between.
        double Edge(double outside, double inside)
        {
            for (var i = 0; i < 200; i++)
            {
                var middle = outside + ((inside - outside) / 2);
                if (middle == outside || middle == inside)
                {
                    break;
                }

                (outside, inside) = EvidenceAgainst(middle) < level ? (outside, middle) : (middle, inside);
            }

            return inside;
        }

        double EvidenceAgainst(double share)
        {
            var (a, b) = (prior * (1 - share), prior * share);
            return LogBeta.Of(a + requests - events, b + events) - LogBeta.Of(a, b)
                - (events * Math.Log(share)) - ((requests - events) * Math.Log(1 - share));
        }
    }
}
