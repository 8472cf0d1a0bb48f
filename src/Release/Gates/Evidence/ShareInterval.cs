namespace Release.Gates.Evidence;

/// <summary>
/// An interval for a share of events that holds at every tick at once (gate.md, section 5; Howard, Ramdas, McAuliffe, Sekhon,
/// arXiv 1810.08240, for Bernoulli trials in closed form).
/// </summary>
/// <param name="Lower">0 without events.</param>
/// <param name="Upper">1 where all are events.</param>
public readonly record struct ShareInterval(double Lower, double Upper)
{
    private const int MostHalvings = 200;

    /// <summary>Computes it.</summary>
    /// <param name="events">k, 0 up to <paramref name="requests"/>.</param>
    /// <param name="requests">n.</param>
    /// <param name="planned">At how many requests it shall be tightest; fixed beforehand.</param>
    /// <param name="alpha">The chance that it ever misses the share.</param>
    public static ShareInterval Of(double events, double requests, double planned, double alpha = 0.05)
    {
        if (!(requests > 0))
        {
            return new(0, 1);
        }

        var enough = -Math.Log(alpha);
        var weight = Math.Max((planned / ((2 * enough) + LogBeta.OnePlus(2 * enough))) - 1, 1e-3);
        bool IsRefuted(double p) =>
            LogBeta.Of((weight * (1 - p)) + requests - events, (weight * p) + events) - LogBeta.Of(weight * (1 - p), weight * p)
            - (events * Math.Log(p)) - ((requests - events) * LogBeta.OnePlus(-p)) >= enough;

        var seen = events / requests;
        return new(events <= 0 ? 0 : Edge(0, seen, IsRefuted), events >= requests ? 1 : Edge(1, seen, IsRefuted));
    }

    private static double Edge(double refuted, double held, Func<double, bool> isRefuted)
    {
        for (var halving = 0; halving < MostHalvings; halving++)
        {
            var middle = (refuted + held) / 2;
            if (middle == refuted || middle == held)
            {
                break;
            }

            (refuted, held) = isRefuted(middle) ? (middle, held) : (refuted, middle);
        }

        return held;
    }
}
