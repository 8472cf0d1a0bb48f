using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>
/// Reads an answer as JSON, or not at all: names that are there twice, text that is not UTF-8 and halves of characters are
/// refused here, since <see cref="JsonNode"/> meets them only when somebody looks, and then throws something else.
/// </summary>
/// <remarks>
/// System.Text.Json rather than Newtonsoft, because the journal has it loaded already: a rollback waits for neither.
/// </remarks>
internal static class KongJson
{
    /// <summary>The object; null for anything else.</summary>
    public static JsonObject? Read(ReadOnlySpan<byte> json)
    {
        var text = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            return IsUnambiguous(text) ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Names are compared here: AllowDuplicateProperties seeds its own hashing with OpenSSL, which a bare machine has not,
    // and there .NET ends the process in the middle of a rollback.
    private static bool IsUnambiguous(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var open = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    _ = open.Pop();
                    break;
                case JsonTokenType.PropertyName when !open.Peek().Add(reader.GetString()!):
                    return false;
                case JsonTokenType.String:
                    _ = reader.GetString();
                    break;
                case JsonTokenType.PropertyName or JsonTokenType.None or JsonTokenType.StartArray or JsonTokenType.EndArray or JsonTokenType.Comment
                    or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null:
                default:
                    break;
            }
        }

        return true;
    }
}
