using System.Text.Json.Nodes;

namespace Release.Acceptance.Story;

/// <summary>The shape of a document: each member's path and kind, sorted, once.</summary>
internal static class Shape
{
    public static string Of(JsonNode? node) =>
        string.Join('\n', Lines("", node).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Lines(string path, JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Lines(path.Length == 0 ? m.Key : $"{path}.{m.Key}", m.Value)),
        JsonArray items => items.SelectMany(i => Lines($"{path}[]", i)),
        null => [$"{path}: null"],
        _ => [$"{path}: {node.GetValueKind()}"],
    };
}
