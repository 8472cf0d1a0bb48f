namespace Release.Gates.Evidence;

/// <summary>
/// By how much counts vary more than those of independent events, from the ticks of the history: by what all counts are
/// divided (gate.md, section 2.5). 1 unless the excess is beyond chance.
/// </summary>
internal static class Dispersion
{
    // Fewer say nothing about bursts: of two ticks, one in an outage, everything later would be divided away.
    private const int LeastTicks = 10;

    /// <summary>
    /// From what each tick's requests let expect. What is used: it does not take varying traffic for bursts. Ticks without
    /// requests are left out.
    /// </summary>
    public static double Pearson(ReadOnlySpan<double> requests, ReadOnlySpan<double> events)
    {
        var (sumRequests, sumEvents, ticks) = (0.0, 0.0, 0);
        for (var i = 0; i < requests.Length; i++)
        {
            sumRequests += requests[i];
            sumEvents += events[i];
            ticks += requests[i] > 0 ? 1 : 0;
        }

        var share = sumEvents / sumRequests;
        if (ticks < LeastTicks || !(share > 0 && share < 1))
        {
            return 1;
        }

        var sum = 0.0;
        for (var i = 0; i < requests.Length; i++)
        {
            var excess = events[i] - (share * requests[i]);
            sum += requests[i] > 0 ? excess * excess / (requests[i] * share * (1 - share)) : 0;
        }

        return BeyondChance(sum / (ticks - 1), ticks);
    }

    /// <summary>From the events alone, as if traffic were even: that of gate.md's simulation table.</summary>
    public static double Counts(ReadOnlySpan<double> events)
    {
        var mean = 0.0;
        foreach (var count in events)
        {
            mean += count / events.Length;
        }

        if (events.Length < LeastTicks || !(mean > 0))
        {
            return 1;
        }

        var sum = 0.0;
        foreach (var count in events)
        {
            sum += (count - mean) * (count - mean);
        }

        return BeyondChance(sum / (events.Length - 1) / mean, events.Length);
    }

    // Three standard errors, then two more on top: a dispersion taken too small fails healthy candidates.
    private static double BeyondChance(double estimate, int ticks)
    {
        var error = Math.Sqrt(2.0 / (ticks - 1));
        return estimate > 1 + (3 * error) ? estimate * (1 + (2 * error)) : 1;
    }
}
