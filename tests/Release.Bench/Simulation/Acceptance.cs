using System.Globalization;
using Release.Gates.Split;

namespace Release.Bench.Simulation;

/// <summary>One row of gate.md, section 6, "Acceptance".</summary>
/// <param name="Text">What must hold.</param>
/// <param name="Found">What was found.</param>
/// <param name="Verdict">Whether it holds.</param>
internal sealed record AcceptanceRow(string Text, string Found, string Verdict)
{
    public const string Holds = "holds";
    public const string HoldsLater = "holds with one more tick";
    public const string TooFewRuns = "too few runs to say";
    public const string Fails = "DOES NOT HOLD";
}

/// <summary>Judges the simulated table.</summary>
internal static class Acceptance
{
    private static readonly (string Id, double Seconds, bool MayTakeATickMore)[] Medians =
        [("E1a", 175, true), ("E1b", 55, true), ("E1d", 20, true), ("E1e", 205, true), ("E1g", 530, false), ("E1h", 35, false), ("L1-classic", 50, false), ("L1-native", 50, false)];

    private static readonly (string Id, double Share)[] Shares =
        [("E1a", 0.999), ("E1b", 0.999), ("E1d", 0.999), ("E1e", 0.999), ("E1h", 0.999), ("L1-classic", 0.999), ("L1-native", 0.999), ("E1g", 0.98), ("E1f", 0.75)];

    private const int LeastRuns = 2_000;

    // Where the truth lies exactly on the boundary of the pass: twice stable's errors, or at the limit.
    private static readonly string[] Boundaries = ["E1a", "E1e", "S4", "S10"];

    public static IEnumerable<AcceptanceRow> Rows(IReadOnlyList<Cell> cells)
    {
        foreach (var cell in cells.Where(c => c.Rule == OurRules.Fail && c.Scenario.IsNull))
        {
            yield return AtMost($"1. false rollbacks {cell.Scenario.Id}", cell, 0.01);
        }

        foreach (var cell in cells.Where(c => c.Rule == OurRules.Pass && Boundaries.Contains(c.Scenario.Id)))
        {
            yield return AtMost($"1. false passes on the boundary {cell.Scenario.Id}", cell, 0.05);
        }

        foreach (var (id, seconds, mayTakeATickMore) in Medians)
        {
            foreach (var cell in Ours(cells, id))
            {
                var verdict = cell.Median <= seconds ? AcceptanceRow.Holds
                    : mayTakeATickMore && cell.Median <= seconds + Scenario.TickSeconds ? AcceptanceRow.HoldsLater
                    : AcceptanceRow.Fails;
                yield return new($"2. median of {id} at most {seconds} s", Number(cell.Median) + " s", verdict);
            }
        }

        foreach (var (id, share) in Shares)
        {
            foreach (var cell in Ours(cells, id))
            {
                yield return new($"{(id == "E1f" ? 2 : 3)}. found of {id} at least {Number(share * 100)} %", Number(cell.Share * 100) + " %", cell.Share >= share ? AcceptanceRow.Holds : AcceptanceRow.Fails);
            }
        }
    }

    /// <summary>Whether so few events say, with 95 % (one-sided, Clopper-Pearson), that their share is at most this.</summary>
    public static bool IsAtMost(int events, int runs, double share) =>
        events < runs && LogBeta.Regularized(runs - events, events + 1, 1 - share) <= Math.Log(0.05);

    private static AcceptanceRow AtMost(string text, Cell cell, double share) => new(
        $"{text} at most {Number(share * 100)} % (95 % limit)",
        $"{cell.FiredAt.Count} of {cell.Runs}",
        IsAtMost(cell.FiredAt.Count, cell.Runs, share) ? AcceptanceRow.Holds
            : cell.Runs < LeastRuns ? AcceptanceRow.TooFewRuns
            : AcceptanceRow.Fails);

    private static IEnumerable<Cell> Ours(IReadOnlyList<Cell> cells, string id) => cells.Where(c => c.Rule == OurRules.Fail && c.Scenario.Id == id);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
