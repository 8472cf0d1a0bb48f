using Release.Gates.Evidence;

namespace Release.Bench.Simulation;

/// <summary>What others do with the same counts (gate.md, section 6, "Comparators").</summary>
internal static class OtherRules
{
    public const string Oracle = "oracle";

    private const int CheckTicks = 12;
    private const double Theta = 0.1;
    private static readonly double LogFail = Math.Log(100);

    public static readonly IReadOnlyList<IRule> All =
    [
        new Rule(Oracle, false, s => s is { Family: Family.Errors, IsNull: false }, (s, _) => Sprt(s)),
        new Rule("Argo 0", false, IsCompared, (s, _) => Checks(s, failures => failures > 0)),
        new Rule("Argo 1", false, IsCompared, (s, _) => Checks(s, failures => failures > 1)),
        new Rule("Argo 5", false, IsCompared, (s, _) => Checks(s, failures => failures > 5)),
        new Rule("Flagger 5", false, IsCompared, (s, _) => OneCheckLater(Checks(s, failures => failures >= 5))),
        new Rule("LM", false, s => s.Family == Family.Errors, (_, _) => LindonMalek()),
    ];

    private static bool IsCompared(Scenario scenario) => scenario.Family != Family.Limit;

    /// <summary>Wald's test of the candidate alone by one who knows both rates.</summary>
    private static Func<DrawnTick, bool> Sprt(Scenario scenario)
    {
        var log = 0.0;
        return tick =>
        {
            var at = tick.Index * Scenario.TickSeconds;
            var (p, q) = (scenario.Candidate.At(at), scenario.Baseline.At(at));
            log += (tick.Candidate.Errors * Math.Log(p / q)) + ((tick.Candidate.Requests - tick.Candidate.Errors) * Math.Log((1 - p) / (1 - q)));
            return log >= LogFail;
        };
    }

    /// <summary>A check of the candidate every minute against a fixed threshold; failures are counted in total.</summary>
    private static Func<DrawnTick, bool> Checks(Scenario scenario, Func<int, bool> isTooMany)
    {
        var (requests, errors, above, failures) = (0.0, 0.0, new double[scenario.Buckets.Count + 1], 0);
        return tick =>
        {
            requests += tick.Candidate.Requests;
            errors += tick.Candidate.Errors;
            for (var i = 0; i < tick.Candidate.Buckets.Length; i++)
            {
                above[i] += tick.Candidate.Buckets[i].Count;
            }

            if ((tick.Index + 1) % CheckTicks != 0)
            {
                return false;
            }

            failures += (scenario.Family == Family.Errors ? errors > scenario.CheckThreshold * requests : Interpolated95(scenario.Buckets, above) > scenario.CheckThreshold) ? 1 : 0;
            (requests, errors) = (0, 0);
            Array.Clear(above);
            return isTooMany(failures);
        };
    }

    /// <summary>What is found at one check is carried out at the next.</summary>
    private static Func<DrawnTick, bool> OneCheckLater(Func<DrawnTick, bool> finds)
    {
        var foundAt = int.MaxValue;
        return tick =>
        {
            foundAt = foundAt == int.MaxValue && finds(tick) ? tick.Index : foundAt;
            return foundAt != int.MaxValue && tick.Index >= foundAt + CheckTicks;
        };
    }

    /// <summary>As histogram_quantile does: a straight line within the bucket.</summary>
    private static double Interpolated95(IReadOnlyList<double> bounds, double[] cumulative)
    {
        var rank = 0.95 * cumulative[^1];
        var place = Array.FindIndex(cumulative, c => c >= rank);
        if (cumulative[^1] <= 0 || place >= bounds.Count)
        {
            return cumulative[^1] <= 0 ? 0 : bounds[^1];
        }

        var (low, below) = place == 0 ? (0, 0) : (bounds[place - 1], cumulative[place - 1]);
        return cumulative[place] <= below ? low : low + ((bounds[place] - low) * (rank - below) / (cumulative[place] - below));
    }

    /// <summary>Errors of both sides against a fixed split, as for a sample ratio mismatch.</summary>
    private static Func<DrawnTick, bool> LindonMalek()
    {
        var (candidate, stable) = (0.0, 0.0);
        return tick =>
        {
            candidate += tick.Candidate.Errors;
            stable += tick.Stable.Errors;
            var log = LogBeta.Of((100 * Theta) + candidate, (100 * (1 - Theta)) + stable) - LogBeta.Of(100 * Theta, 100 * (1 - Theta))
                - (candidate * Math.Log(Theta)) - (stable * Math.Log(1 - Theta));
            return log >= LogFail;
        };
    }
}
