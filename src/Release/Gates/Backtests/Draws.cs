using Release.Gates.Split;

namespace Release.Gates.Backtests;

/// <summary>Chance that is the same at every run and on every machine: SplitMix64, and draws of counts that are exact but for rounding.</summary>
/// <param name="seed">Where it begins.</param>
public sealed class Draws(ulong seed)
{
    private ulong _state = seed;

    /// <summary>0 up to less than 1.</summary>
    public double Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>How many of so many trials succeed.</summary>
    /// <param name="trials">Whole and not negative.</param>
    /// <param name="share">The chance of each, 0 to 1.</param>
    public double Binomial(double trials, double share)
    {
        if (trials <= 0 || share <= 0 || share >= 1)
        {
            return share >= 1 ? Math.Max(0, trials) : 0;
        }

        var mode = Math.Min(trials, Math.Floor((trials + 1) * share));
        var odds = share / (1 - share);
        var log = LogChoose(trials, mode) + (mode * Math.Log(share)) + ((trials - mode) * Math.Log(1 - share));
        return FromMode(mode, Math.Exp(log), 0, trials, k => (trials - k) / (k + 1) * odds);
    }

    /// <summary>How many marked ones are among those that are drawn without putting back.</summary>
    /// <param name="all">All there are.</param>
    /// <param name="marked">Of them marked.</param>
    /// <param name="drawn">How many are drawn.</param>
    public double Hypergeometric(double all, double marked, double drawn)
    {
        var (least, most) = (Math.Max(0, drawn + marked - all), Math.Min(drawn, marked));
        if (least >= most)
        {
            return Math.Max(0, most);
        }

        var mode = Math.Clamp(Math.Floor((drawn + 1) * (marked + 1) / (all + 2)), least, most);
        var log = LogChoose(marked, mode) + LogChoose(all - marked, drawn - mode) - LogChoose(all, drawn);
        return FromMode(mode, Math.Exp(log), least, most, k => (marked - k) / (k + 1) * ((drawn - k) / (all - marked - drawn + k + 1)));
    }

    // Inversion from the likeliest number outwards: about as many steps as the numbers spread.
    private double FromMode(double mode, double chance, double least, double most, Func<double, double> ratio)
    {
        var left = Next() - chance;
        var (low, high, below, above) = (mode, mode, chance, chance);
        while (left > 0 && (low > least || high < most))
        {
            if (high < most)
            {
                above *= ratio(high++);
                left -= above;
                if (left <= 0)
                {
                    return high;
                }
            }

            if (low > least)
            {
                below /= ratio(--low);
                left -= below;
                if (left <= 0)
                {
                    return low;
                }
            }

            // What is left over is rounding.
            if (above < 1e-18 && below < 1e-18)
            {
                return mode;
            }
        }

        return mode;
    }

    private static double LogChoose(double n, double k) => LogBeta.Gamma(n + 1) - LogBeta.Gamma(k + 1) - LogBeta.Gamma(n - k + 1);
}
