using System.Text;
using System.Text.Json;
using Newtonsoft.Json.Linq;
using NewtonsoftException = Newtonsoft.Json.JsonReaderException;
using NewtonsoftReader = Newtonsoft.Json.JsonTextReader;
using NewtonsoftToken = Newtonsoft.Json.JsonToken;

namespace Release.Configuration;

/// <summary>
/// Reads JSON whose tokens know their lines. System.Text.Json decides first what is JSON at all: it is strict and does not
/// recurse, while Newtonsoft.Json takes comments, single quotes and hexadecimal numbers.
/// </summary>
internal static class JsonText
{
    private const int Deepest = 64;

    /// <summary>The path as it is shown: <c>$.gate.tick</c>.</summary>
    public static string PathOf(string path) => path.Length == 0 ? "$" : path[0] == '[' ? "$" + path : "$." + path;

    /// <summary>The root object; null after an error that nothing can follow.</summary>
    public static JObject? Read(string text, ConfigurationErrors errors)
    {
        if (!IsJson(text, errors))
        {
            return null;
        }

        try
        {
            FindDuplicates(text, errors);
            using var reader = Reader(text);
            var root = JToken.Load(reader, new()
            {
                LineInfoHandling = LineInfoHandling.Load,
                DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Replace,
            });
            if (root is JObject record)
            {
                return record;
            }

            errors.Add(root, $"expected an object, found {Found(root)}");
        }
        catch (NewtonsoftException problem)
        {
            // A number of hundreds of digits is JSON, but no number.
            errors.Add(problem.LineNumber, PathOf(problem.Path ?? ""), "expected a number of a usual size");
        }

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

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static bool IsJson(string text, ConfigurationErrors errors)
    {
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            errors.Add(text.AsSpan(0, nul).Count('\n') + 1, "", "a NUL character: the file is damaged, or no text");
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = bytes.Length + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= Deepest && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    var line = bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n') + 1;
                    errors.Add(line, "", $"nested deeper than {Deepest} levels");
                    return false;
                }
            }

            return true;
        }
        catch (JsonException problem)
        {
            // The end of the message repeats the position, counted from 0.
            var end = problem.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            var reason = end < 0 ? problem.Message : problem.Message[..end];
            errors.Add((int)(problem.LineNumber ?? 0) + 1, "", $"is not JSON: {reason}");
            return false;
        }
    }

    private static void FindDuplicates(string text, ConfigurationErrors errors)
    {
        using var reader = Reader(text);
        var open = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType == NewtonsoftToken.StartObject)
            {
                open.Push(new(StringComparer.Ordinal));
            }
            else if (reader.TokenType == NewtonsoftToken.EndObject)
            {
                open.Pop();
            }
            else if (reader.TokenType == NewtonsoftToken.PropertyName && !open.Peek().Add((string)reader.Value!))
            {
                errors.Add(reader.LineNumber, PathOf(reader.Path), "the key is there twice: remove one");
            }
        }
    }

    private static NewtonsoftReader Reader(string text) => new(new StringReader(text))
    {
        DateParseHandling = Newtonsoft.Json.DateParseHandling.None,
        MaxDepth = Deepest + 1,
    };
}
