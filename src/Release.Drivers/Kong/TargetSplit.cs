namespace Release.Drivers.Kong;

/// <summary>
/// The weight of each address of two variants. Kong gives every address the weight of its target, so a variant's share is
/// divided by the number of its addresses: three addresses of stable at 90 beside one of the candidate at 10 would leave the
/// candidate 3.6 %.
/// </summary>
/// <param name="Stable">The weight of each address of stable.</param>
/// <param name="Candidate">The weight of each address of the candidate.</param>
internal readonly record struct TargetSplit(int Stable, int Candidate)
{
    /// <summary>A hundredth of a percent is one part of so many.</summary>
    public const int Parts = 10_000;

    /// <summary>The heaviest target that Kong takes.</summary>
    public const int Heaviest = 65_535;

    /// <summary>
    /// The nearest whole weights. Exact where Kong's range allows it; nobody whose share is not 0 gets 0.
    /// </summary>
    /// <param name="share">The candidate's share.</param>
    /// <param name="stables">The number of stable's addresses; 0 where there is no stable, and all is the candidate's.</param>
    /// <param name="candidates">The number of the candidate's addresses.</param>
    public static TargetSplit Of(Percent share, int stables, int candidates)
    {
        var parts = stables == 0 ? Parts : Math.Clamp((int)decimal.Round(share.Value * Parts / 100), share.Value > 0 ? 1 : 0, share.Value < 100 ? Parts - 1 : Parts);
        return parts == 0 ? new(Parts, 0)
            : parts == Parts ? new(0, Parts)
            : Nearest((long)(Parts - parts) * candidates, (long)parts * stables);
    }

    /// <summary>The candidate's share of these weights, 0 to 1.</summary>
    public double ShareOf(int stables, int candidates) =>
        (double)Candidate * candidates / (((double)Candidate * candidates) + ((double)Stable * stables));

    // stable : candidate, each for one address.
    private static TargetSplit Nearest(long stable, long candidate)
    {
        if (Math.Max(stable, candidate) <= Heaviest)
        {
            return new((int)stable, (int)candidate);
        }

        var (heavy, light) = (Math.Max(stable, candidate), Math.Min(stable, candidate));
        var (best, error) = ((Heavy: Heaviest, Light: 1), double.PositiveInfinity);
        for (var small = 1L; small <= Heaviest; small++)
        {
            var large = (small * heavy + light / 2) / light;
            if (large > Heaviest)
            {
                break;
            }

            var off = Math.Abs(((double)small / large) - ((double)light / heavy));
            if (off < error)
            {
                (best, error) = (((int)large, (int)small), off);
            }
        }

        return stable >= candidate ? new(best.Heavy, best.Light) : new(best.Light, best.Heavy);
    }
}
