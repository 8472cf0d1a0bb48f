using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Release.Reports;

/// <summary>The model as one JSON document: camelCase members, kebab-case words, times in ISO 8601, durations as seconds or milliseconds by name.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The document.</summary>
    public static JsonObject Of(ReleaseReport report) => JsonSerializer.SerializeToNode(report, Options)!.AsObject();
}
