using System.Globalization;
using System.Security;
using System.Text;

namespace Release.Tests.Gates.Evidence;

/// <summary>A small picture as SVG: white, so that it can be read on any page.</summary>
internal sealed class Drawing(int width, int height, string title)
{
    private readonly StringBuilder _body = new();

    public Drawing Line(double x1, double y1, double x2, double y2, string stroke, string more = "") =>
        Add($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{stroke}\" {more}/>");

    public Drawing Path(IEnumerable<(double X, double Y)> points, string stroke) =>
        Add($"<polyline points=\"{string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0},{p.Y:0}")))}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>");

    public Drawing Dot(double x, double y, string fill) => Add($"<circle cx=\"{x:0}\" cy=\"{y:0}\" r=\"4\" fill=\"{fill}\"/>");

    public Drawing Bar(double x, double y, double length, string fill) => Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(length, 1):0.#}\" height=\"16\" fill=\"{fill}\"/>");

    public Drawing Text(double x, double y, string text, string anchor = "start", string fill = "#333") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" fill=\"{fill}\">{SecurityElement.Escape(text)}</text>");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n<title>{SecurityElement.Escape(title)}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n{_body}</svg>\n");

    private Drawing Add(FormattableString element)
    {
        _ = _body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }
}
