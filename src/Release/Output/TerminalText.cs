using System.Globalization;
using System.Text;

namespace Release.Output;

/// <summary>
/// Makes text of unknown origin (a tool's output, a peer's answer, a note) safe to show at a terminal and in a CI log.
/// Markup escaping is another matter: Spectre's keeps escape sequences and direction overrides.
/// </summary>
public static class TerminalText
{
    private const char Escape = '\e';
    private const char Bell = '\a';
    private const char StringTerminator = '\u009C';

    /// <summary>
    /// Removes escape sequences, control characters except newline and tab, and invisible format characters (direction
    /// overrides, zero-width characters, byte order marks); disarms workflow commands. Every kind of line end becomes
    /// a newline, because a runner splits lines at a lone carriage return too.
    /// </summary>
    public static string Filter(string text) => Disarm(Strip(text));

    /// <summary>The same on one line: newlines and tabs become spaces.</summary>
    public static string Line(string text)
        => Disarm(Strip(text).Replace('\n', ' ').Replace('\t', ' '));

    /// <summary>The same on one line of at most <paramref name="length"/> characters; a longer one ends in an ellipsis.</summary>
    public static string Line(string text, int length)
    {
        var line = Line(text);
        if (line.Length <= length)
        {
            return line;
        }

        // Half a surrogate pair is no character.
        var end = char.IsHighSurrogate(line[length - 2]) ? length - 2 : length - 1;
        return line[..end] + "…";
    }

    /// <summary>Removes what <see cref="Filter"/> removes, and leaves workflow commands as they are.</summary>
    internal static string Strip(string text)
    {
        var clean = new StringBuilder(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            var sequence = SequenceAt(text, at);
            if (sequence > 0)
            {
                at += sequence;
                continue;
            }

            if (text[at] is '\r' or '\u0085' or '\u2028' or '\u2029')
            {
                at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
                clean.Append('\n');
                continue;
            }

            // A lone surrogate decodes to U+FFFD and a length of one.
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            at += length;
            if (rune.Value is '\n' or '\t' || IsVisible(rune))
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private static bool IsVisible(Rune rune)
        => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format);

    /// <summary>The length of the escape sequence at <paramref name="at"/>; 0 when there is none.</summary>
    private static int SequenceAt(string text, int at)
    {
        var introducer = text[at];
        var body = at + 1;
        if (introducer == Escape)
        {
            if (body == text.Length)
            {
                return 1;
            }

            // ESC and a letter of the second row are the seven-bit form of the C1 control 0x40 above it.
            introducer = (char)(text[body] + 0x40);
            if (text[body] is not ('[' or ']' or 'P' or 'X' or '^' or '_'))
            {
                var end = Skip(text, body, ' ', '/');
                return (end < text.Length && text[end] is >= '0' and <= '~' ? end + 1 : end) - at;
            }

            body++;
        }

        return introducer switch
        {
            '\u009B' => ControlSequence(text, body) - at,
            '\u0090' or '\u0098' or '\u009D' or '\u009E' or '\u009F' => ControlString(text, body) - at,
            _ => 0,
        };
    }

    private static int ControlSequence(string text, int body)
    {
        var end = Skip(text, Skip(text, body, '0', '?'), ' ', '/');
        return end < text.Length && text[end] is >= '@' and <= '~' ? end + 1 : end;
    }

    /// <summary>
    /// The end of a title, a link or another string for the terminal. One that does not end on its line loses only its
    /// beginning, or else a single byte could hide everything that follows.
    /// </summary>
    private static int ControlString(string text, int body)
    {
        for (var at = body; at < text.Length && text[at] is not ('\n' or '\r'); at++)
        {
            if (text[at] is Bell or StringTerminator)
            {
                return at + 1;
            }

            if (text[at] == Escape && at + 1 < text.Length && text[at + 1] == '\\')
            {
                return at + 2;
            }
        }

        return body;
    }

    private static int Skip(string text, int at, char first, char last)
    {
        while (at < text.Length && text[at] >= first && text[at] <= last)
        {
            at++;
        }

        return at;
    }

    /// <summary>
    /// GitHub's runner obeys <c>::</c> after any white space at the beginning of a line, and <c>##[</c> anywhere in it
    /// (actions/runner, ActionCommand.cs: TrimStart and IndexOf); Azure's obeys <c>##vso[</c>.
    /// </summary>
    private static string Disarm(string text)
    {
        if (!text.Contains("::", StringComparison.Ordinal) && !text.Contains("##", StringComparison.Ordinal))
        {
            return text;
        }

        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = lines[i].Replace("##[", "## [", StringComparison.Ordinal)
                .Replace("##vso[", "## vso[", StringComparison.OrdinalIgnoreCase);
            if (lines[i].TrimStart().StartsWith("::", StringComparison.Ordinal))
            {
                lines[i] = "| " + lines[i];
            }
        }

        return string.Join('\n', lines);
    }
}
