using System.Text;
using Release.Gates;
using Release.Output;
using Release.Runbooks;
using Release.Runs;

namespace Release.Reports;

/// <summary>A run in GitHub's Markdown: for the evidence, a file, or a job's summary.</summary>
/// <param name="report">The run.</param>
/// <param name="mask">Takes secrets out of a text.</param>
public sealed class ReportMarkdown(ReleaseReport report, Func<string, string> mask)
{
    /// <summary>GitHub refuses a job's summary above 1 MiB; its other steps need some of it.</summary>
    private const int Longest = 400_000;
    private const int LongestText = 400;
    private const int MostRows = 200;

    private readonly StringBuilder _text = new();

    /// <summary>The document: at most some 400 KB, whatever the run was.</summary>
    public string Render()
    {
        Head();
        Table("Phases", ["phase", "result", "began", "took", "why"], report.Phases, p =>
            [Code(p.Name), p.Status, Page.Clock(p.StartedAt), p.FinishedAt is { } end ? Show.Duration(end - p.StartedAt) : "", Text(p.Reason)]);
        Table("Objectives in the last traffic step", ["service", "objective", "result", "limit", "candidate", "stable"], [.. report.Services.SelectMany(s => s.Objectives.Select(o => (s, o)))], p =>
        [
            Code(p.s.Name),
            Code(p.o.Id),
            p.o.IsKept switch { true => "kept", false => "**broken**", null => "not known" },
            Text(p.o.Text),
            Wording.Of(p.o.Candidate.Events, p.o.Candidate.Requests),
            Wording.Of(p.o.Stable.Events, p.o.Stable.Requests),
        ]);
        Table("Plain rules at the end", ["service", "rule", "result"], [.. report.Services.SelectMany(s => s.Rules.Select(r => (s, r)))], p =>
            [Code(p.s.Name), Text(p.r.Sentence), p.r.Outcome == "fail" ? "**broken**" : Text(p.r.Outcome)]);
        Table("Decisions", ["time", "decision", "about", "reason"], report.Decisions, d =>
            [Page.Clock(d.At), Text(Tones.Of(d)), Text($"{d.Service}{(d.Share is { } share ? $" at {share:0.##} %" : "")}".Trim()), Text(d.Reason)]);
        Table("Checks and smoke tests", ["check", "verdict", "phase", "took", "what was seen"], report.Probes, p =>
            [Code(p.Id), p.Verdict == "pass" ? "pass" : $"**{Text(p.Verdict)}**", Code(p.Phase), Show.Duration(TimeSpan.FromMilliseconds(p.Milliseconds)), Text(p.Detail)]);
        Table("Steps", ["step", "phase", "result", "made", "undone", "what it does"], report.Steps, s =>
            [Code(s.Id), Code(s.Phase), Tones.Of(s).Word, s.AppliedAt is { } made ? Page.Clock(made) : "", s.UndoneAt is { } undone ? Page.Clock(undone) : "", Text(s.Describe)]);
        Table("Evidence", ["file", "now", "size", "SHA-256"], report.Evidence, e =>
            [Code(e.Name), Tones.Of(e.Now).Word, Page.Bytes(e.Size), Code(e.Sha256)]);
        _ = _text.Append(report.Runbook is { } runbook ? new RunbookMarkdown(runbook, mask).RenderSection() : "");
        Table("Left to do", ["step", "version", "due"], report.Due, d => [Code(d.Step), Code(d.Version), Show.Time(d.At)]);
        Chain();
        return _text.ToString();
    }

    private void Head()
    {
        var (word, sign, _) = Tones.Of(report);
        _ = _text.Append("# ").Append(sign).Append(' ').Append(word).Append(": ").Append(Text(report.Version)).Append(" in ").Append(Text(report.Environment)).Append("\n\n");
        foreach (var damage in report.Chain.Damages)
        {
            _ = _text.Append("**The journal is damaged at record ").Append(damage.Seq).Append("** (line ").Append(damage.Line).Append("): ").Append(Text(damage.What)).Append("\n\n");
        }

        foreach (var sentence in new[] { report.Verdict.Sentence, report.Verdict.Why, report.Verdict.Next }.Where(s => s.Length > 0))
        {
            _ = _text.Append(Text(sentence)).Append("\n\n");
        }

        var facts = new List<(string Term, string Value)>
        {
            ("Run", $"{Text(report.Run)} ({Words.Of(report.Kind)})"),
            ("Version", report.VersionBefore is { } before && before != report.Version ? $"{Code(before)} → {Code(report.Version)}" : Code(report.Version)),
            ("Started", $"{Show.Time(report.StartedAt)} by {Text(report.Origin.Owner)}"),
            (report.FinishedAt is null ? "Until its last record" : "Took", Show.Duration(TimeSpan.FromSeconds(report.Seconds))),
            ("Change ticket", Text(report.Origin.ChangeTicket)),
            ("Reason given", Text(report.Origin.Reason)),
            ("Found bad after", report.DetectionSeconds is { } seconds ? Show.Duration(TimeSpan.FromSeconds(seconds)) + " of traffic" : ""),
            ("Candidate's requests", report.CandidateRequests > 0 ? Wording.Count(report.CandidateRequests) : ""),
            ("Emergency", report.Origin.IsEmergency ? "yes" : ""),
            ("Supersedes run", Text(report.Origin.Supersedes ?? "")),
            ("Superseded by run", Text(report.Origin.SupersededBy ?? "")),
            ("Last answer of what was taken back", report.LastAnswerText),
            ("Undoes run", Text(report.Origin.Undoes ?? "")),
            ("Undone by run", Text(report.Origin.UndoneBy ?? "")),
            ("Plan", Code(report.Origin.PlanHash)),
            ("Configuration, SHA-256", Code(report.Origin.ConfigurationSha256)),
            ("Program", Code(ProgramNames.Of(report.Origin.Program))),
        };
        facts.AddRange(report.Artefacts.Select(a => ($"Artefact of {Code(a.Service)}", Code(a.Digest))));
        Rows(["", ""], [.. facts.Where(f => f.Value.Length > 0).Select(f => (IReadOnlyList<string>)[f.Term, f.Value])]);
    }

    private void Chain()
    {
        var chain = report.Chain;
        _ = _text.Append("## Journal\n\n").Append(chain.Holds ? "" : "The chain does **not** hold. ")
            .Append(FormattableString.Invariant($"Records {chain.First.Seq} to {chain.Last.Seq}; the first has the hash {Code(chain.First.Hash)}, the last {Code(chain.Last.Hash)}.\n"));
    }

    private void Table<T>(string heading, IReadOnlyList<string> columns, IReadOnlyList<T> items, Func<T, IReadOnlyList<string>> cells)
    {
        if (items.Count == 0 || _text.Length > Longest)
        {
            return;
        }

        _ = _text.Append("## ").Append(heading).Append("\n\n");
        Rows(columns, [.. items.Take(MostRows).Select(cells)]);
        if (items.Count > MostRows)
        {
            _ = _text.Append("The first ").Append(MostRows).Append(" of ").Append(items.Count).Append("; the HTML report and the journal have all of them.\n\n");
        }
    }

    private void Rows(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        _ = _text.Append("| ").AppendJoin(" | ", columns).Append(" |\n| ").AppendJoin(" | ", columns.Select(_ => "---")).Append(" |\n");
        foreach (var row in rows)
        {
            _ = _text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        _ = _text.Append('\n');
    }

    // Filtered before it is masked, since an invisible character could stand in the middle of a secret; cut before it is
    // encoded, so that no escape is cut in two.
    private string Text(string text) => MarkdownText.Encode(TerminalText.Line(mask(TerminalText.Line(text)), LongestText));

    private string Code(string text) => MarkdownText.Code(mask(TerminalText.Line(text, LongestText)));
}
