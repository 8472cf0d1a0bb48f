using System.Net;
using System.Text.Json.Nodes;

namespace Release.Drivers.Docker;

/// <summary>A whole answer.</summary>
internal readonly record struct EngineAnswer(HttpStatusCode Status, byte[] Body)
{
    /// <summary>Gets a value indicating whether it says in the engine's words that something is not there: a page that says so comes from some other server.</summary>
    public bool IsMissing => Status == HttpStatusCode.NotFound && Message is not null;

    /// <summary>Gets the engine's own words about a failure, or null.</summary>
    public string? Message =>
        PeerJson.TryRead(Body, out var json) && json is JsonObject document
            && document["message"] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0
            ? text
            : null;
}
