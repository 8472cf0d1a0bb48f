using System.Text;

namespace Release.Components.Terminal;

/// <summary>A line of the live view: its text with colours, and how many cells it takes.</summary>
/// <param name="Text">Printable text and colour codes, nothing that moves the cursor.</param>
/// <param name="Cells">Its width.</param>
internal readonly record struct LiveLine(string Text, int Cells);

/// <summary>
/// The last lines of a terminal, drawn over and over, and everything else above them, where it scrolls away as ever. Pure:
/// each method returns what is to be written, as one piece, so that nothing else comes in between.
/// </summary>
internal sealed class LiveRegion
{
    /// <summary>.NET puts the keypad into application mode when it meets a terminal, and leaves it so: this takes it back.</summary>
    public const string NormalKeypad = "\e[?1l\e>";

    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    // A line whose width was guessed wrong (an emoji, a script this terminal joins otherwise) must not wrap: then the next
    // redraw would begin a line too low.
    private const string NoWrap = "\e[?7l";
    private const string Wrap = "\e[?7h";
    private const string ClearRight = "\e[K";
    private const string ClearBelow = "\e[J";

    private IReadOnlyList<LiveLine> _drawn = [];
    private string _unfinished = "";

    /// <summary>Draws other lines in the place of those that stand there.</summary>
    /// <param name="lines">The lines; fewer than the terminal has.</param>
    /// <param name="width">The terminal's width now.</param>
    public string Draw(IReadOnlyList<LiveLine> lines, int width)
    {
        var text = new StringBuilder(_drawn.Count == 0 && lines.Count > 0 ? HideCursor : "").Append(ToTop(width));
        _drawn = lines;
        return Redrawn(text).ToString();
    }

    /// <summary>Puts text above the region. What has no line end yet waits for it.</summary>
    /// <param name="more">The text.</param>
    /// <param name="width">The terminal's width now.</param>
    public string Above(string more, int width)
    {
        if (_drawn.Count == 0)
        {
            return Finished() + more;
        }

        var end = more.LastIndexOf('\n') + 1;
        var lines = _unfinished + more[..end];
        _unfinished = end == 0 ? _unfinished + more : more[end..];
        if (end == 0)
        {
            return "";
        }

        // Cleared first: a line that wraps may end anywhere.
        var text = new StringBuilder(ToTop(width)).Append(ClearBelow).Append(lines);
        return Redrawn(text).ToString();
    }

    /// <summary>Takes the region away and gives the cursor back. May be repeated.</summary>
    public string Close(int width)
    {
        if (_drawn.Count == 0)
        {
            return Finished();
        }

        var top = ToTop(width);
        _drawn = [];
        return top + ClearBelow + Finished() + Wrap + ShowCursor;
    }

    private string Finished()
    {
        var text = _unfinished;
        _unfinished = "";
        return text;
    }

    private StringBuilder Redrawn(StringBuilder text)
    {
        text.Append(NoWrap);
        for (var i = 0; i < _drawn.Count; i++)
        {
            text.Append(i == 0 ? "" : "\r\n").Append(_drawn[i].Text).Append(ClearRight);
        }

        return text.Append(ClearBelow).Append(Wrap).Append(_drawn.Count == 0 ? ShowCursor : "");
    }

    // A terminal that was made narrower has wrapped what stood there.
    private string ToTop(int width)
    {
        var rows = _drawn.Sum(line => Math.Max(1, (line.Cells + width - 1) / Math.Max(1, width))) - 1;
        return rows > 0 ? $"\r\e[{rows}A" : _drawn.Count > 0 ? "\r" : "";
    }
}
