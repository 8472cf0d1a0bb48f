using Release.Gates.Split;

namespace Release.Gates.Evidence;

/// <summary>What is known of a share against a limit.</summary>
/// <param name="LogFail">ln E against "at most the limit": large when the share is above it. NaN when it cannot be computed.</param>
/// <param name="LogPass">ln E against "at least the limit": large when the share is below it. NaN when it cannot be computed.</param>
internal readonly record struct LimitEvidence(double LogFail, double LogPass);

/// <summary>
/// Test c (gate.md, section 2.4): a share of events against a fixed limit, by a beta mixture restricted to the alternative's
/// side. A function of the sums since the beginning, so it has no state.
/// </summary>
internal sealed class FixedLimit
{
    /// <summary>How many requests the mixture is worth.</summary>
    private const double Weight = 100;

    private readonly double _limit;
    private readonly double _a;
    private readonly double _b;
    private readonly double _logLimit;
    private readonly double _logRest;
    private readonly double _failPrior;
    private readonly double _passPrior;

    /// <summary>Initializes a new instance of the <see cref="FixedLimit"/> class.</summary>
    /// <param name="limit">The share of events that is allowed, strictly between 0 and 1.</param>
    public FixedLimit(double limit)
    {
        (_limit, _a, _b) = (limit, Weight * limit, Weight * (1 - limit));
        (_logLimit, _logRest) = (Math.Log(limit), LogBeta.LogOnePlus(-limit));
        var prior = LogBeta.Of(_a, _b);
        _failPrior = prior + LogBeta.Regularized(_b, _a, 1 - limit);
        _passPrior = prior + LogBeta.Regularized(_a, _b, limit);
    }

    /// <summary>Judges the sums since the beginning.</summary>
    /// <param name="events">k, 0 up to <paramref name="requests"/>; fractions where counts were divided by a dispersion.</param>
    /// <param name="requests">n.</param>
    public LimitEvidence Judge(double events, double requests)
    {
        if (!(events >= 0 && events <= requests && double.IsFinite(requests)))
        {
            return new(double.NaN, double.NaN);
        }

        if (requests == 0)
        {
            return default;
        }

        // One continued fraction does for both: what lies above the limit is what does not lie below.
        var (a, b) = (_a + events, _b + requests - events);
        var start = (_a * _logLimit) + (_b * _logRest);
        var both = LogBeta.Of(a, b) - (events * _logLimit) - ((requests - events) * _logRest);
        if (LogBeta.IsDirect(b, a, 1 - _limit))
        {
            var above = start - Math.Log(b) + Math.Log(LogBeta.Fraction(b, a, 1 - _limit));
            return new(above - _failPrior, both + Complement(above - both) - _passPrior);
        }

        var below = start - Math.Log(a) + Math.Log(LogBeta.Fraction(a, b, _limit));
        return new(both + Complement(below - both) - _failPrior, below - _passPrior);
    }

    /// <summary>ln(1 - e^y); y is at most 0 but for the last digit.</summary>
    private static double Complement(double y) => LogBeta.LogOnePlus(-Math.Exp(Math.Min(0, y)));
}
