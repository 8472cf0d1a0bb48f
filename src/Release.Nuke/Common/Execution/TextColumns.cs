namespace Nuke.Common.Execution;

/// <summary>Rows of a name and a text that is broken between words, no wider than the terminal.</summary>
internal sealed class TextColumns(RunConsole console, int? width)
{
    private const int Usual = 80;
    private const int Widest = 120; // Longer lines are hard to read, however wide the window is.
    private const int Narrowest = 40;
    private const int Indent = 2;
    private const int LeastText = 24;

    private readonly int _width = Math.Clamp(width ?? Usual, Narrowest, Widest);

    /// <param name="name">Stands left.</param>
    /// <param name="names">The longest name of the table.</param>
    /// <param name="text">Stands right of it, or below it where there is too little room.</param>
    public void Row(string name, int names, string text)
    {
        var column = Indent + names + Indent;
        var lead = new string(' ', Indent) + name;
        if (_width - column < LeastText)
        {
            console.Line(lead);
            Paragraph(text, new string(' ', 2 * Indent));
            return;
        }

        foreach (var line in Lines(text, _width - column).DefaultIfEmpty(""))
        {
            console.Line((lead.PadRight(column) + line).TrimEnd());
            lead = "";
        }
    }

    public void Paragraph(string text, string lead)
    {
        foreach (var line in Lines(text, _width - lead.Length))
        {
            console.Line(lead + line);
        }
    }

    /// <summary>A word that is longer than a line is broken where the line ends.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = "";
        foreach (var given in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var word = given;
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            while (line.Length == 0 && word.Length > width)
            {
                yield return word[..width];
                word = word[width..];
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }
}
