using System.Collections.Concurrent;

namespace Release.Bench.Simulation;

/// <summary>When one rule fired in the runs of one scenario.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="IsPass">Whether firing is a pass.</param>
/// <param name="Runs">How many runs there were.</param>
/// <param name="FiredAt">Seconds, ascending; only of runs in which it fired.</param>
internal sealed record Cell(Scenario Scenario, string Rule, bool IsPass, int Runs, IReadOnlyList<double> FiredAt)
{
    public double Share => (double)FiredAt.Count / Runs;

    public double Median => At(0.5);

    public double P90 => At(0.9);

    /// <summary>The quantile over the runs that fired, between two in proportion; NaN when none did.</summary>
    private double At(double quantile)
    {
        if (FiredAt.Count == 0)
        {
            return double.NaN;
        }

        var place = quantile * (FiredAt.Count - 1);
        var (below, above) = (FiredAt[(int)place], FiredAt[Math.Min((int)place + 1, FiredAt.Count - 1)]);
        return below + ((place - (int)place) * (above - below));
    }
}

/// <summary>Runs scenarios on all cores.</summary>
internal static class Simulated
{
    /// <summary>Every rule on the same counts of each run. The result does not depend on the number of cores.</summary>
    public static IReadOnlyList<Cell> Run(Scenario scenario, IReadOnlyList<IRule> rules, int runs, CancellationToken cancellation = default)
    {
        var fitting = rules.Where(r => r.Fits(scenario)).ToArray();
        var fired = fitting.Select(_ => new ConcurrentBag<double>()).ToArray();
        Parallel.For(0, runs, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, run =>
        {
            var drawn = new Drawn(scenario, run);
            var open = fitting.Select(r => (IRuleRun?)r.Begin(scenario, drawn)).ToArray();
            foreach (var tick in drawn.Ticks())
            {
                for (var i = 0; i < open.Length; i++)
                {
                    if (open[i]?.Fires(tick) == true)
                    {
                        fired[i].Add(tick.End);
                        open[i] = null;
                    }
                }

                if (Array.TrueForAll(open, o => o is null))
                {
                    break;
                }
            }
        });
        return [.. fitting.Select((rule, i) => new Cell(scenario, rule.Name, rule.IsPass, runs, [.. fired[i].Order()]))];
    }
}
