using System.Globalization;
using System.Text.RegularExpressions;

namespace Release.Acceptance.Documentation;

/// <summary>A command line of the documentation.</summary>
/// <param name="Place">The page and the line.</param>
/// <param name="Line">What a person types.</param>
/// <param name="ExitCode">What it ends with: a comment <c># exit 3</c> behind it says so, otherwise 0.</param>
/// <param name="Shown">Lines that the page says it prints.</param>
internal sealed partial record DocumentedCommand(string Place, string Line, int ExitCode, IReadOnlyList<string> Shown)
{
    /// <summary>Gets the words of a command of the build; null for any other program.</summary>
    public IReadOnlyList<string>? OfTheBuild => Program == "./build.sh" ? [.. Words(Line).Skip(1)] : null;

    /// <summary>Gets the program.</summary>
    public string Program => Words(Line)[0];

    /// <summary>Gets a value indicating whether it goes on in the background.</summary>
    public bool IsBackground => Line.EndsWith(" &", StringComparison.Ordinal);

    public static DocumentedCommand Parse(string place, string text)
    {
        var comment = Comment().Match(text);
        var line = comment.Success ? text[..comment.Index] : text;
        var exit = Exit().Match(comment.Value);
        return new(place, line.Trim(), exit.Success ? int.Parse(exit.Groups[1].Value, CultureInfo.InvariantCulture) : 0, []);
    }

    /// <summary>A command in a sentence: what may be left out is in brackets, names to fill in are in capitals.</summary>
    public static DocumentedCommand InSentence(string place, string span) =>
        Parse(place, Placeholder().Replace(span.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), "1"));

    /// <summary>The words that a shell makes of a line.</summary>
    public static IReadOnlyList<string> Words(string line) =>
        [.. Word().Matches(line.TrimEnd('&', ' ')).Select(m => m.Value.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal))];

    /// <summary>
    /// Whether the output has a line that is shown. Numbers, times and hashes differ from run to run, "…" stands for
    /// anything, and columns may be wider.
    /// </summary>
    public static bool Has(string output, string shown)
    {
        var parts = shown.Split('…').Select(part => Regex.Escape(Comparable(part)).Replace("\\ ", " ", StringComparison.Ordinal));
        var pattern = new Regex("^" + string.Join(".*", parts) + "$", RegexOptions.None, TimeSpan.FromSeconds(5));
        return output.Split('\n').Any(line => pattern.IsMatch(Comparable(line)));
    }

    public override string ToString() => $"{Place}: {Line}";

    private static string Comparable(string text) => Blanks().Replace(Varying().Replace(text.Trim(), "0"), " ");

    [GeneratedRegex(@"\s+#\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bexit (\d+)\b")]
    private static partial Regex Exit();

    [GeneratedRegex(@"(?<=\s)[A-Z]+(?=\s|$)")]
    private static partial Regex Placeholder();

    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b[0-9a-f]{12,64}\b|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z?|\d+(?:[.,:]\d+)*")]
    private static partial Regex Varying();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
