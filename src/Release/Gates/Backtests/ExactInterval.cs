using Release.Gates.Split;

namespace Release.Gates.Backtests;

/// <summary>Where a share lies by so many events of so many trials, with 95 % (Clopper and Pearson, Biometrika 1934). Exact: never narrower.</summary>
/// <param name="Low">The lower end, 0 to 1.</param>
/// <param name="High">The upper end, 0 to 1.</param>
public readonly record struct ExactInterval(double Low, double High)
{
    private const double EachSide = 0.025;
    private const int Halvings = 60;

    /// <summary>Computes it.</summary>
    public static ExactInterval Of(int events, int trials) => trials <= 0
        ? new(0, 1)
        : new(
            events <= 0 ? 0 : Bisect(p => AtLeast(events, trials, p) < EachSide),
            events >= trials ? 1 : Bisect(p => 1 - AtLeast(events + 1, trials, p) > EachSide));

    // P(Bin(trials, p) >= events) is the regularised incomplete beta function.
    private static double AtLeast(int events, int trials, double p) => Math.Exp(LogBeta.Regularized(events, trials - events + 1, p));

    private static double Bisect(Func<double, bool> isBelow)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = isBelow(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
