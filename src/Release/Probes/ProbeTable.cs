using System.Globalization;
using Release.Output;

namespace Release.Probes;

/// <summary>Reports as a plain table.</summary>
public static class ProbeTable
{
    private static readonly string[] Head = ["check", "type", "verdict", "took", "detail"];

    /// <summary>The lines: a head, a line for each report, and below one that did not pass what to do about it.</summary>
    public static IReadOnlyList<string> Render(IReadOnlyList<ProbeReport> reports)
    {
        var rows = reports.Select(Cells).Prepend(Head).ToList();
        var widths = Enumerable.Range(0, Head.Length - 1).Select(column => rows.Max(row => row[column].Length)).ToList();
        var lines = new List<string>();
        for (var i = 0; i < rows.Count; i++)
        {
            lines.Add(string.Join("  ", rows[i].Select((cell, column) => column < widths.Count ? cell.PadRight(widths[column]) : cell)).TrimEnd());
            if (i > 0 && reports[i - 1].Result is { Next.Length: > 0 } result && result.Verdict != ProbeVerdict.Pass)
            {
                lines.Add($"{new string(' ', widths.Sum() + (2 * widths.Count))}{TerminalText.Line(result.Next)}");
            }
        }

        return lines;
    }

    private static string[] Cells(ProbeReport report) =>
    [
        TerminalText.Line(report.Id),
        TerminalText.Line(report.Type),
        report.Result.Verdict switch
        {
            ProbeVerdict.Pass => "pass",
            ProbeVerdict.Fail => "FAIL",
            ProbeVerdict.Unavailable => "UNAVAILABLE",
            _ => throw new ArgumentOutOfRangeException(nameof(report)),
        },
        report.Took < TimeSpan.FromSeconds(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{report.Took.TotalMilliseconds:0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{report.Took.TotalSeconds:0.0} s"),
        TerminalText.Line(report.Result.Detail),
    ];
}
