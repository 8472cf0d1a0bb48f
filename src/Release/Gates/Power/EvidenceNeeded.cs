namespace Release.Gates.Power;

/// <summary>
/// The average evidence at which so many of the runs have decided. A run is ahead of or behind the average, and a mixture
/// pays for not knowing how large a change is; both are in these numbers, which were fitted to the simulation of gate.md,
/// section 6.
/// </summary>
/// <param name="Half">In half of the runs.</param>
/// <param name="Most">In nine of ten.</param>
public readonly record struct EvidenceNeeded(double Half, double Most)
{
    /// <summary>To fail by a comparison with stable.</summary>
    /// <param name="alpha">The chance of a false alarm, over all tests.</param>
    /// <param name="weight">The part of it that is this test's, 0 to 1.</param>
    public static EvidenceNeeded ToFail(double alpha, double weight = 1)
    {
        var needed = Math.Log(1 / (alpha * weight)) + 1.4;
        return new EvidenceNeeded(needed, 2 * needed);
    }

    /// <summary>To fail by a limit.</summary>
    /// <param name="alpha">The chance of a false alarm, over all tests.</param>
    /// <param name="weight">The part of it that is this test's, 0 to 1.</param>
    public static EvidenceNeeded ToFailByLimit(double alpha, double weight = 1)
    {
        var needed = Math.Log(1 / (alpha * weight)) + 0.5;
        return new EvidenceNeeded(needed, 2.1 * needed);
    }

    /// <summary>To pass, by a comparison or by a limit.</summary>
    /// <param name="alpha">The chance of a false pass.</param>
    public static EvidenceNeeded ToPass(double alpha)
    {
        var needed = Math.Log(1 / alpha);
        return new EvidenceNeeded(needed + 0.1, 2.5 * needed);
    }
}
