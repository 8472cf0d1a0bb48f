namespace Release.Drivers.Docker.Probes;

/// <summary>
/// Whether a candidate logs a pattern more often than stable. Given all matches of both, each is the candidate's with the
/// share that its work has in the work of both, if it is no worse: the number of its matches is then binomial. Work is
/// measured by the ordinary lines, which follow the traffic, where both have enough of them, and by time otherwise; by
/// time a candidate with little traffic gets the benefit of the doubt.
/// </summary>
internal static class LogComparison
{
    private const int EnoughLines = 20;

    /// <summary>The chance that a candidate which is no worse than stable has so many matches or more, 0 to 1.</summary>
    public static double Chance(LogCount candidate, LogCount stable, int pattern)
    {
        var matches = candidate.Matches(pattern);
        var byLines = candidate.Ordinary >= EnoughLines && stable.Ordinary >= EnoughLines;
        var (own, other) = byLines
            ? ((double)candidate.Ordinary, (double)stable.Ordinary)
            : (candidate.Watched.TotalSeconds, stable.Watched.TotalSeconds);
        return own <= 0 || other <= 0 ? matches > 0 ? 0 : 1 : UpperTail(matches + stable.Matches(pattern), own / (own + other), matches);
    }

    /// <summary>The chance of <paramref name="least"/> or more hits in <paramref name="tries"/>, each with the chance <paramref name="share"/> (0 to 1, both excluded).</summary>
    internal static double UpperTail(long tries, double share, long least)
    {
        // From the first term on by the ratio of neighbours, in logarithms: the terms of thousands of tries underflow.
        var logTerm = 0.0;
        for (var k = 1L; k <= least; k++)
        {
            logTerm += Math.Log((double)(tries - k + 1) / k) + Math.Log(share);
        }

        logTerm += (tries - least) * Math.Log(1 - share);
        var sum = 0.0;
        for (var k = least; k <= tries; k++)
        {
            var term = Math.Exp(logTerm);
            sum += term;
            if (term < sum * 1e-12 && k > tries * share)
            {
                break;
            }

            logTerm += k < tries ? Math.Log((double)(tries - k) / (k + 1)) + Math.Log(share) - Math.Log(1 - share) : 0;
        }

        return Math.Min(1, sum);
    }
}
