namespace Release.Gates.Evidence;

/// <summary>
/// Logarithms of the beta function and of the regularised incomplete beta function, also where the function itself is 0 or 1
/// to a double (gate.md, section 2.4): clamping an underflowed value fails healthy candidates and passes sick ones.
/// </summary>
internal static class LogBeta
{
    private const double Tiny = 1e-300;
    private const double Settled = 3e-16;

    // 490 steps are needed at 1e8 observations.
    private const int MostSteps = 100_000;
    private const double LogRootTwoPi = 0.91893853320467274178;

    /// <summary>ln(1 + x), exact also for an x that vanishes beside 1; .NET's <c>LogP1</c> is not.</summary>
    public static double OnePlus(double x)
    {
        // The error of the rounded sum and that of its logarithm cancel (Kahan).
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }

    /// <summary>ln Γ(x) for x above 0.</summary>
    public static double Gamma(double x)
    {
        var product = 1.0;
        for (; x < 10; x++)
        {
            product *= x;
        }

        return ((x - 0.5) * Math.Log(x)) - x + LogRootTwoPi + Correction(x) - Math.Log(product);
    }

    /// <summary>ln B(a, b). Not as a sum of three ln Γ, which at 1e8 leaves seven digits.</summary>
    public static double Of(double a, double b)
    {
        var (small, large) = (Math.Min(a, b), Math.Max(a, b));
        var sum = small + large;
        return large < 10 ? Gamma(small) + Gamma(large) - Gamma(sum)
            : small < 10 ? Gamma(small) + Correction(large) - Correction(sum) + small - (small * Math.Log(sum)) + ((large - 0.5) * OnePlus(-small / sum))
            : LogRootTwoPi - (0.5 * Math.Log(large)) + Correction(small) + Correction(large) - Correction(sum)
                + ((small - 0.5) * Math.Log(small / sum)) + (large * OnePlus(-small / sum));
    }

    /// <summary>ln I_x(a, b), never above 0; NaN when the continued fraction does not settle.</summary>
    public static double Regularized(double a, double b, double x) =>
        x <= 0 ? double.NegativeInfinity
        : x >= 1 ? 0
        : IsLowerTail(a, b, x) ? LowerTail(a, b, x)
        : Complement(LowerTail(b, a, 1 - x));

    /// <summary>Whether x is so far down that the continued fraction settles at once; else it does for 1 - x and swapped a and b.</summary>
    public static bool IsLowerTail(double a, double b, double x) => x < (a + 1) / (a + b + 2);

    /// <summary>ln(1 - e^y) for y at most 0.</summary>
    public static double Complement(double y) => OnePlus(-Math.Exp(y));

    /// <summary>
    /// ln h(a, b, x) of DLMF 8.17.22, evaluated as by Lentz; NaN when it does not settle. In the lower tail
    /// ln I = a ln x + b ln(1 - x) - ln B(a, b) - ln a + ln h.
    /// </summary>
    public static double Fraction(double a, double b, double x)
    {
        var c = 1.0;
        var d = 1 / Nonzero(1 - ((a + b) * x / (a + 1)));
        var h = d;
        for (var step = 1; step <= MostSteps; step++)
        {
            var twice = a + (2 * step);
            var even = step * (b - step) * x / ((twice - 1) * twice);
            d = 1 / Nonzero(1 + (even * d));
            c = Nonzero(1 + (even / c));
            h *= d * c;
            var odd = -(a + step) * (a + b + step) * x / (twice * (twice + 1));
            d = 1 / Nonzero(1 + (odd * d));
            c = Nonzero(1 + (odd / c));
            var change = d * c;
            h *= change;
            if (Math.Abs(change - 1) <= Settled)
            {
                return Math.Log(h);
            }
        }

        return double.NaN;
    }

    private static double LowerTail(double a, double b, double x) =>
        (a * Math.Log(x)) + (b * OnePlus(-x)) - Of(a, b) - Math.Log(a) + Fraction(a, b, x);

    private static double Nonzero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    /// <summary>ln Γ(x) less Stirling's formula, for x of at least 10 (DLMF 5.11.1).</summary>
    private static double Correction(double x)
    {
        var square = 1 / (x * x);
        return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188
            - square * (691.0 / 360360 - square * (1.0 / 156))))))) / x;
    }
}
