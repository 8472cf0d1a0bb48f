using System.Numerics;
using System.Text;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>JSON in the words of an error, and read so that its tokens know their places.</summary>
internal static class JsonText
{
    /// <summary>How deep a configuration may be nested.</summary>
    public const int Deepest = 64;

    private const int LongestNumber = 100;

    /// <summary>The root object; null after an error that nothing can follow.</summary>
    public static JObject? Read(string text, ConfigurationErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            errors.Add($"is empty: write a configuration into it (docs/configuration.md), or remove it and run {OwnProgram.Command} Init");
            return null;
        }

        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            errors.Add(
                text.AsSpan(0, nul).Count('\n') + 1,
                nul - text.LastIndexOf('\n', nul),
                "a NUL character: the file is damaged, or not saved as UTF-8. Save it as UTF-8");
            return null;
        }

        var first = text.AsSpan().TrimStart()[0];
        if (first is not ('{' or '[' or '"' or '/' or '-' or >= '0' and <= '9'))
        {
            var line = text.AsSpan().TrimStart();
            line = line[..(line.IndexOf('\n') is >= 0 and var end ? end : line.Length)];
            errors.Add(1, 1, $"is not JSON: expected \"{{\" at the beginning, found {Quoted(line.ToString())}");
            return null;
        }

        var root = new JsonTree(Encoding.UTF8.GetBytes(text), errors).Read();
        if (root is null or JObject)
        {
            return (JObject?)root;
        }

        errors.Add(root, $"expected an object, found {Found(root)}");
        return null;
    }

    /// <summary>A token in the words of an error.</summary>
    public static string Found(JToken token) => token switch
    {
        JObject => "an object",
        JArray => "a list",
        JValue { Value: string text } => Quoted(text),
        JValue { Value: double number } when !double.IsFinite(number) => "a number that is too large",
        _ => Short(token.ToString(Newtonsoft.Json.Formatting.None)),
    };

    /// <summary>Text in the words of an error.</summary>
    public static string Quoted(string text) => $"\"{Short(text)}\"";

    /// <summary>A number of the text; null when it is longer than any that means something.</summary>
    public static JValue? Number(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var whole))
        {
            return new(whole);
        }

        return reader.ValueSpan.Length > LongestNumber ? null
            : reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 ? new(BigInteger.Parse(Encoding.ASCII.GetString(reader.ValueSpan), System.Globalization.CultureInfo.InvariantCulture))
            : new(reader.GetDouble());
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
