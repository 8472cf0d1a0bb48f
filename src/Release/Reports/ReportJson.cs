using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Release.Runbooks;

namespace Release.Reports;

/// <summary>The model as one JSON document: camelCase members, kebab-case words, times in ISO 8601, durations as seconds or milliseconds by name.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The document.</summary>
    public static JsonObject Of(ReleaseReport report)
    {
        var json = JsonSerializer.SerializeToNode(report with { Runbook = null }, Options)!.AsObject();
        json["runbook"] = report.Runbook is { } runbook ? RunbookJson.Of(runbook) : null;
        return json;
    }
}
