using System.Text;
using System.Text.Json;

namespace Nuke.Common.ValueInjection;

/// <summary>One JSON object of parameters: texts, numbers, booleans and lists of them. Every problem says file and line.</summary>
internal static class ParameterFile
{
    /// <summary>Null where the file does not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">How messages call it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>Each parameter with its words and its place, as <c>.nuke/parameters.json:3</c>.</returns>
    public static List<(string Name, List<string> Words, string Place)>? Read(string path, string shown, List<string> problems)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var text = File.ReadAllBytes(path);
            return IsTrivial(text) ? [] : Parse(text, shown, problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{shown} cannot be read: {exception.Message}");
            return [];
        }
    }

    // What a fresh repository holds. Loading the JSON reader for it would cost every start some milliseconds.
    private static bool IsTrivial(byte[] text)
    {
        if (text.Length > 128)
        {
            return false;
        }

        var dense = string.Concat(Encoding.UTF8.GetString(text).Where(static c => !char.IsWhiteSpace(c)));
        return dense is "{}" or "{\"$schema\":\"./build.schema.json\"}" or "{\"$schema\":\"build.schema.json\"}";
    }

    private static List<(string Name, List<string> Words, string Place)> Parse(byte[] bytes, string shown, List<string> problems)
    {
        var parameters = new List<(string Name, List<string> Words, string Place)>();
        ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        var reader = new Utf8JsonReader(
            text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problems.Add($"{shown}:1: expected one JSON object of parameters, as {{ \"Env\": \"prod\" }}.");
                return parameters;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (name, place) = (reader.GetString()!, $"{shown}:{LineOf(text, reader)}");
                _ = reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                {
                    continue; // As if it were not given.
                }

                if (Words(ref reader) is not { } words)
                {
                    problems.Add($"{place}: {Names.Shown(name)}: expected text, a number, true, false, or a list of these.");
                }
                else if (parameters.Exists(other => Names.Key(other.Name) == Names.Key(name)))
                {
                    problems.Add($"{place}: {Names.Shown(name)} is given twice in this file; give it once.");
                }
                else if (name != "$schema")
                {
                    parameters.Add((name, words, place));
                }
            }

            _ = reader.Read(); // Anything behind the object is an error.
        }
        catch (JsonException exception)
        {
            problems.Add($"{shown}:{exception.LineNumber + 1}: this is not valid JSON: {Reason(exception)}");
        }
        catch (InvalidOperationException)
        {
            problems.Add($"{shown}:{LineOf(text, reader)}: this is not valid JSON: the text is not UTF-8.");
        }

        return parameters;
    }

    // Null where it is neither a value nor a list of values.
    private static List<string>? Words(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Word(ref reader) is { } single ? [single] : null;
        }

        var (words, isValid) = (new List<string>(), true);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var word = Word(ref reader);
            isValid &= word is not null;
            words.Add(word ?? "");
        }

        return isValid ? words : null;
    }

    private static string? Word(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            case JsonTokenType.StartObject:
            case JsonTokenType.StartArray:
                reader.Skip();
                return null;
            case JsonTokenType.None:
            case JsonTokenType.EndObject:
            case JsonTokenType.EndArray:
            case JsonTokenType.PropertyName:
            case JsonTokenType.Comment:
            case JsonTokenType.Null:
            default:
                return null;
        }
    }

    private static int LineOf(ReadOnlySpan<byte> text, in Utf8JsonReader reader)
        => text[..(int)Math.Min(reader.TokenStartIndex, text.Length)].Count((byte)'\n') + 1;

    // The message ends with its own, differently counted, place.
    private static string Reason(JsonException exception)
    {
        var place = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Names.Shown(place < 0 ? exception.Message : exception.Message[..place]);
    }
}
