using Release.Output;

namespace Release.Reports;

/// <summary>
/// The axes of a chart over the time in which a candidate had traffic: bands for its share, marks for decisions, and the
/// scale of its values. Drawn in a small coordinate system, so that its letters stay legible on a phone.
/// </summary>
/// <param name="html">The page.</param>
/// <param name="service">Whose traffic.</param>
/// <param name="decisions">What was decided, to be marked.</param>
/// <param name="top">The highest value.</param>
internal sealed class ChartFrame(HtmlWriter html, ReportedService service, IReadOnlyList<ReportedDecision> decisions, double top)
{
    public const int Width = 340;
    public const int Height = 206;
    private const int Left = 44;
    private const int Right = 332;
    private const int Top = 24;
    private const int Bottom = 160;
    private static readonly double[] RoundFactors = [1, 2, 3, 4, 5, 6, 8, 10];

    private readonly DateTimeOffset _from = From(service);
    private readonly double _span = Math.Max(0.5, (To(service, decisions) - From(service)).TotalSeconds);

    /// <summary>A round number at or above the highest value: a small factor of a power of ten.</summary>
    public static double RoundUp(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return RoundFactors.Select(f => f * unit).First(v => v >= value * (1 - 1e-9));
    }

    public double X(DateTimeOffset at) => Left + Math.Clamp((at - _from).TotalSeconds / _span, 0, 1) * (Right - Left);

    public double Y(double value) => Bottom - Math.Clamp(value / top, 0, 1) * (Bottom - Top);

    /// <summary>Draws a chart.</summary>
    /// <param name="id">Its id, for its title and description.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What there is to see in it.</param>
    /// <param name="label">A value in words.</param>
    /// <param name="content">Draws what is in it.</param>
    public void Draw(string id, string title, string description, Func<double, string> label, Action content)
    {
        using (html.Element("svg", ("class", "chart"), ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-labelledby", $"{id}-t {id}-d"), ("xmlns", "http://www.w3.org/2000/svg")))
        {
            _ = html.Leaf("title", title, ("id", $"{id}-t")).Leaf("desc", description, ("id", $"{id}-d"));
            Bands();
            foreach (var value in new[] { 0, top / 2, top })
            {
                _ = html.Void("line", ("class", "grid"), ("x1", $"{Left}"), ("x2", $"{Right}"), ("y1", Page.N(Y(value))), ("y2", Page.N(Y(value))))
                    .Leaf("text", label(value), ("class", "small-text"), ("x", $"{Left - 4}"), ("y", Page.N(Y(value) + 4)), ("text-anchor", "end"));
            }

            content();
            Marks();
            Times();
        }
    }

    /// <summary>A line through points; a point without a value interrupts it.</summary>
    public void Line(string style, IEnumerable<(DateTimeOffset At, double? Value, string Part)> points)
    {
        var (path, last) = (new System.Text.StringBuilder(), (string?)null);
        foreach (var (at, value, part) in points)
        {
            if (value is not { } known)
            {
                last = null;
                continue;
            }

            _ = path.Append(last == part ? 'L' : 'M').Append(Page.N(X(at))).Append(' ').Append(Page.N(Y(known)));
            last = part;
        }

        if (path.Length > 0)
        {
            _ = html.Void("path", ("class", style), ("d", path.ToString()));
        }
    }

    /// <summary>Dots of one kind as one shape, so that thousands of them stay small.</summary>
    public void Dots(string style, bool squares, IEnumerable<(DateTimeOffset At, double? Value)> points)
    {
        var path = new System.Text.StringBuilder();
        foreach (var (at, value) in points)
        {
            if (value is { } known)
            {
                _ = path.Append('M').Append(Page.N(X(at) - 1.75)).Append(' ').Append(Page.N(Y(known)))
                    .Append(squares ? "m0-2.25h4.5v4.5h-4.5z" : "a2.25 2.25 0 1 0 4.5 0a2.25 2.25 0 1 0-4.5 0");
            }
        }

        if (path.Length > 0)
        {
            _ = html.Void("path", ("class", style), ("d", path.ToString()));
        }
    }

    /// <summary>A value in words where a line ends, inside the chart.</summary>
    public void EndOfLine(string style, DateTimeOffset at, double value, string words)
    {
        var (x, y) = (X(at), Y(value));
        var isRight = x > (Left + Right) / 2.0;
        _ = html.Leaf("text", words, ("class", style), ("x", Page.N(isRight ? x - 6 : x + 6)), ("y", Page.N(Math.Max(Top + 11, y - 6))), ("text-anchor", isRight ? "end" : "start"));
    }

    /// <summary>The limit, with its words at the line.</summary>
    public void Limit(double value, string words)
    {
        var y = Y(value);
        _ = html.Void("line", ("class", "line-limit"), ("x1", $"{Left}"), ("x2", $"{Right}"), ("y1", Page.N(y)), ("y2", Page.N(y)))
            .Leaf("text", words, ("class", "limit-text"), ("x", $"{Left + 4}"), ("y", Page.N(y < Top + 16 ? y + 13 : y - 4)));
    }

    private void Bands()
    {
        for (var i = 0; i < service.Requested.Count; i++)
        {
            var (at, share) = service.Requested[i];
            var (x, end) = (X(at), i + 1 < service.Requested.Count ? X(service.Requested[i + 1].At) : Right);
            if (share <= 0 || end - x < 0.5)
            {
                continue;
            }

            _ = html.Void("rect", ("class", i % 2 == 0 ? "band-a" : "band-b"), ("x", Page.N(x)), ("y", $"{Top}"), ("width", Page.N(end - x)), ("height", $"{Bottom - Top}"));
            if (end - x > 26)
            {
                _ = html.Leaf("text", $"{share:0.##} %", ("class", "small-text"), ("x", Page.N((x + end) / 2)), ("y", $"{Top - 8}"), ("text-anchor", "middle"));
            }
        }
    }

    // Two decisions of the same moment stand beside each other: from the right, as the last ones are the closest together.
    private void Marks()
    {
        var free = (double)(Width - 8);
        foreach (var decision in decisions.Where(d => d.At >= _from && (d.Service.Length == 0 || d.Service == service.Name)).Reverse())
        {
            var x = X(decision.At);
            var badge = Math.Min(x, free);
            free = badge - 16;
            _ = html.Void("line", ("class", "mark"), ("x1", Page.N(x)), ("x2", Page.N(x)), ("y1", $"{Top}"), ("y2", $"{Bottom + 6}"));
            if (badge >= 8)
            {
                _ = html.Void("circle", ("class", "mark-badge"), ("cx", Page.N(badge)), ("cy", $"{Bottom + 14}"), ("r", "7.5"))
                    .Leaf("text", $"{decision.Number}", ("class", "small-text"), ("x", Page.N(badge)), ("y", $"{Bottom + 18}"), ("text-anchor", "middle"));
            }
        }
    }

    private void Times()
    {
        _ = html.Void("line", ("class", "axis"), ("x1", $"{Left}"), ("x2", $"{Right}"), ("y1", $"{Bottom}"), ("y2", $"{Bottom}"));
        foreach (var (part, anchor) in new[] { (0.0, "start"), (0.5, "middle"), (1.0, "end") })
        {
            var at = TimeSpan.FromSeconds(_span * part);
            _ = html.Leaf("text", part == 0 ? Page.Clock(_from)[..8] : $"+{Show.Duration(at)}", ("class", "small-text"), ("x", Page.N(Left + (part * (Right - Left)))), ("y", $"{Height - 8}"), ("text-anchor", anchor));
        }
    }

    private static DateTimeOffset From(ReportedService service) => new[]
    {
        service.Requested.Count > 0 ? service.Requested[0].At : DateTimeOffset.MaxValue,
        service.Observed.Count > 0 ? service.Observed[0].At : DateTimeOffset.MaxValue,
        service.Objectives.SelectMany(o => o.Points.Take(1)).Select(p => p.At).DefaultIfEmpty(DateTimeOffset.MaxValue).Min(),
    }.Min();

    private static DateTimeOffset To(ReportedService service, IReadOnlyList<ReportedDecision> decisions) => new[]
    {
        service.Requested.Count > 0 ? service.Requested[^1].At : DateTimeOffset.MinValue,
        service.Observed.Count > 0 ? service.Observed[^1].At : DateTimeOffset.MinValue,
        service.Objectives.SelectMany(o => o.Points.TakeLast(1)).Select(p => p.At).DefaultIfEmpty(DateTimeOffset.MinValue).Max(),
        decisions.Where(d => d.What == "gate").Select(d => d.At).DefaultIfEmpty(DateTimeOffset.MinValue).Max(),
    }.Max();
}
