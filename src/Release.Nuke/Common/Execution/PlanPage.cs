using System.Globalization;
using System.Net;
using System.Text;

namespace Nuke.Common.Execution;

/// <summary>
/// A plan as one HTML page that loads nothing: the graph as a drawing, and the same as a table. Every text of the build is
/// escaped, and the policy of the page lets no script run whatever slipped through.
/// </summary>
internal static class PlanPage
{
    private const int RowHeight = 46;
    private const int BoxHeight = 32;
    private const int LetterWidth = 9;
    private const int ArcRoom = 34;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2430; --dim: #55606e; --line: #c9d0d8; --box: #eef2f6; --edge: #3b6ea5; --page: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6eaef; --dim: #a2adba; --line: #3a434d; --box: #232a32; --edge: #7fb0e6; --page: #14181d; } }
        body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.4rem; }
        .drawing { overflow-x: auto; }
        svg text { fill: var(--ink); font: 15px ui-monospace, monospace; }
        svg .box { fill: var(--box); stroke: var(--line); }
        svg .asked { stroke: var(--edge); stroke-width: 2; }
        svg .skipped { stroke-dasharray: 5 4; }
        svg .edge { fill: none; stroke: var(--edge); stroke-width: 1.5; }
        svg .triggered { stroke-dasharray: 6 4; }
        svg .after { stroke-dasharray: 2 4; stroke: var(--dim); }
        svg .head { fill: var(--edge); }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        .dim { color: var(--dim); }
        @media print { body { margin: 0; max-width: none; } }
        """;

    public static string Html(string command, IReadOnlyList<PlanEntry> entries)
    {
        var style = Style.ReplaceLineEndings("\n");
        var hash = Convert.ToBase64String(Sha256.HashData(Encoding.UTF8.GetBytes(style)));
        var page = new StringBuilder();
        _ = page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append(CultureInfo.InvariantCulture, $"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Plan: ").Append(Text(command))
            .Append("</title>\n<style>").Append(style).Append("</style>\n</head>\n<body>\n<h1>Plan of <code>").Append(Text(command))
            .Append("</code></h1>\n<p class=\"dim\">Targets run from top to bottom. A full line: depends on; a dashed one: triggered by; a dotted one: only ordered.</p>\n");
        Draw(page, entries);
        Tabulate(page, entries);
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Draw(StringBuilder page, IReadOnlyList<PlanEntry> entries)
    {
        var longest = entries.Select(static entry => Math.Min(entry.Target.Name.Length, 48)).Append(8).Max();
        var farthest = entries.SelectMany(static entry => entry.Edges.Select(edge => entry.Number - edge.From)).Append(1).Max();
        var left = 24 + (ArcRoom * Math.Min(farthest, 6));
        var box = (longest * LetterWidth) + 64;
        _ = page.Append("<div class=\"drawing\"><svg role=\"img\" aria-label=\"The targets in order; the table below says the same\" ")
            .Append(CultureInfo.InvariantCulture, $"width=\"{left + box + 8}\" height=\"{(entries.Count * RowHeight) + 8}\">\n")
            .Append("<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n");
        foreach (var entry in entries)
        {
            var y = Top(entry.Number);
            var kind = (entry.Target.Invoked ? " asked" : "") + (entry.Skipped is null ? "" : " skipped");
            _ = page.Append(CultureInfo.InvariantCulture, $"<rect class=\"box{kind}\" x=\"{left}\" y=\"{y}\" width=\"{box}\" height=\"{BoxHeight}\" rx=\"6\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{left + 12}\" y=\"{y + 21}\">{entry.Number}. {Text(Cut(entry.Target.Name))}</text>\n");
            foreach (var edge in entry.Edges)
            {
                var (from, to) = (Top(edge.From) + (BoxHeight / 2) + 4, y + (BoxHeight / 2) - 4);
                var reach = left - (ArcRoom * Math.Min(Math.Abs(entry.Number - edge.From), 6));
                _ = page.Append(CultureInfo.InvariantCulture, $"<path class=\"edge {Class(edge.Kind)}\" marker-end=\"url(#head)\" d=\"M{left} {from}C{reach} {from},{reach} {to},{left} {to}\"/>\n");
            }
        }

        _ = page.Append("</svg></div>\n");
    }

    private static void Tabulate(StringBuilder page, IReadOnlyList<PlanEntry> entries)
    {
        _ = page.Append("<table>\n<thead><tr><th>#</th><th>Target</th><th>Why it is here</th><th>What it does</th></tr></thead>\n<tbody>\n");
        foreach (var entry in entries)
        {
            _ = page.Append(CultureInfo.InvariantCulture, $"<tr><td>{entry.Number}</td><td><code>{Text(entry.Target.Name)}</code></td><td>{Text(entry.Why)}")
                .Append(entry.Skipped is { } skipped ? $"<br><strong>skipped {Text(skipped)}</strong>" : "")
                .Append("</td><td>").Append(Text(entry.Target.Description)).Append("</td></tr>\n");
        }

        _ = page.Append("</tbody>\n</table>\n");
    }

    private static int Top(int number) => 4 + ((number - 1) * RowHeight);

    private static string Cut(string name) => name.Length > 48 ? name[..47] + "…" : name;

    private static string Class(PlanEdgeKind kind) => kind switch
    {
        PlanEdgeKind.DependsOn => "needs",
        PlanEdgeKind.TriggeredBy => "triggered",
        PlanEdgeKind.After => "after",
        _ => "",
    };

    private static string Text(string? text) => WebUtility.HtmlEncode(TextFilter.Clean(text ?? ""));
}
