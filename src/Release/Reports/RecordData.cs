using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Reports;

/// <summary>Reads a record's data without trust in its shape: a report of a strange journal shows what is there.</summary>
internal static class RecordData
{
    /// <summary>The text of a member; empty when it is not one.</summary>
    public static string Text(this JsonNode? data, string name) =>
        data is JsonObject members && members[name] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    /// <summary>The number of a member; null when it is not one.</summary>
    public static double? Number(this JsonNode? data, string name) =>
        data is JsonObject members && members[name] is JsonValue value && value.GetValueKind() is JsonValueKind.Number
            ? value.TryGetValue(out double number) ? number : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
            : null;

    /// <summary>The time of a member; null when it is not one.</summary>
    public static DateTimeOffset? Time(this JsonNode? data, string name) =>
        DateTimeOffset.TryParse(data.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;
}
