using Spectre.Console;
using Spectre.Console.Rendering;

namespace Release.Components.Terminal;

/// <summary>One line of the live view in the making. Widths are in cells: a wide character takes two.</summary>
/// <param name="shown">Filters and masks: every text goes through it, whoever it comes from.</param>
internal sealed class Row(Func<string, string> shown)
{
    private readonly List<Segment> _segments = [];

    public int Cells => Segment.CellCount(_segments);

    /// <summary>Adds text.</summary>
    public Row Put(string text, Style? style = null)
    {
        if (shown(text) is { Length: > 0 } safe)
        {
            _segments.Add(new Segment(safe, style ?? Style.Plain));
        }

        return this;
    }

    /// <summary>Adds text that ends at this cell.</summary>
    public Row Right(int cell, string text, Style? style = null) => To(cell - text.GetCellWidth()).Put(text, style);

    /// <summary>Goes on at this cell, or one space further where the line is longer already.</summary>
    public Row To(int cell) => Put(new string(' ', Math.Max(Cells == 0 ? 0 : 1, cell - Cells)));

    /// <summary>The line, at most so many cells wide; a longer one ends in an ellipsis.</summary>
    public IReadOnlyList<Segment> Cut(int cells)
    {
        if (Cells <= cells)
        {
            return _segments;
        }

        var (kept, left) = (new List<Segment>(), cells - 1);
        foreach (var segment in _segments)
        {
            if (segment.CellCount() > left)
            {
                kept.Add(new Segment(Begin(segment.Text, left), segment.Style));
                break;
            }

            kept.Add(segment);
            left -= segment.CellCount();
        }

        return [.. kept, new Segment("…")];
    }

    // Spectre's own truncation leaves out whole segments, and lets half of a wide character over the edge.
    private static string Begin(string text, int cells)
    {
        var (length, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.ToString().GetCellWidth();
            if (used > cells)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
