using Release.Gates.Evidence;
using Release.Gates.Split;

namespace Release.Gates.Power;

/// <summary>How far shares are from what a null allows: the evidence that a request brings, in natural logarithms.</summary>
internal static class Divergence
{
    private const double Least = 1e-12;

    /// <summary>KL(x‖y) of two shares: x ln(x/y) + (1 - x) ln((1 - x)/(1 - y)), with 0 ln 0 = 0.</summary>
    public static double Of(double x, double y) => Part(x, y) + Part(1 - x, 1 - y);

    /// <summary>
    /// The pair on the boundary p_c = ratio * p_b + difference that is nearest to (c, b) for so many requests of each
    /// (gate.md, 2.2, step 3).
    /// </summary>
    /// <returns>The candidate's and the baseline's share.</returns>
    public static (double Candidate, double Baseline) Nearest(
        double candidates, double baselines, double c, double b, Margin margin)
    {
        if (margin is { Ratio: 1, Absolute: 0 })
        {
            var both = ((candidates * c) + (baselines * b)) / (candidates + baselines);
            return (both, both);
        }

        var (r, d) = (margin.Ratio, margin.Absolute);
        if (d == 0)
        {
            var square = r * (candidates + baselines);
            var linear = (candidates * (r + c)) + (baselines * (1 + (r * b)));
            var constant = (candidates * c) + (baselines * b);
            var root = Math.Sqrt(Math.Max((linear * linear) - (4 * square * constant), 0));
            var share = 2 * constant / (linear + root);
            return (Math.Min(r * share, 1 - Least), share);
        }

        var (low, high) = (Least, Math.Min(1, (1 - d) / r) - Least);
        for (var i = 0; i < 60; i++)
        {
            var x = (low + high) / 2;
            var y = (r * x) + d;
            var slope = (candidates * r * ((c / y) - ((1 - c) / (1 - y)))) + (baselines * ((b / x) - ((1 - b) / (1 - x))));
            (low, high) = slope > 0 ? (x, high) : (low, x);
        }

        return ((r * low) + d, low);
    }

    private static double Part(double x, double y) =>
        x <= 0 ? 0
        : y <= 0 ? double.PositiveInfinity
        : Math.Abs(x - y) < 0.1 * y ? x * LogBeta.LogOnePlus((x - y) / y)
        : x * Math.Log(x / y);
}
