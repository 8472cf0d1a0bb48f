namespace Release.Gates.Split;

/// <summary>
/// The beta-binomial mixture for sums whose steps lie between -g and h (Howard, Ramdas, McAuliffe and Sekhon,
/// arXiv 1810.08240): its exponential is an e-process, and where it reaches ln(1/α) is a bound on the sum that holds at
/// all times at once.
/// </summary>
internal sealed class BetaBinomialMixture
{
    private readonly double _g;
    private readonly double _h;
    private readonly double _r;
    private readonly bool _isOneSided;

    /// <summary>Initializes a new instance of the <see cref="BetaBinomialMixture"/> class.</summary>
    /// <param name="optimalVariance">The variance at which the bound is tightest.</param>
    /// <param name="optimalAlpha">The level at which it is.</param>
    /// <param name="g">How far a step may go down, positive.</param>
    /// <param name="h">How far a step may go up, positive.</param>
    /// <param name="isOneSided">Whether only sums above are looked for.</param>
    public BetaBinomialMixture(double optimalVariance, double optimalAlpha, double g, double h, bool isOneSided)
    {
        (_g, _h, _isOneSided) = (g, h, isOneSided);
        var precision = Precision(optimalVariance, isOneSided ? 2 * optimalAlpha : optimalAlpha);
        _r = Math.Max(precision - (g * h), 1e-3 * g * h);
    }

    /// <summary>The prior's precision that makes a mixture tightest at a variance.</summary>
    /// <param name="optimalVariance">The variance.</param>
    /// <param name="optimalAlpha">The level, two-sided.</param>
    public static double Precision(double optimalVariance, double optimalAlpha)
    {
        var level = Math.Log(1 / optimalAlpha);
        return optimalVariance / ((2 * level) + LogBeta.LogOnePlus(2 * level));
    }

    /// <summary>The logarithm of the mixture at a sum and its variance.</summary>
    public double Log(double sum, double variance)
    {
        var both = _g + _h;
        return (variance / (_g * _h) * Math.Log(both))
            - ((variance + (_h * sum)) / (_h * both) * Math.Log(_g))
            - ((variance - (_g * sum)) / (_g * both) * Math.Log(_h))
            + Mass((_r + variance - (_g * sum)) / (_g * both), (_r + variance + (_h * sum)) / (_h * both))
            - Mass(_r / (_g * both), _r / (_h * both));
    }

    /// <summary>The sum at which the mixture reaches ln(1/α), at most the largest that is possible at that variance.</summary>
    public double Bound(double variance, double alpha)
    {
        var level = Math.Log(1 / alpha);
        var (inside, outside) = (0.0, variance / _g);
        if (Log(outside, variance) <= level)
        {
            return outside;
        }

        for (var i = 0; i < 200 && inside < outside; i++)
        {
            var middle = inside + ((outside - inside) / 2);
            if (middle == inside || middle == outside)
            {
                break;
            }

            (inside, outside) = Log(middle, variance) < level ? (middle, outside) : (inside, middle);
        }

        return inside;
    }

    private double Mass(double a, double b) =>
        LogBeta.Of(a, b) + (_isOneSided ? LogBeta.Regularized(a, b, _h / (_g + _h)) : 0);
}
