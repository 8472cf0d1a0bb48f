using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>JSON as a person would lay it out: what fits on a line stands on one.</summary>
public static class JsonLayout
{
    private const int Width = 120;

    /// <summary>The text, ended by a newline.</summary>
    public static string Of(JToken token) => Write(token, 0, 0) + "\n";

    private static string Write(JToken token, int indent, int before)
    {
        var line = Line(token);
        if (token is not JContainer { HasValues: true } || indent + before + line.Length <= Width - 1 && token.Parent is not null)
        {
            return line;
        }

        var (open, close) = token is JObject ? ('{', '}') : ('[', ']');
        var text = new StringBuilder().Append(open).Append('\n');
        var inner = indent + 2;
        foreach (var child in token.Children())
        {
            var key = child is JProperty property ? JsonConvert.ToString(property.Name) + ": " : "";
            text.Append(' ', inner).Append(key).Append(Write(child is JProperty { Value: var value } ? value : child, inner, key.Length))
                .Append(child.Next is null ? "" : ",").Append('\n');
        }

        return text.Append(' ', indent).Append(close).ToString();
    }

    private static string Line(JToken token) => token switch
    {
        JObject { HasValues: true } record => $"{{ {string.Join(", ", record.Properties().Select(property => $"{JsonConvert.ToString(property.Name)}: {Line(property.Value)}"))} }}",
        JArray list => $"[{string.Join(", ", list.Select(Line))}]",
        _ => token.ToString(Formatting.None),
    };
}
