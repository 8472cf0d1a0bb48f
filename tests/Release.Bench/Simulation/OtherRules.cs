using Release.Gates.Kayenta;
using Release.Gates.Split;

namespace Release.Bench.Simulation;

/// <summary>What others do with the same counts (gate.md, section 6, "Comparators").</summary>
internal static class OtherRules
{
    public const string Oracle = "oracle";

    private const int CheckTicks = Minutes.Ticks;
    private const double Theta = 0.1;
    private static readonly double LogFail = Math.Log(100);

    public static readonly IReadOnlyList<IRule> All =
    [
        new Rule(Oracle, false, s => s is { Family: Family.Errors, IsNull: false }, (s, _) => Sprt(s)),
        new Rule("Argo 0", false, IsCompared, (s, _) => Checks(s, failures => failures > 0)),
        new Rule("Argo 1", false, IsCompared, (s, _) => Checks(s, failures => failures > 1)),
        new Rule("Argo 5", false, IsCompared, (s, _) => Checks(s, failures => failures > 5)),
        new Rule("Flagger 5", false, IsCompared, (s, _) => OneCheckLater(Checks(s, failures => failures >= 5))),
        new Rule("Kayenta", false, IsCompared, (s, _) => Kayenta(s)),
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
        var (minutes, failures) = (new Minutes(scenario), 0);
        return tick =>
        {
            if (!minutes.Add(tick.Candidate, tick.Index))
            {
                return false;
            }

            failures += minutes.Values[^1] > scenario.CheckThreshold ? 1 : 0;
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

    /// <summary>Its judge asked every five minutes on the values of each minute so far; the first High ends it.</summary>
    private static Func<DrawnTick, bool> Kayenta(Scenario scenario)
    {
        var (stable, candidate) = (new Minutes(scenario), new Minutes(scenario));
        var metric = new KayentaMetric { Name = scenario.Id };
        return tick =>
        {
            stable.Add(tick.Stable, tick.Index);
            candidate.Add(tick.Candidate, tick.Index);
            return (tick.Index + 1) % (5 * CheckTicks) == 0
                && KayentaClassifier.Classify(metric, stable.Values, candidate.Values).Label == KayentaLabel.High;
        };
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
