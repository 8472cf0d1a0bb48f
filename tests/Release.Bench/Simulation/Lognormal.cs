namespace Release.Bench.Simulation;

/// <summary>Latency with a median of 100 ms and a 95 % point of 400 ms.</summary>
internal static class Lognormal
{
    private const double Median = 100;

    // ln 4 / 1.6448536, the 95 % point of the normal distribution.
    private const double Sigma = 0.8428071278835987;

    /// <summary>The share at or below each bound (ms), everything slower by a factor.</summary>
    public static double[] Below(IReadOnlyList<double> bounds, double scale) => [.. bounds.Select(b => Normal(Math.Log(b / (Median * scale)) / Sigma))];

    /// <summary>Φ(z), by the series and the continued fraction of the error function; 1e-14.</summary>
    private static double Normal(double z)
    {
        var x = Math.Abs(z);
        var density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        double tail;
        if (x < 3)
        {
            var (term, sum) = (x, x);
            for (var i = 3; term > 1e-18; i += 2)
            {
                term *= x * x / i;
                sum += term;
            }

            tail = 0.5 - (density * sum);
        }
        else
        {
            var fraction = x;
            for (var i = 60; i > 0; i--)
            {
                fraction = x + (i / fraction);
            }

            tail = density / fraction;
        }

        return z > 0 ? 1 - tail : tail;
    }
}
