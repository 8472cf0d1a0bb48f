using System.Globalization;

namespace Release.Drivers.Postgres;

/// <summary>Names and values as PostgreSQL's languages write them.</summary>
internal static class PgText
{
    /// <summary>The longest name that a server keeps, in bytes; it cuts longer ones in silence.</summary>
    public const int LongestName = 63;

    /// <summary>A name in SQL, whatever it holds.</summary>
    public static string Identifier(string name) => name.Contains('\0', StringComparison.Ordinal)
        ? throw new ArgumentException("A name has a NUL character, which no server keeps.", nameof(name))
        : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text in SQL, with <c>standard_conforming_strings</c> on.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>
    /// The database as an argument: a bare name such as <c>postgres://x</c> or <c>a=b</c> would be read as a whole connection.
    /// </summary>
    public static string ConnectionArgument(string database) =>
        $"--dbname=dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>A name of ours beside another one, no longer than a server keeps, cut at a whole character.</summary>
    public static string Beside(string name, string suffix)
    {
        var room = LongestName - System.Text.Encoding.UTF8.GetByteCount(suffix);
        var kept = name;
        while (System.Text.Encoding.UTF8.GetByteCount(kept) > room)
        {
            kept = kept[..^(char.IsLowSurrogate(kept[^1]) ? 2 : 1)];
        }

        return kept + suffix;
    }

    /// <summary>The elements of a setting that is a list of names (<c>"$user", public</c>).</summary>
    public static IReadOnlyList<string> Elements(string list)
    {
        var (elements, element, quoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] == '"' && quoted && i + 1 < list.Length && list[i + 1] == '"')
            {
                _ = element.Append('"');
                i++;
            }
            else if (list[i] == '"')
            {
                quoted = !quoted;
            }
            else if (list[i] == ',' && !quoted)
            {
                elements.Add(element.ToString());
                _ = element.Clear();
            }
            else if (quoted || !char.IsWhiteSpace(list[i]))
            {
                _ = element.Append(list[i]);
            }
        }

        return [.. elements, element.ToString()];
    }

    /// <summary>Bytes for a person.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };

    /// <summary>A count for a person: thousands apart.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
