using Release.Gates.Split;

namespace Release.Gates.Criteria;

/// <summary>How often plain checks fail a candidate that is as good as stable (gate.md, section 3). Assumes independent events but for the dispersion.</summary>
public static class CheckOdds
{
    // Nine standard deviations: what is left out is below 1e-18.
    private const double Reach = 9;
    private const int MostSizes = 2_000;

    /// <summary>
    /// The chance that one check fails: the sum over the requests that may come, Σ Poisson(n) P(Bin(n, share) &gt; allowed n).
    /// The sum matters: with 600 requests expected, 1 % errors and 1.5 % allowed it is 11.5 %; for exactly 600 it is 8.3 %.
    /// </summary>
    /// <param name="expected">Requests expected in a check.</param>
    /// <param name="share">The candidate's true share of events, 0 to 1.</param>
    /// <param name="allowed">The share that is allowed.</param>
    /// <param name="dispersion">How much more than independent events these vary, 1 or more; so many fewer requests decide.</param>
    /// <param name="minRequests">Below this a check is inconclusive.</param>
    public static double OfFailure(
        double expected, double share, double allowed, double dispersion = 1, double minRequests = 20)
    {
        var mean = expected / dispersion;
        if (!(mean > 0) || share <= 0 || allowed >= 1)
        {
            return 0;
        }

        var spread = (Reach * Math.Sqrt(mean)) + 20;
        var first = Math.Max(Math.Max(0, Math.Floor(mean - spread)), Math.Ceiling(minRequests / dispersion));
        var step = Math.Max(1, Math.Floor(2 * spread / MostSizes));
        var sum = 0.0;
        for (var n = first; n <= mean + spread; n += step)
        {
            var chance = Math.Exp((n * Math.Log(mean)) - mean - LogBeta.Gamma(n + 1));
            sum += step * chance * AboveBinomial(Math.Floor(allowed * n * (1 + 1e-9)), n, share);
        }

        return Math.Min(1, sum);
    }

    /// <summary>The chance that more than a limit of checks fail.</summary>
    /// <param name="checks">Checks.</param>
    /// <param name="limit">How many may fail; -1 is off.</param>
    /// <param name="each">The chance that one fails.</param>
    public static double OfMoreThan(int checks, int limit, double each) =>
        limit == CriterionLimits.Off ? 0 : AboveBinomial(limit, checks, each);

    /// <summary>
    /// The chance that so many checks in a row fail, step by step; about 1 - exp(-(m - N + 1)(1 - P)P^N) for m checks, N in a
    /// row and the chance P of one.
    /// </summary>
    /// <param name="checks">Checks.</param>
    /// <param name="inRow">How many in a row, 1 or more.</param>
    /// <param name="each">The chance that one fails.</param>
    public static double OfRow(int checks, int inRow, double each)
    {
        // The chance of each length of the row that is under way, while it was never long enough.
        var rows = new double[inRow];
        rows[0] = 1;
        var reached = 0.0;
        for (var check = 0; check < checks; check++)
        {
            reached += rows[^1] * each;
            var ended = rows.Sum() * (1 - each);
            for (var length = inRow - 1; length > 0; length--)
            {
                rows[length] = rows[length - 1] * each;
            }

            rows[0] = ended;
        }

        return Math.Min(1, reached);
    }

    /// <summary>P(Bin(n, share) &gt; k).</summary>
    private static double AboveBinomial(double k, double n, double share)
    {
        if (k < 0 || k >= n || share is <= 0 or >= 1)
        {
            return k < 0 || (k < n && share >= 1) ? 1 : 0;
        }

        // The side away from the mean is the small one, and its terms only fall.
        return k + 1 > n * share
            ? Tail(k + 1, n, share)
            : 1 - Tail(n - k, n, 1 - share);
    }

    // P(Bin(n, share) >= k) for k above the mean.
    private static double Tail(double k, double n, double share)
    {
        var odds = share / (1 - share);
        var term = Math.Exp(
            (k * Math.Log(share)) + ((n - k) * LogBeta.LogOnePlus(-share)) - Math.Log(n + 1) - LogBeta.Of(n - k + 1, k + 1));
        var sum = 0.0;
        for (var i = k; i <= n && term > sum * 1e-17; i++)
        {
            sum += term;
            term *= (n - i) / (i + 1) * odds;
        }

        return sum;
    }
}
