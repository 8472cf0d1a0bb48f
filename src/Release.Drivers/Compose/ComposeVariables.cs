using System.Text;

namespace Release.Drivers.Compose;

/// <summary>
/// The variables in a compose file: <c>$NAME</c>, <c>${NAME:-default}</c> and their kin; <c>$$</c> stands for <c>$</c>. Only
/// defaults are taken: what a variable or an <c>.env</c> file holds belongs to one machine, and may be a secret.
/// </summary>
internal static class ComposeVariables
{
    private const int Deepest = 10;

    /// <summary>The text with defaults in the place of variables, and the variables that have none.</summary>
    public static (string Text, IReadOnlyList<string> Unset) Expand(string text)
    {
        var unset = new List<string>();
        return (Expand(text, unset, 0), unset);
    }

    private static string Expand(string text, List<string> unset, int depth)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                expanded.Append(text[at]);
            }
            else if (text[at + 1] == '$')
            {
                expanded.Append('$');
                at++;
            }
            else if (text[at + 1] == '{' && End(text, at + 2) is > 0 and var end)
            {
                expanded.Append(Braced(text[(at + 2)..end], unset, depth));
                at = end;
            }
            else if (NameLength(text, at + 1) is > 0 and var length)
            {
                unset.Add(text.Substring(at + 1, length));
                at += length;
            }
            else
            {
                expanded.Append('$');
            }
        }

        return expanded.ToString();
    }

    private static string Braced(string inner, List<string> unset, int depth)
    {
        var length = NameLength(inner, 0);
        var (name, rest) = (inner[..length], inner[length..]);
        var isDefault = rest.StartsWith(":-", StringComparison.Ordinal) || rest.StartsWith('-');
        if (length == 0 || depth == Deepest)
        {
            unset.Add(inner);
            return "";
        }

        if (isDefault)
        {
            return Expand(rest[(rest.IndexOf('-', StringComparison.Ordinal) + 1)..], unset, depth + 1);
        }

        // ${NAME+text} stands for text only where the variable is set: without one it is nothing.
        if (!rest.StartsWith(":+", StringComparison.Ordinal) && !rest.StartsWith('+'))
        {
            unset.Add(name);
        }

        return "";
    }

    // Defaults may hold variables: the brace that ends this one is the first that ends none of those.
    private static int End(string text, int at)
    {
        for (var open = 1; at < text.Length; at++)
        {
            open += text[at] switch { '{' when text[at - 1] == '$' => 1, '}' => -1, _ => 0 };
            if (open == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static int NameLength(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_' || (end > at && char.IsAsciiDigit(text[end]))))
        {
            end++;
        }

        return end - at;
    }
}
