using System.Text;

namespace Nuke.Common.ValueInjection;

/// <summary>How names are written and compared: <c>CanaryPercent</c>, <c>--canary-percent</c> and <c>CANARY_PERCENT</c> are one.</summary>
internal static class Names
{
    /// <summary>Letters and digits in lower case.</summary>
    public static string Key(string name)
        => string.Create(name.Count(char.IsLetterOrDigit), name, static (key, name) =>
        {
            var length = 0;
            foreach (var c in name)
            {
                if (char.IsLetterOrDigit(c))
                {
                    key[length++] = char.ToLowerInvariant(c);
                }
            }
        });

    /// <summary>Whether a word can stand for a name at all: anything else would be dropped by <see cref="Key"/> unseen.</summary>
    public static bool IsName(string word) => word.Length > 0 && word.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_');

    /// <summary>
    /// A word of a person's, fit for one line of a message: of any length, and with what a terminal would act on written out,
    /// so that it can be seen.
    /// </summary>
    public static string Shown(string word)
    {
        const int Longest = 80;
        var line = string.Concat(word.Take(Longest + 1).Select(static c => Execution.TextFilter.IsControl(c) || c == '\t'
            ? $"\\u{(int)c:x4}" : c.ToString()));
        var cut = line.Length > Longest && char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Math.Min(Longest, line.Length);
        return word.Length <= Longest && line.Length <= 2 * Longest ? line : $"{line[..cut]}… ({word.Length} characters)";
    }

    /// <summary><c>--canary-percent</c> for <c>CanaryPercent</c>.</summary>
    public static string Flag(string name) => Words(name, "--", '-', char.ToLowerInvariant);

    /// <summary><c>RELEASE_CANARY_PERCENT</c> for <c>CanaryPercent</c>.</summary>
    public static string Variable(string name) => Words(name, "RELEASE_", '_', char.ToUpperInvariant);

    /// <summary>The known name that was probably meant; null where none is close.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var key = Key(name);
        if (key.Length is 0 or > 64)
        {
            return null;
        }

        if (key.Length <= 2)
        {
            return known.FirstOrDefault(candidate => Key(candidate).StartsWith(key, StringComparison.Ordinal));
        }

        var (best, distance) = ((string?)null, Math.Max(2, key.Length / 3) + 1);
        foreach (var candidate in known)
        {
            var far = Distance(key, Key(candidate));
            if (far < distance)
            {
                (best, distance) = (candidate, far);
            }
        }

        return best;
    }

    private static string Words(string name, string prefix, char separator, Func<char, char> letter)
    {
        var text = new StringBuilder(prefix);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsUpper(name[i])
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord && char.IsLetterOrDigit(name[i - 1]))
            {
                _ = text.Append(separator);
            }

            _ = text.Append(char.IsLetterOrDigit(name[i]) ? letter(name[i]) : separator);
        }

        return text.ToString();
    }

    // Optimal string alignment: two letters that changed places are one mistake, the commonest one.
    private static int Distance(string a, string b)
    {
#pragma warning disable CA1814 // A full rectangle: jagged would only be longer.
        var row = new int[a.Length + 1, b.Length + 1];
#pragma warning restore CA1814
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    row[i, j] = i + j;
                    continue;
                }

                var replaced = row[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[i, j] = Math.Min(replaced, Math.Min(row[i - 1, j], row[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[i, j] = Math.Min(row[i, j], row[i - 2, j - 2] + 1);
                }
            }
        }

        return row[a.Length, b.Length];
    }
}
