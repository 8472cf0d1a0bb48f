using System.Text;

namespace Nuke.Common.Execution;

/// <summary>
/// Makes text of unknown origin safe for a terminal and a CI log: no escape sequences, control or bidirectional
/// characters, and no workflow commands, with which any tool could steer the host.
/// </summary>
internal static class TextFilter
{
    private const char Escape = '\u001b';

    /// <summary>One line, without anything that a terminal or a CI host would act on.</summary>
    public static string Untrusted(string line) => WithoutCommands(Clean(line));

    /// <summary>One line without control characters; tabs stay. The usual line is returned as it is.</summary>
    public static string Clean(string line)
    {
        var clean = line.AsSpan().TrimEnd('\r');
        var first = 0;
        while (first < clean.Length && !IsControl(clean[first]))
        {
            first++;
        }

        if (first == line.Length)
        {
            return line;
        }

        var text = new StringBuilder(line.Length).Append(clean[..first]);
        for (var i = first; i < clean.Length; i++)
        {
            if (clean[i] == Escape)
            {
                i = EndOfSequence(clean, i);
            }
            else if (clean[i] is '\r' or '\n' or '\u2028' or '\u2029')
            {
                _ = text.Append(' ');
            }
            else if (!IsControl(clean[i]))
            {
                _ = text.Append(clean[i]);
            }
        }

        return text.ToString();
    }

    // The runner takes "::" after leading blanks, and "##[" anywhere in a line:
    // https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    private static string WithoutCommands(string line)
    {
        if (line.Contains("##", StringComparison.Ordinal))
        {
            line = line.Replace("##[", "# #[", StringComparison.Ordinal).Replace("##vso[", "# #vso[", StringComparison.Ordinal);
        }

        var start = line.AsSpan().TrimStart();
        return start.StartsWith("::", StringComparison.Ordinal)
            ? string.Concat(line.AsSpan(0, line.Length - start.Length), ": ", start[1..])
            : line;
    }

    public static bool IsControl(char c)
        => (c < ' ' && c != '\t')
            || c is >= '\u007f' and <= '\u009f'
            || c is '\u061c' or '\u200e' or '\u200f' or '\u2028' or '\u2029'
            || c is >= '\u202a' and <= '\u202e'
            || c is >= '\u2066' and <= '\u2069';

    // CSI ends with a letter-like byte, OSC and its kin with BEL or ST; anything else is two characters long.
    private static int EndOfSequence(ReadOnlySpan<char> text, int start)
    {
        if (start + 1 >= text.Length)
        {
            return start;
        }

        var i = start + 2;
        switch (text[start + 1])
        {
            case '[':
                while (i < text.Length && text[i] is < '@' or > '~')
                {
                    i++;
                }

                return Math.Min(i, text.Length - 1);
            case ']' or 'P' or 'X' or '^' or '_':
                while (i < text.Length && text[i] is not ('\u0007' or '\u009c') && !(text[i] == '\\' && text[i - 1] == Escape))
                {
                    i++;
                }

                return Math.Min(i, text.Length - 1);
            default:
                return start + 1;
        }
    }
}
