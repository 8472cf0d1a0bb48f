using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Bench.Simulation;

/// <summary>gate.md's table by simulation: ours beside what others do. As Markdown and as JSON.</summary>
internal static class GateSuite
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>All rules. Another judge is one more.</summary>
    public static IReadOnlyList<IRule> Rules => [.. OurRules.All, .. OtherRules.All];

    /// <summary>Simulates and says each scenario when it is done.</summary>
    public static IReadOnlyList<Cell> Run(int runs, Action<string> tell, CancellationToken cancellation)
    {
        var cells = new List<Cell>();
        foreach (var scenario in Scenarios.All)
        {
            var now = Simulated.Run(scenario, Rules, runs, cancellation);
            cells.AddRange(now);
            tell($"  {scenario.Id} {scenario.Name}: {string.Join("; ", now.Select(c => $"{c.Rule} {Text(c)}"))}");
        }

        return cells;
    }

    public static string Markdown(IReadOnlyList<Cell> cells, int runs)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{runs:N0} runs a scenario, seed {Scenario.SeedBase} and the scenario's own.\n\n"));
        var rules = cells.Select(c => c.Rule).Distinct().ToArray();
        _ = text.Append("Share of the runs that fired, in %, and median / 90 % point in seconds over these.\n\n")
            .Append("| scenario | seed | ").AppendJoin(" | ", rules).Append(" |\n| --- | --- |").Insert(text.Length, " --- |", rules.Length).Append('\n');
        foreach (var row in cells.GroupBy(c => c.Scenario))
        {
            var found = rules.Select(rule => row.FirstOrDefault(c => c.Rule == rule) is { } cell ? Text(cell) : "–");
            _ = text.Append(CultureInfo.InvariantCulture, $"| {row.Key.Id} {row.Key.Name} | {string.Join('.', row.Key.Seed)} | ").AppendJoin(" | ", found).Append(" |\n");
        }

        _ = text.Append("\n| acceptance | found | |\n| --- | --- | --- |\n");
        foreach (var row in Acceptance.Rows(cells))
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"| {row.Text} | {row.Found} | {row.Verdict} |\n");
        }

        return text.ToString();
    }

    public static string Json(IReadOnlyList<Cell> cells, int runs) => new JsonObject
    {
        ["runs"] = runs,
        ["seedBase"] = Scenario.SeedBase,
        ["cells"] = new JsonArray([.. cells.Select(c => (JsonNode)new JsonObject
        {
            ["scenario"] = c.Scenario.Id,
            ["seed"] = new JsonArray([.. c.Scenario.Seed.Select(s => (JsonNode)s)]),
            ["rule"] = c.Rule,
            ["isPass"] = c.IsPass,
            ["fired"] = c.FiredAt.Count,
            ["share"] = c.Share,
            ["medianSeconds"] = Known(c.Median),
            ["p90Seconds"] = Known(c.P90),
        })]),
        ["acceptance"] = new JsonArray([.. Acceptance.Rows(cells).Select(r => (JsonNode)new JsonObject { ["text"] = r.Text, ["found"] = r.Found, ["verdict"] = r.Verdict })]),
    }.ToJsonString(Indented);

    private static JsonNode? Known(double value) => double.IsNaN(value) ? null : value;

    private static string Text(Cell cell) => cell.FiredAt.Count == 0
        ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"{cell.Share * 100:0.##}: {cell.Median:0} / {cell.P90:0}");
}
