using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>What Kong's refusals mean for whoever reads them, and what to do.</summary>
internal static class KongRefusals
{
    /// <summary>Why entities cannot be written one by one.</summary>
    public const string HasNoDatabase =
        "it runs without a database; name the declarative file that it loads in traffic/file, and its whole configuration is changed instead";

    private const int MostReasons = 5;

    // Kong names at most ten seconds; a proxy in between may name a year.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before a document is sent again.</summary>
    public static TimeSpan Pause(TimeSpan? retryAfter, int attempt) =>
        retryAfter is { } asked && asked > TimeSpan.Zero
            ? (asked < LongestPause ? asked : LongestPause)
            : TimeSpan.FromMilliseconds(250 * (1 << Math.Min(attempt, 5)));

    /// <summary>A refused configuration in a sentence; null where only Kong's own words are left to show.</summary>
    public static string? Of(int status, JsonObject? answer) => status switch
    {
        400 when Reasons(answer).ToList() is { Count: > 0 } reasons =>
            $"the configuration is not valid: {string.Join("; ", reasons.Take(MostReasons))}"
            + (reasons.Count > MostReasons ? $"; and {reasons.Count - MostReasons} more" : ""),
        400 when Text(answer?["message"])?.Contains("not use a database", StringComparison.Ordinal) == true =>
            "it has a database: remove traffic/file, which is for a Kong without one",
        413 => "the configuration does not fit into its memory: raise lmdb_map_size (KONG_LMDB_MAP_SIZE) or, where a proxy said it, the size of bodies",
        429 => "it is still loading another configuration; try again when whoever changes it too is done",
        503 => "it is shutting down; start it, and run the command again",
        504 => "it did not load the configuration in time; look at its log, whether all of its workers answer",
        _ => null,
    };

    private static IEnumerable<string> Reasons(JsonObject? answer)
    {
        foreach (var entity in (answer?["flattened_errors"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var name = $"{Text(entity["entity_type"]) ?? "entity"} {Text(entity["entity_name"]) ?? Text((entity["entity"] as JsonObject)?["target"]) ?? Text(entity["entity_id"]) ?? ""}".TrimEnd();
            foreach (var error in (entity["errors"] as JsonArray ?? []).OfType<JsonObject>())
            {
                var said = Text(error["message"]) ?? string.Join(", ", (error["messages"] as JsonArray ?? []).Select(Text).OfType<string>());
                yield return $"{name}: {(Text(error["field"]) is { } field && !field.StartsWith('@') ? field + ": " : "")}{said}";
            }
        }

        // What belongs to no entity is told by field only.
        foreach (var (field, value) in answer?["fields"] as JsonObject ?? [])
        {
            if (Text(value) is { } said)
            {
                yield return $"{field}: {said}";
            }
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
