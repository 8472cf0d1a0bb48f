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
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The object; null for anything else.</summary>
    public static JsonObject? Read(ReadOnlySpan<byte> json)
    {
        var text = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            ReadEveryString(text);
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void ReadEveryString(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                _ = reader.GetString();
            }
        }
    }
}
