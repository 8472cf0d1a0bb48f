namespace Release.Gates.Split;

/// <summary>
/// Evidence about a share of events among requests, as natural logarithms of e-processes: with a true share on the side of
/// the null the process stays below 1/α for ever with probability 1 - α, however often one looks. 0 is no evidence; NaN
/// means that it could not be computed and must be taken for unavailable.
/// </summary>
public static class ShareEvidence
{
    // The prior weighs as much as a hundred requests; its mean is the null's own share (gate.md, 2.4).
    private const double PriorRequests = 100;

    /// <summary>Evidence that the share is above <paramref name="share"/>.</summary>
    /// <param name="events">Events.</param>
    /// <param name="requests">Requests, at least as many.</param>
    /// <param name="share">The null's share, between 0 and 1.</param>
    public static double Above(double events, double requests, double share) =>
        OneSided(events, requests - events, share, 1 - share);

    /// <summary>Evidence that the share is below <paramref name="share"/>.</summary>
    /// <param name="events">Events.</param>
    /// <param name="requests">Requests, at least as many.</param>
    /// <param name="share">The null's share, between 0 and 1.</param>
    public static double Below(double events, double requests, double share) =>
        OneSided(requests - events, events, 1 - share, share);

    /// <summary>Evidence that the share is not exactly <paramref name="share"/> (Lindon and Malek, arXiv 2011.03567).</summary>
    /// <param name="events">Events.</param>
    /// <param name="requests">Requests, at least as many.</param>
    /// <param name="share">The null's share, between 0 and 1.</param>
    public static double Not(double events, double requests, double share) => Not(
        [events, requests - events],
        [PriorRequests * share, PriorRequests * (1 - share)],
        [share, 1 - share]);

    /// <summary>Evidence that counts per category do not have these shares, for any number of categories.</summary>
    /// <param name="counts">Counts.</param>
    /// <param name="prior">The Dirichlet prior's parameters, positive.</param>
    /// <param name="shares">The null's shares, which sum to 1.</param>
    /// <exception cref="ArgumentException">The three are not of the same length.</exception>
    public static double Not(ReadOnlySpan<double> counts, ReadOnlySpan<double> prior, ReadOnlySpan<double> shares)
    {
        if (counts.Length != prior.Length || counts.Length != shares.Length)
        {
            throw new ArgumentException("Counts, prior and shares must be of the same length.", nameof(counts));
        }

        // A multivariate beta function is a product of ordinary ones, which keeps the digits of large counts.
        var (evidence, countsAfter, priorAfter) = (0.0, 0.0, 0.0);
        for (var i = counts.Length - 1; i >= 0; i--)
        {
            if (i < counts.Length - 1)
            {
                evidence += LogBeta.Of(prior[i] + counts[i], priorAfter + countsAfter) - LogBeta.Of(prior[i], priorAfter);
            }

            evidence -= counts[i] > 0 ? counts[i] * Math.Log(shares[i]) : 0;
            countsAfter += counts[i];
            priorAfter += prior[i];
        }

        return evidence;
    }

    // A mixture over all shares above the null's: a beta prior cut off there. Both shares are given, since 1 - (1 - p)
    // is not p.
    private static double OneSided(double events, double others, double share, double rest)
    {
        var (a, b) = (PriorRequests * share, PriorRequests * rest);
        var (after, restAfter) = (a + events, b + others);
        var prior = LogBeta.Of(a, b) + LogBeta.Regularized(b, a, rest);

        // Where the fraction converges, everything that grows with the requests cancels on paper, so leave it out.
        return LogBeta.IsDirect(restAfter, after, rest)
            ? (b * Math.Log(rest)) + (a * Math.Log(share)) - Math.Log(restAfter)
                + Math.Log(LogBeta.Fraction(restAfter, after, rest)) - prior
            : LogBeta.Of(after, restAfter) + LogBeta.Regularized(restAfter, after, rest) - prior
                - (events * Math.Log(share)) - (others * Math.Log(rest));
    }
}
