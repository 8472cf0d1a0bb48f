using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Bench.Results;

/// <summary>The result, as a table for people and as JSON for everything else.</summary>
/// <param name="Machine">Where it was measured.</param>
/// <param name="Rows">What was measured.</param>
internal sealed record Report(JsonObject Machine, IReadOnlyList<Row> Rows)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string[] Head = ["figure", "median", "p95", "min", "spread", "floor", "ratio", "load", "goal", ""];

    public string Json() => new JsonObject
    {
        ["machine"] = Machine.DeepClone(),
        ["rows"] = new JsonArray([.. Rows.Select(r => (JsonNode)Json(r))]),
    }.ToJsonString(Indented);

    /// <summary>A row in a sentence.</summary>
    public static string Brief(Row row) => row.Measured is not { } measured
        ? $"{row.What}: skipped"
        : $"{row.What}: {Wording.Of(measured.Median, row.Unit)}{(row.Ratio is { } ratio ? $", {Wording.Ratio(ratio)} its floor" : "")}";

    /// <summary>The table, below it what the numbers do not say.</summary>
    public IEnumerable<string> Lines()
    {
        string[][] cells = [Head, .. Rows.Select(Cells)];
        var widths = Head.Select((_, column) => cells.Max(row => row[column].Length)).ToArray();
        foreach (var row in cells)
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
            {
                var isNumber = column is > 0 and < 8;
                _ = line.Append(isNumber ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column])).Append("  ");
            }

            yield return line.ToString().TrimEnd();
        }

        foreach (var row in Rows.Where(r => r.Floor is not null).DistinctBy(r => r.Floor!.Is))
        {
            yield return $"floor of {row.What}: {row.Floor!.Is}";
        }

        foreach (var row in Rows.Where(r => r.Why is not null))
        {
            yield return $"{row.What}: {row.Why}";
        }
    }

    private static string[] Cells(Row row)
    {
        var measured = row.Measured;
        string Value(double? value) => value is { } number ? Wording.Of(number, row.Unit) : "";
        return
        [
            row.What,
            Value(measured?.Median),
            Value(measured?.P95),
            Value(measured?.Min),
            Value(measured?.Spread),
            Value(row.Floor?.Samples.Median),
            row.Ratio is { } ratio ? Wording.Ratio(ratio) : "",
            row.Load is { } load ? load.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture) : "",
            row.Goal?.Text ?? "",
            Wording.Of(row.Verdict),
        ];
    }

    private static JsonObject Json(Row row) => new()
    {
        ["figure"] = row.Figure,
        ["what"] = row.What,
        ["unit"] = Wording.Of(row.Unit),
        ["measured"] = row.Measured is { } measured ? Json(measured) : null,
        ["floor"] = row.Floor is { } floor ? With(Json(floor.Samples), "is", floor.Is) : null,
        ["ratio"] = row.Ratio,
        ["goal"] = row.Goal?.Text,
        ["verdict"] = Wording.Of(row.Verdict),
        ["why"] = row.Why,
        ["load"] = row.Load,
    };

    private static JsonObject Json(Samples samples) => new()
    {
        ["samples"] = samples.Values.Count,
        ["median"] = samples.Median,
        ["p95"] = samples.P95,
        ["min"] = samples.Min,
        ["spread"] = samples.Spread,
    };

    private static JsonObject With(JsonObject json, string name, string value)
    {
        json[name] = value;
        return json;
    }
}
