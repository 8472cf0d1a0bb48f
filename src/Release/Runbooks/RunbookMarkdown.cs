using System.Text;
using Release.Output;
using Release.Reports;

namespace Release.Runbooks;

/// <summary>An executed runbook in GitHub's Markdown.</summary>
/// <param name="runbook">The runbook.</param>
/// <param name="mask">Takes secrets out of a text.</param>
public sealed class RunbookMarkdown(ExecutedRunbook runbook, Func<string, string> mask)
{
    private const int LongestText = 400;

    private readonly StringBuilder _text = new();

    /// <summary>The document.</summary>
    public string Render()
    {
        _ = _text.Append("# ").Append(Text(runbook.Title)).Append("\n\n");
        _ = _text.Append(Text(runbook.Run is null ? $"{runbook.Environment}: no release was begun yet." : $"Run {runbook.Run} in {runbook.Environment}: {runbook.About}, {(runbook.IsOver ? "over" : "as it stands")}.")).Append("\n\n");
        Write();
        return _text.ToString();
    }

    /// <summary>What a report of the run has of it: everything below the heading.</summary>
    public string RenderSection()
    {
        _ = _text.Append("## Runbook: ").Append(Text(runbook.Title)).Append("\n\n");
        Write();
        return _text.ToString();
    }

    private void Write()
    {
        _ = _text.Append(Text(runbook.Summary)).Append("\n\n");
        if (runbook.Changed is { } changed)
        {
            _ = _text.Append("**").Append(Text(changed)).Append("**\n\n");
        }

        var section = "";
        Head();
        foreach (var line in runbook.Lines)
        {
            if (line.Section != section)
            {
                section = line.Section;
                Row("", "", $"**{Text(section)}**", "", "", "");
            }

            Row(Code(line.Id), Status(line.Status), Text(line.Says), Text(line.By), line.At is { } at ? Show.Time(at) : "", Text(line.Evidence));
        }

        _ = _text.Append('\n').Append("Lines from ").Append(Code(runbook.File)).Append(", SHA-256 ").Append(Code(runbook.Sha256)).Append(".\n\n");
    }

    private static string Status(LineStatus status) => RunbookTones.Of(status) is (var word, var tone) && tone is Tone.Bad ? $"**{word}**" : word;

    private void Head() => _ = _text.Append("| line | outcome | what it says | by | at | evidence |\n| --- | --- | --- | --- | --- | --- |\n");

    private void Row(params ReadOnlySpan<string> cells)
    {
        _ = _text.Append('|');
        foreach (var cell in cells)
        {
            _ = _text.Append(' ').Append(cell).Append(cell.Length > 0 ? " |" : "|");
        }

        _ = _text.Append('\n');
    }

    // Filtered before it is masked and cut before it is encoded, as in a report.
    private string Text(string text) => MarkdownText.Encode(TerminalText.Line(mask(TerminalText.Line(text)), LongestText));

    private string Code(string text) => MarkdownText.Code(mask(TerminalText.Line(text, LongestText)));
}
