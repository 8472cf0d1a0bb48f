using Release.Gates.Evidence;

namespace Release.Gates.Power;

/// <summary>
/// How much evidence a second brings on average, in natural logarithms, for so many requests a second of each variant
/// (gate.md, section 4). Nothing comes of a variant without requests.
/// </summary>
public static class EvidenceRate
{
    /// <summary>That the candidate is worse than stable (tests a and b; b takes the best bound).</summary>
    /// <param name="candidates">The candidate's requests a second.</param>
    /// <param name="baselines">Stable's requests a second.</param>
    /// <param name="candidate">The candidate's true share of events.</param>
    /// <param name="baseline">Stable's.</param>
    /// <param name="dispersion">How much more than independent events these vary, 1 or more.</param>
    public static double OfWorse(double candidates, double baselines, double candidate, double baseline, double dispersion = 1)
    {
        if (candidates <= 0 || baselines <= 0)
        {
            return 0;
        }

        var pooled = ((candidates * candidate) + (baselines * baseline)) / (candidates + baselines);
        return ((candidates * Divergence.Of(candidate, pooled)) + (baselines * Divergence.Of(baseline, pooled))) / dispersion;
    }

    /// <summary>That a candidate that is as good as stable is within the margin (tests a and b).</summary>
    /// <param name="candidates">The candidate's requests a second.</param>
    /// <param name="baselines">Stable's requests a second.</param>
    /// <param name="share">The true share of events of both.</param>
    /// <param name="margin">The margin.</param>
    /// <param name="dispersion">How much more than independent events these vary, 1 or more.</param>
    public static double OfWithin(double candidates, double baselines, double share, Margin margin, double dispersion = 1)
    {
        if (candidates <= 0 || baselines <= 0)
        {
            return 0;
        }

        var (c, b) = Divergence.Nearest(candidates, baselines, share, share, margin);
        return ((candidates * Divergence.Of(share, c)) + (baselines * Divergence.Of(share, b))) / dispersion;
    }

    /// <summary>That the candidate breaks a limit (test c).</summary>
    /// <param name="candidates">The candidate's requests a second.</param>
    /// <param name="candidate">Its true share of events.</param>
    /// <param name="limit">The share that is allowed; none is no limit that the test could judge.</param>
    /// <param name="dispersion">How much more than independent events these vary, 1 or more.</param>
    public static double OfBroken(double candidates, double candidate, double limit, double dispersion = 1) =>
        candidates <= 0 || limit <= 0 || candidate <= limit ? 0 : candidates * Divergence.Of(candidate, limit) / dispersion;

    /// <summary>That the candidate keeps a limit (test c).</summary>
    /// <param name="candidates">The candidate's requests a second.</param>
    /// <param name="candidate">Its true share of events.</param>
    /// <param name="limit">The share that is allowed.</param>
    /// <param name="dispersion">How much more than independent events these vary, 1 or more.</param>
    public static double OfKept(double candidates, double candidate, double limit, double dispersion = 1) =>
        candidates <= 0 || candidate >= limit ? 0 : candidates * Divergence.Of(candidate, limit) / dispersion;
}
