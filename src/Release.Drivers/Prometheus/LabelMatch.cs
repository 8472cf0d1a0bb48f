using System.Text;
using System.Text.RegularExpressions;

namespace Release.Drivers.Prometheus;

/// <summary>What stands for the names in braces.</summary>
/// <param name="Instance">The instance's id.</param>
/// <param name="Address">Its host and port, as this program reaches it.</param>
/// <param name="Routed">The same, as the router reaches it.</param>
/// <param name="Service">The service.</param>
/// <param name="Version">Its version.</param>
/// <param name="Variant">The variant's word.</param>
internal sealed record LabelValues(string Instance, string Address, string Routed, string Service, string Version, string Variant);

/// <summary>Matchers of labels as PromQL, from the configuration's words. What is put in for a name in braces is always data.</summary>
internal static class LabelMatch
{
    private static readonly string[] Names = ["{instance}", "{address}", "{routed}", "{service}", "{version}", "{variant}"];

    /// <summary>Matchers with a comma between them, in the order of the names: <c>instance="a:1",code=~"5.."</c>.</summary>
    public static string Of(IReadOnlyDictionary<string, string> labels, LabelValues values) =>
        string.Join(',', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => Matcher(l.Key, l.Value, values)));

    /// <summary>A query with its names replaced; in a quoted text they are escaped as it asks for.</summary>
    public static string Fill(string query, LabelValues values) =>
        Names.Aggregate(query, (text, name) => text.Replace(name, Escaped(ValueOf(name, values)), StringComparison.Ordinal));

    /// <summary>What is wrong with a value, or null.</summary>
    public static string? Mistake(string value)
    {
        var (sign, text) = Split(value);
        if (text.Length == 0)
        {
            return "expected a label's value";
        }

        if (!sign.EndsWith('~'))
        {
            return null;
        }

        try
        {
            _ = Regex.IsMatch("", Names.Aggregate(text, (t, name) => t.Replace(name, "x", StringComparison.Ordinal)), RegexOptions.NonBacktracking);
            return null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return "after ~ a regular expression was expected";
        }
    }

    /// <summary>A text in quotes.</summary>
    public static string Quoted(string text) => $"\"{Escaped(text)}\"";

    private static string Matcher(string label, string value, LabelValues values)
    {
        var (sign, text) = Split(value);
        var isPattern = sign.EndsWith('~');
        var filled = Names.Aggregate(text, (t, name) => t.Replace(name, isPattern ? Regex.Escape(ValueOf(name, values)) : ValueOf(name, values), StringComparison.Ordinal));
        return $"{label}{sign}{Quoted(filled)}";
    }

    private static (string Sign, string Text) Split(string value) =>
        value.StartsWith("!~", StringComparison.Ordinal) ? ("!~", value[2..])
        : value.StartsWith('~') ? ("=~", value[1..])
        : value.StartsWith('!') ? ("!=", value[1..])
        : ("=", value);

    private static string ValueOf(string name, LabelValues values) => name switch
    {
        "{instance}" => values.Instance,
        "{address}" => values.Address,
        "{routed}" => values.Routed,
        "{service}" => values.Service,
        "{version}" => values.Version,
        _ => values.Variant,
    };

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' or '"' => escaped.Append('\\').Append(c),
                '\n' => escaped.Append("\\n"),
                _ when char.IsControl(c) => escaped.Append(' '),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
