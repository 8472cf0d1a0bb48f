using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;

namespace Release.Reports;

/// <summary>
/// The objectives of the configuration that a run recorded. Read by itself: the rest of that configuration may be of
/// another version of the program, and a report must not fail for it.
/// </summary>
internal static class RecordedObjectives
{
    /// <summary>The objectives by name; those that cannot be read are left out.</summary>
    public static IReadOnlyDictionary<string, Objective> Of(string configuration)
    {
        var objectives = new Dictionary<string, Objective>(StringComparer.Ordinal);
        foreach (var objective in Recorded(configuration).OfType<JsonObject>())
        {
            if (objective.Text("id") is { Length: > 0 } id && Read(id, objective) is { } known)
            {
                objectives[id] = known;
            }
        }

        return objectives;
    }

    private static JsonArray Recorded(string configuration)
    {
        try
        {
            return JsonNode.Parse(configuration) is JsonObject root && root["gate"] is JsonObject gate ? gate["objectives"] as JsonArray ?? [] : [];
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return [];
        }
    }

    private static Objective? Read(string id, JsonObject objective)
    {
        try
        {
            return Objective.From(
                new ObjectiveOptions
                {
                    Id = id,
                    Type = objective.Text("type") == "latency" ? ObjectiveType.Latency : ObjectiveType.Errors,
                    Quantile = objective.Number("quantile"),
                    Max = objective.Text("max") is { Length: > 0 } max ? max : null,
                });
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
