using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Release.Output;

namespace Release.Drivers.Prometheus;

/// <summary>A sample of a series.</summary>
/// <param name="At">The time of the sample, or of the evaluation.</param>
/// <param name="Value">Its value, which may be NaN or infinite.</param>
internal readonly record struct SeriesPoint(DateTimeOffset At, double Value);

/// <summary>A series of an answer.</summary>
/// <param name="Labels">With the metric's name as <c>__name__</c>, where there is one.</param>
/// <param name="Points">In the order of time.</param>
internal sealed record ServerSeries(ImmutableSortedDictionary<string, string> Labels, ImmutableArray<SeriesPoint> Points)
{
    public string Name => Labels.GetValueOrDefault("__name__", "");
}

/// <summary>
/// What the HTTP API said (https://prometheus.io/docs/prometheus/latest/querying/api/): series, or why there are none. An answer with
/// warnings is a partial one, and so it is a problem: nobody knows what is missing from it.
/// </summary>
/// <param name="Kind"><c>vector</c>, <c>matrix</c>, <c>scalar</c> or <c>string</c>; empty when there is a problem.</param>
/// <param name="Series">The series; a scalar is one without labels.</param>
/// <param name="Problem">A sentence, or null.</param>
/// <param name="IsMistake">Whether the query is wrong, rather than the server ill.</param>
internal sealed record PrometheusAnswer(string Kind, ImmutableArray<ServerSeries> Series, string? Problem, bool IsMistake = false)
{
    private const int Deepest = 16;

    public static PrometheusAnswer Bad(string problem, bool isMistake = false) => new("", [], problem, isMistake);

    /// <summary>Reads a body, whatever the status code was.</summary>
    public static PrometheusAnswer Parse(int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Deepest });
            return Of(status, json.RootElement);
        }
        catch (Exception strange) when (strange is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            return status == 200
                ? Bad("the answer is not one of Prometheus's API")
                : Bad($"answered {status}, expected 200");
        }
    }

    private static PrometheusAnswer Of(int status, JsonElement root)
    {
        var state = root.GetProperty("status").GetString();
        if (state != "success" || status is < 200 or > 299)
        {
            var (kind, error) = (Text(root, "errorType"), Text(root, "error"));
            return Bad($"answered {status} {kind}: {TerminalText.Line(error, 200)}".TrimEnd(' ', ':'), kind == "bad_data");
        }

        if (root.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array && warnings.GetArrayLength() > 0)
        {
            return Bad($"the answer is partial: {TerminalText.Line(warnings[0].ToString(), 200)}");
        }

        var data = root.GetProperty("data");
        var (type, result) = (data.GetProperty("resultType").GetString()!, data.GetProperty("result"));
        return type switch
        {
            "vector" => new(type, [.. result.EnumerateArray().Select(s => SeriesOf(s, [Point(s.GetProperty("value"))]))], null),
            "matrix" => new(type, [.. result.EnumerateArray().Select(s => SeriesOf(s, Points(s))).Where(s => s.Points.Length > 0)], null),
            "scalar" => new(type, [new(ImmutableSortedDictionary<string, string>.Empty, [Point(result)])], null),
            "string" => Bad("the query yields text, expected numbers", isMistake: true),
            _ => Bad("the answer is of a kind that is not known"),
        };
    }

    private static ServerSeries SeriesOf(JsonElement series, ImmutableArray<SeriesPoint> points)
    {
        // Native histograms have no numbers of their own.
        if (series.TryGetProperty("histogram", out _) || series.TryGetProperty("histograms", out _))
        {
            throw new FormatException("a native histogram");
        }

        var labels = series.GetProperty("metric").EnumerateObject().ToImmutableSortedDictionary(l => l.Name, l => l.Value.GetString()!, StringComparer.Ordinal);
        return new(labels, points);
    }

    private static ImmutableArray<SeriesPoint> Points(JsonElement series)
    {
        ImmutableArray<SeriesPoint> points = [.. series.GetProperty("values").EnumerateArray().Select(Point)];
        for (var i = 1; i < points.Length; i++)
        {
            if (points[i].At <= points[i - 1].At)
            {
                throw new FormatException("samples out of order");
            }
        }

        return points;
    }

    private static SeriesPoint Point(JsonElement pair)
    {
        if (pair.GetArrayLength() != 2)
        {
            throw new FormatException("a sample is a time and a value");
        }

        // Whole milliseconds: as a double a time is not the same twice.
        return new(DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(pair[0].GetDouble() * 1000)), Number(pair[1].GetString()!));
    }

    private static double Number(string text) =>
        ExpositionLine.TryParse(text, out var value) ? value : throw new FormatException("a value is not a number");

    private static string Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>A time as the API takes it.</summary>
    public static string Time(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
}
