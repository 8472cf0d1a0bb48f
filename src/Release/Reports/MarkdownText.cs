using System.Text;
using Release.Output;

namespace Release.Reports;

/// <summary>
/// Text of unknown origin as GitHub's Markdown that shows it and does nothing else: no markup, no link, no mention, no HTML,
/// no mathematics, no second line.
/// </summary>
public static class MarkdownText
{
    /// <summary>The text on one line, to stand within a paragraph, a list item or a cell of a table.</summary>
    public static string Encode(string text)
    {
        var line = TerminalText.Line(text);
        var encoded = new StringBuilder(line.Length + 16);
        for (var at = 0; at < line.Length; at++)
        {
            _ = line[at] switch
            {
                '&' => encoded.Append("&amp;"),
                '<' => encoded.Append("&lt;"),
                '>' => encoded.Append("&gt;"),

                // A backslash would leave mathematics and a mention what they are, since both are looked for afterwards.
                '$' => encoded.Append("&#36;"),
                '@' when at + 1 < line.Length && IsWord(line[at + 1]) && (at == 0 || !IsWord(line[at - 1])) => encoded.Append("@&#8203;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '!' or '#' => encoded.Append('\\').Append(line[at]),

                // What begins a list or underlines a heading does so at the beginning only.
                '-' or '+' or '=' when at == 0 => encoded.Append('\\').Append(line[at]),

                // Addresses become links by themselves; two colons mark a span in some dialects.
                ':' when IsScheme(line, at) => encoded.Append("\\:"),
                ')' when IsListNumber(line, at) => encoded.Append("\\)"),
                '.' when IsListNumber(line, at) || IsWww(line, at) => encoded.Append("\\."),
                _ => encoded.Append(line[at]),
            };
        }

        return encoded.ToString();
    }

    /// <summary>A name, a hash or a version in a code span, if it is harmless as it is; else encoded.</summary>
    public static string Code(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':' or '+') && !text.StartsWith("::", StringComparison.Ordinal)
            ? $"`{text}`"
            : Encode(text);

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character is '-' or '_';

    private static bool IsScheme(string line, int at) => (at + 1 < line.Length && line[at + 1] is '/' or ':') || (at > 0 && line[at - 1] == ':')
        || line.AsSpan(0, at).EndsWith("mailto", StringComparison.OrdinalIgnoreCase)
        || line.AsSpan(0, at).EndsWith("xmpp", StringComparison.OrdinalIgnoreCase);

    private static bool IsListNumber(string line, int at) => at is > 0 and < 10
        && line.AsSpan(0, at).IndexOfAnyExceptInRange('0', '9') < 0 && (at + 1 == line.Length || line[at + 1] == ' ');

    private static bool IsWww(string line, int at) =>
        at >= 3 && line.AsSpan(at - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase);
}
