namespace Release.Bench.Simulation;

/// <summary>Chance that is the same at every run and on every machine: SplitMix64, and exact draws of counts.</summary>
/// <param name="seed">Where it begins.</param>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Of a scenario and a run: runs can be spread over cores in any order.</summary>
    public static Dice Of(int seedBase, IEnumerable<int> scenario, int run)
    {
        var mixed = scenario.Append(run).Aggregate((ulong)(uint)seedBase, (state, part) => Mix(state + 0x9E3779B97F4A7C15UL + (uint)part));
        return new(mixed);
    }

    /// <summary>0 up to less than 1.</summary>
    public double Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>By the gaps between events, which is cheap for rare ones.</summary>
    public int Binomial(int requests, double share)
    {
        if (share <= 0 || share >= 1)
        {
            return share <= 0 ? 0 : requests;
        }

        var (events, logMiss) = (-1, Math.Log(1 - share));
        for (var at = 0.0; at <= requests; events++)
        {
            at += 1 + Math.Floor(Math.Log(1 - Next()) / logMiss);
        }

        return events;
    }

    /// <summary>Sums of smaller ones: a product of uniform draws underflows for large means.</summary>
    public int Poisson(double mean)
    {
        var count = 0;
        for (; mean > 0; mean -= Step)
        {
            count += Small(Math.Min(mean, Step));
        }

        return count;
    }

    /// <summary>Bursts of a geometric size (1, 2, …) with a mean, no more events than requests.</summary>
    public int Bursts(int requests, double share, double meanSize)
    {
        var events = 0.0;
        for (var bursts = Poisson(requests * share / meanSize); bursts > 0; bursts--)
        {
            events += 1 + Math.Floor(Math.Log(1 - Next()) / Math.Log(1 - (1 / meanSize)));
        }

        return (int)Math.Min(requests, events);
    }

    private const double Step = 500;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private int Small(double mean)
    {
        var (limit, product, count) = (Math.Exp(-mean), Next(), 0);
        for (; product > limit; count++)
        {
            product *= Next();
        }

        return count;
    }
}
