using Release.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Release.Components.Terminal;

/// <summary>What is waited for, and since when.</summary>
/// <param name="Text">In a sentence.</param>
/// <param name="Since">Since when.</param>
internal sealed record Passing(string Text, DateTimeOffset Since);

/// <summary>
/// The live view as a pure function: a picture of the run, the time and the terminal's size go in, lines come out. What
/// does not fit is left out by its importance; the gate and how to stop go last.
/// </summary>
internal static class LiveView
{
    // Below this nothing of use fits; above it the times would stand too far from what they belong to.
    private const int LeastWidth = 20;
    private const int MostWidth = 140;
    private const int LeastHeight = 6;

    /// <summary>The lines for a terminal with colours.</summary>
    public static IReadOnlyList<LiveLine> Draw(
        RunPicture? picture, Passing? passing, DateTimeOffset now, int width, int height, Func<string, string> shown) =>
        [.. Rows(picture, passing, now, width, height, shown).Select(row => new LiveLine(Ansi.Of(row), Segment.CellCount(row)))];

    /// <summary>The same without colours.</summary>
    public static IReadOnlyList<string> Text(
        RunPicture? picture, Passing? passing, DateTimeOffset now, int width, int height, Func<string, string> shown) =>
        [.. Rows(picture, passing, now, width, height, shown).Select(row => string.Concat(row.Select(s => s.Text)).TrimEnd())];

    private static IReadOnlyList<IReadOnlyList<Segment>> Rows(
        RunPicture? picture, Passing? passing, DateTimeOffset now, int width, int height, Func<string, string> shown)
    {
        if (width < LeastWidth || height < LeastHeight)
        {
            return [];
        }

        // The last column stays free: a cursor there is in different places on different terminals.
        var cells = Math.Min(width - 1, MostWidth);
        var page = new LivePage(cells, now, shown);
        var room = Math.Max(height * 2 / 3, height - 8);
        return picture is null
            ? passing is null ? [] : [page.Waiting(passing)]
            : [.. page.Of(picture, passing, Math.Min(room, height - 1)).Select(row => row.Cut(cells))];
    }
}

/// <summary>Segments as text with colour codes, as Spectre writes them.</summary>
internal static class Ansi
{
    public static string Of(IReadOnlyList<Segment> row)
    {
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = int.MaxValue / 4;

        // Or Spectre asks the terminal, under the lock of Console.Out: whoever writes holds that, and waits for who draws.
        console.Profile.Height = 1;
        console.Write(new Line(row));
        return text.ToString();
    }

    private sealed class Line(IReadOnlyList<Segment> row) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => row;
    }
}
