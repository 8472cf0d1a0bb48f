using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace Release.Probes;

/// <summary>The part of JSONPath that points at one value: <c>$.a.b[0]['c d']</c>.</summary>
internal static partial class JsonPath
{
    /// <summary>Whether the text is such a path.</summary>
    public static bool IsValid(string path) => Whole().IsMatch(path);

    /// <summary>The value; null when nothing is there.</summary>
    public static JToken? Find(JToken root, string path)
    {
        var at = (JToken?)root;
        foreach (var step in Step().Matches(path).Select(match => match.Groups))
        {
            at = step["index"].Success
                ? at is JArray list && int.TryParse(step["index"].ValueSpan, out var index) && index < list.Count ? list[index] : null
                : at is JObject record && record.TryGetValue(step["name"].Value, StringComparison.Ordinal, out var value) ? value : null;
        }

        return at;
    }

    /// <summary>
    /// Whether two values are the same: numbers by value (1 is 1.0, and whole ones to their last digit), the rest by kind
    /// and content.
    /// </summary>
    public static bool Same(JToken left, JToken right)
        => IsNumber(left) && IsNumber(right) && left.Type != right.Type
            ? (double)left == (double)right
            : JToken.DeepEquals(left, right);

    private static bool IsNumber(JToken token) => token.Type is JTokenType.Integer or JTokenType.Float;

    [GeneratedRegex(@"\A\$(?:\.[A-Za-z0-9_-]+|\[[0-9]{1,9}\]|\['[^']+'\])*\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\.(?<name>[A-Za-z0-9_-]+)|\[(?<index>[0-9]{1,9})\]|\['(?<name>[^']+)'\]")]
    private static partial Regex Step();
}
