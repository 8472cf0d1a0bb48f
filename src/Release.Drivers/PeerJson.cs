using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Drivers;

/// <summary>
/// Reads what a peer sent as JSON, or not at all: names that are there twice, text that is not UTF-8 and halves of
/// characters are refused here, since <see cref="JsonNode"/> meets them only when somebody looks, and then throws
/// something else.
/// </summary>
internal static class PeerJson
{
    /// <summary>The value; false for anything that cannot be relied on.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out JsonNode? value)
    {
        value = null;
        var text = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            if (!IsUnambiguous(text))
            {
                return false;
            }

            value = JsonNode.Parse(text);
            return true;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    // Names are compared here: AllowDuplicateProperties seeds its own hashing with OpenSSL, which a bare machine has not,
    // and there .NET ends the process.
    private static bool IsUnambiguous(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var open = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                open.Push(new HashSet<string>(StringComparer.Ordinal));
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                _ = open.Pop();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!open.Peek().Add(reader.GetString()!))
                {
                    return false;
                }
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                _ = reader.GetString();
            }
        }

        return true;
    }
}
