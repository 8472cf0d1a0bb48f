using Release.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Release.Components.Terminal;

/// <summary>One line of the live view in the making. Widths are in cells: a wide character takes two.</summary>
internal sealed class Row
{
    private readonly List<Segment> _segments = [];

    public int Cells => Segment.CellCount(_segments);

    /// <summary>Adds text, which is safe to show already.</summary>
    public Row Put(string text, Style? style = null)
    {
        if (text.Length > 0)
        {
            _segments.Add(new Segment(text, style ?? Style.Plain));
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
            // Spectre leaves out a whole segment that does not fit, when it is given several.
            if (segment.CellCount() > left)
            {
                kept.AddRange(Segment.Truncate(segment, left) is { } begin ? [begin] : []);
                break;
            }

            kept.Add(segment);
            left -= segment.CellCount();
        }

        return [.. kept, new Segment("…")];
    }
}
