using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Gateway.Admin;

/// <summary>JSON as the Admin API and the state file write and read it.</summary>
internal static class Json
{
    /// <summary>Quotes stay readable in messages; nothing here ends up inside HTML.</summary>
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // .NET seeds its comparing of names with OpenSSL and ends the process where there is none: there the last one counts.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = !Sha256.HasOpenSsl };

    /// <exception cref="JsonException">It is not JSON, not an object, or names a member twice.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> text) =>
        JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new JsonException("expected a JSON object");

    public static string? Text(this JsonObject entity, string name) =>
        entity[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static bool Flag(this JsonObject entity, string name) =>
        entity[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    public static int Number(this JsonObject entity, string name) => (int)(entity[name].Integer() ?? 0);

    /// <summary>The whole number that a node is, however it came to be one: .NET tells a parsed one from an assigned one.</summary>
    public static long? Integer(this JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number
        && long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static IReadOnlyList<string> Texts(this JsonObject entity, string name) =>
        entity[name] is JsonArray array ? [.. array.Select(element => (string)element!)] : [];

    /// <summary>The id of the entity that a foreign field names, if it names one.</summary>
    public static string? ReferenceId(this JsonObject entity, string name) => (entity[name] as JsonObject)?.Text("id");
}
