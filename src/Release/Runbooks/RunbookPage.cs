using Release.Output;
using Release.Reports;

namespace Release.Runbooks;

/// <summary>
/// An executed runbook as one self-contained HTML document: nothing is loaded from elsewhere, nothing runs in it.
/// </summary>
/// <param name="runbook">The runbook.</param>
/// <param name="mask">Takes secrets out of a text.</param>
public sealed class RunbookPage(ExecutedRunbook runbook, Func<string, string> mask)
{
    /// <summary>The document.</summary>
    public string Render() => Page.Of($"{runbook.Title}: {(runbook.Run is null ? runbook.Environment : $"run {runbook.Run} in {runbook.Environment}")}", mask, html =>
    {
        using (html.Element("header"))
        {
            _ = html.Leaf("h1", runbook.Title).Line();
        }

        using (html.Element("main", ("id", "main"), ("tabindex", "-1")))
        {
            Verdict(html);
            Changed(html, runbook);
            var number = 0;
            foreach (var section in Sections(runbook.Lines))
            {
                Page.Section(html, $"section-{++number}", Heading(section), () => Table(html, section));
            }
        }

        _ = html.Line();
        using (html.Element("footer"))
        {
            _ = html.Leaf("p", $"Lines from {runbook.File}, SHA-256 {runbook.Sha256}. Times are UTC. Nothing in this file is loaded from elsewhere.");
        }
    });

    /// <summary>The lines as a part of a run's report: each section a table.</summary>
    internal static void Write(HtmlWriter html, ExecutedRunbook runbook)
    {
        Changed(html, runbook);
        Sections(runbook.Lines).ForEach(section => Table(html, section));
    }

    private static void Changed(HtmlWriter html, ExecutedRunbook runbook)
    {
        if (runbook.Changed is { } changed)
        {
            _ = html.Leaf("p", changed, ("class", "alarm"), ("role", "alert")).Line();
        }
    }

    private static string Heading(List<ExecutedLine> section) => section[0].Section.Length > 0 ? section[0].Section : "Lines";

    private void Verdict(HtmlWriter html)
    {
        var (word, tone) = Said();
        using (html.Element("section", ("class", $"verdict {Page.Class(tone)}"), ("aria-label", "Verdict")))
        {
            _ = html.Leaf("p", word, ("class", "word"));
            _ = html.Leaf("p", runbook.Summary, ("class", "sentence"));
            using (html.Element("dl", ("class", "facts")))
            {
                Page.Fact(html, "Environment", runbook.Environment);
                Page.Fact(html, "Run", runbook.Run is null ? "none yet" : $"{runbook.Run}: {runbook.About}");
                Page.Fact(html, "Stands", runbook.IsOver ? "the run is over" : "the run is open");
            }
        }
    }

    private (string Word, Tone Tone) Said() =>
        runbook.Count(LineStatus.Failed) is > 0 and var failed ? ($"{failed} failed", Tone.Bad)
        : runbook.Count(LineStatus.Missing) is > 0 and var missing ? ($"{missing} missing", Tone.Bad)
        : runbook.Count(LineStatus.Open) is > 0 and var open ? ($"{open} open", Tone.Wait)
        : ("Complete", Tone.Good);

    private static List<List<ExecutedLine>> Sections(IReadOnlyList<ExecutedLine> lines)
    {
        var sections = new List<List<ExecutedLine>>();
        foreach (var line in lines)
        {
            if (sections.Count == 0 || sections[^1][0].Section != line.Section)
            {
                sections.Add([]);
            }

            sections[^1].Add(line);
        }

        return sections;
    }

    private static void Table(HtmlWriter html, List<ExecutedLine> lines)
    {
        var done = lines.Count(l => l.Status is LineStatus.Passed or LineStatus.Signed);
        Page.Table(html, $"{Heading(lines)}: {done} of {lines.Count(l => l.Status is not LineStatus.NotApplicable)} carried out", ["line", "outcome", "what it says", "by", "at", "evidence"], () =>
        {
            foreach (var line in lines)
            {
                var (word, tone) = RunbookTones.Of(line.Status);
                using (html.Element("tr"))
                {
                    _ = html.Leaf("th", line.Id, ("scope", "row"), ("class", "nowrap"));
                    using (html.Element("td", ("class", "nowrap")))
                    {
                        _ = Page.Pill(html, word, tone);
                    }

                    _ = html.Leaf("td", line.Says, ("class", "wrap")).Leaf("td", line.By);
                    using (html.Element("td", ("class", "nowrap")))
                    {
                        _ = line.At is { } at ? Page.Time(html, at, Show.Time(at)) : html;
                    }

                    _ = html.Leaf("td", line.Evidence, ("class", "wrap"));
                }

                _ = html.Line();
            }
        });
    }
}
