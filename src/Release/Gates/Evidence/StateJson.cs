using System.Globalization;
using System.Text.Json.Nodes;

namespace Release.Gates.Evidence;

/// <summary>Reads states as they were written: a gate whose state is lost starts again, it does not guess.</summary>
internal static class StateJson
{
    public static double Number(JsonNode? json, string name) => Number(Member(json, name));

    public static double Number(JsonNode? json)
    {
        try
        {
            var value = json is null ? double.NaN : GateJson.Number(json);
            return double.IsFinite(value) ? value : throw new FormatException("This is not a gate's state: a number is missing.");
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("This is not a gate's state: a number is none.", e);
        }
    }

    public static void Numbers(JsonNode? json, Span<double> numbers)
    {
        var list = List(json);
        if (list.Count != numbers.Length)
        {
            throw new FormatException($"This is not the state of this gate: it has {list.Count} numbers instead of {numbers.Length}.");
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Number(list[i]);
        }
    }

    public static JsonArray List(JsonNode? json) => json as JsonArray ?? throw new FormatException("This is not a gate's state: a list is missing.");

    public static JsonNode? Member(JsonNode? json, string name) =>
        json is JsonObject record ? record[name] : throw new FormatException($"This is not a gate's state: there is no {name}.");

    public static string? Text(JsonNode? json, string name) => Member(json, name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw new FormatException($"This is not a gate's state: {name} is not text."),
    };

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(JsonNode? json, string name) => DateTimeOffset.Parse(
        Text(json, name) ?? throw new FormatException($"This is not a gate's state: there is no {name}."), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public static GateVerdict Verdict(JsonNode? json, string name)
    {
        var verdict = Member(json, name);
        return new(Word<GateOutcome>(verdict, "outcome"), Word<GateCause>(verdict, "cause"), Time(verdict, "at"), Text(verdict, "reason") ?? "");
    }

    private static T Word<T>(JsonNode? json, string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(Text(json, name), ignoreCase: true, out var value) ? value : throw new FormatException($"This is not a gate's state: {name} is unknown.");
}
