using System.Collections.Immutable;

namespace Release.Gates.Evidence;

/// <summary>
/// The bounds of a histogram at which both sides are compared, chosen once from the history (gate.md, section 2.3). Quantiles
/// are never interpolated.
/// </summary>
/// <param name="Fail">In seconds, ascending, at most 8: where between 0.5 and 60 % of the history lie above.</param>
/// <param name="Pass">In seconds, ascending, at most 4: around the quantile.</param>
internal sealed record LatencyBounds(ImmutableArray<double> Fail, ImmutableArray<double> Pass)
{
    private const int MostFail = 8;
    private const int MostPass = 4;

    // Both ends are included, also where 1 - 0.95 is a little more than 0.05.
    private const double Slack = 1e-9;

    /// <summary>Chooses.</summary>
    /// <param name="bounds">Finite bounds in seconds, ascending.</param>
    /// <param name="above">For each, how many of the history's requests took longer.</param>
    /// <param name="requests">The history's requests.</param>
    /// <param name="quantile">The quantile that matters, strictly between 0 and 1.</param>
    public static LatencyBounds Choose(ImmutableArray<double> bounds, ReadOnlySpan<double> above, double requests, double quantile)
    {
        var (fail, pass) = (new List<double>(), new List<double>());
        for (var i = 0; i < bounds.Length; i++)
        {
            var share = above[i] / requests;
            if (IsWithin(share, 0.005, 0.6))
            {
                fail.Add(bounds[i]);
            }

            if (IsWithin(share, 0.3 * (1 - quantile), 3 * (1 - quantile)))
            {
                pass.Add(bounds[i]);
            }
        }

        return new(Spread(fail, MostFail), Spread(pass, MostPass));
    }

    private static bool IsWithin(double share, double low, double high) => share >= low * (1 - Slack) && share <= high * (1 + Slack);

    private static ImmutableArray<double> Spread(List<double> bounds, int most) => bounds.Count <= most
        ? [.. bounds]
        : [.. Enumerable.Range(0, most).Select(i => (int)Math.Round(i * (bounds.Count - 1) / (double)(most - 1))).Distinct().Select(i => bounds[i])];
}
