using System.Text.Json;
using System.Text.Json.Serialization;

namespace Release.Reports;

/// <summary>The model as one JSON document: camelCase members, kebab-case words, times in ISO 8601, durations as seconds or milliseconds by name.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The document.</summary>
    public static string Of(ReleaseReport report) => JsonSerializer.Serialize(report, Options);
}
