namespace Release.Gates.Split;

/// <summary>
/// Logarithms of the beta function and of the regularised incomplete beta function. Logarithms all the way, since the
/// values themselves underflow from about 70,000 requests on, and a clamped value is a false verdict (gate.md, 2.4).
/// </summary>
internal static class LogBeta
{
    private const double HalfLogTwoPi = 0.91893853320467274178;
    private const double Asymptotic = 10;
    private const int MostSteps = 100_000;
    private const double Tiny = 1e-300;

    /// <summary>ln Γ(x) for x &gt; 0.</summary>
    public static double Gamma(double x)
    {
        // Stirling's series from 10 on; below, Γ(x) = Γ(x + n) / (x (x + 1) …).
        var product = 1.0;
        for (; x < Asymptotic; x++)
        {
            product *= x;
        }

        return ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + Correction(x) - Math.Log(product);
    }

    /// <summary>
    /// ln B(a, b) for positive a and b. Not as a difference of three ln Γ: at 100,000,000 that loses seven digits of the
    /// result, which the gate compares with ln 100.
    /// </summary>
    public static double Of(double a, double b)
    {
        var (small, large) = a <= b ? (a, b) : (b, a);
        if (large < Asymptotic)
        {
            return Gamma(small) + Gamma(large) - Gamma(small + large);
        }

        // B(a, b) = B(a + 1, b) (a + b) / a.
        var raised = 0.0;
        for (; small < Asymptotic; small++)
        {
            raised += Math.Log((small + large) / small);
        }

        (small, large) = small <= large ? (small, large) : (large, small);
        var ratio = small / large;
        return HalfLogTwoPi - (0.5 * Math.Log(large))
            + Correction(small) + Correction(large) - Correction(small + large)
            + ((small - 0.5) * Math.Log(ratio / (1 + ratio))) - (large * LogOnePlus(ratio))
            + raised;
    }

    /// <summary>ln I_x(a, b); NaN when the continued fraction does not converge, which the caller takes for unavailable.</summary>
    public static double Regularized(double a, double b, double x)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? double.NegativeInfinity : 0;
        }

        // Just in the middle neither side is the direct one, and either will do.
        return IsDirect(a, b, x) ? Direct(a, b, x) : LogOnePlus(-Math.Exp(Direct(b, a, 1 - x)));
    }

    /// <summary>Says whether the continued fraction converges fast at (a, b, x) itself, not only at (b, a, 1 - x).</summary>
    public static bool IsDirect(double a, double b, double x) => x < (a + 1) / (a + b + 2);

    /// <summary>The continued fraction of DLMF 8.17.22, by Lentz's method; NaN when it does not converge.</summary>
    public static double Fraction(double a, double b, double x)
    {
        var numerator = 1.0;
        var denominator = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        var value = denominator;
        for (var m = 1; m <= MostSteps; m++)
        {
            Extend(m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m))));
            var change = Extend(-(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1)));
            if (Math.Abs(change - 1) <= 3e-16)
            {
                return value;
            }
        }

        return double.NaN;

        double Extend(double coefficient)
        {
            denominator = 1 / NotZero(1 + (coefficient * denominator));
            numerator = NotZero(1 + (coefficient / numerator));
            var change = numerator * denominator;
            value *= change;
            return change;
        }
    }

    /// <summary>ln(1 + x) with all its digits where x is small; <see cref="double.LogP1(double)"/> of .NET loses them.</summary>
    public static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x
            : double.IsInfinity(sum) || sum <= 0 ? Math.Log(sum)
            : Math.Log(sum) * (x / (sum - 1));
    }

    private static double Direct(double a, double b, double x) =>
        (a * Math.Log(x)) + (b * LogOnePlus(-x)) - Of(a, b) - Math.Log(a) + Math.Log(Fraction(a, b, x));

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    // Bernoulli numbers: B_2k / (2k (2k - 1) x^(2k - 1)); what is left out is below 3e-17 from 10 on.
    private static double Correction(double x)
    {
        var inverse = 1 / x;
        var square = inverse * inverse;
        return inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680)
            - (square * ((1.0 / 1188) - (square * ((691.0 / 360360) - (square / 156))))))))))));
    }
}
