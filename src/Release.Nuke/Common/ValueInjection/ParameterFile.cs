using System.Text.Json;

namespace Nuke.Common.ValueInjection;

/// <summary>One JSON object of parameters: texts, numbers, booleans and lists of them.</summary>
internal static class ParameterFile
{
    /// <summary>Null where the file does not exist.</summary>
    public static List<(string Name, List<string> Words)>? Read(string path, List<string> problems)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var text = File.ReadAllText(path);
        return IsTrivial(text) ? [] : Parse(path, text, problems);
    }

    // What a fresh repository holds. Loading the JSON reader for it would cost every start some milliseconds.
    private static bool IsTrivial(string text)
    {
        var dense = string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));
        return dense is "{}" or "{\"$schema\":\"./build.schema.json\"}" or "{\"$schema\":\"build.schema.json\"}";
    }

    private static List<(string Name, List<string> Words)> Parse(string path, string text, List<string> problems)
    {
        var parameters = new List<(string, List<string>)>();
        try
        {
            using var document = JsonDocument.Parse(
                text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"{path}: expected one JSON object of parameters.");
                return parameters;
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "$schema" || property.Value.ValueKind == JsonValueKind.Null)
                {
                    continue;
                }

                var words = property.Value.ValueKind == JsonValueKind.Array
                    ? property.Value.EnumerateArray().Select(Word).ToList()
                    : [Word(property.Value)];
                if (words.Contains(null))
                {
                    problems.Add($"{path}: {property.Name}: expected text, a number, true, false, or a list of these.");
                    continue;
                }

                parameters.Add((property.Name, [.. words.OfType<string>()]));
            }
        }
        catch (JsonException exception)
        {
            problems.Add($"{path}:{exception.LineNumber + 1}: not valid JSON.");
        }

        return parameters;
    }

    private static string? Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Undefined or JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null => null,
        _ => null,
    };
}
