using System.Text;
using Release.Journal;
using Release.Output;
using Release.Platforms;
using Release.Reports;
using Release.Runbooks;

namespace Release.Runs;

/// <summary>
/// What a release brings, for people: the commits since what served before, what it was held against, and what is still to be
/// done about it. From the records before a phase and the repository, so that a resumed run writes the same.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="before">The run's records until the phase that writes them.</param>
/// <param name="commits">The commits since what served before; null where the repository cannot say.</param>
internal sealed class ReleaseNotes(RunState run, IReadOnlyList<JournalRecord> before, IReadOnlyList<Commit>? commits)
{
    private const int MostCommits = 300;
    private const int LongestText = 500;

    // As people begin subjects by convention; what begins otherwise stands under the last heading.
    private static readonly (string Heading, string[] Kinds)[] Groups =
    [
        ("New", ["feat"]),
        ("Mended", ["fix", "revert", "hotfix"]),
        ("Faster", ["perf"]),
        ("Behind the scenes", ["docs", "test", "build", "ci", "chore", "refactor", "style"]),
        ("Changes", []),
    ];

    private readonly StringBuilder _text = new();

    public string Render()
    {
        var (target, stable) = (run.Opening.Target, run.Opening.Stable!);
        _ = _text.Append("# ").Append(Text(target.Version)).Append("\n\n");
        Paragraph($"Baseline: {Text(stable.Version)}{(stable.Commit is { } from ? $", commit {Short(from)}" : "")}. Released from {(target.Commit is { } to ? $"commit {Short(to)}" : "no repository")} by run {Text(run.Id)}, begun {Show.Time(run.StartedAt)} by {Text(run.Opening.Owner)}{(run.Opening.ChangeTicket.Length > 0 ? $", ticket {Text(run.Opening.ChangeTicket)}" : "")}.");
        foreach (var instance in run.Opening.Brings)
        {
            Item($"{MarkdownText.Code(instance.Artefact.Service)}: {(stable.Of(instance.Artefact.Service) is { } old ? MarkdownText.Code(old.Artefact.Version) : "new")} → {MarkdownText.Code(instance.Artefact.Version)}");
        }

        _ = _text.Append('\n');
        Commits();
        Measured();
        Minor();
        Deferred();
        return _text.ToString();
    }

    private void Commits()
    {
        if (commits is null)
        {
            Paragraph(run.Opening.Stable!.Commit is null || run.Opening.Target.Commit is null
                ? "What was changed is not known: there is no commit on record of both versions."
                : "What was changed is not known: the repository here does not have the commits between the two (a clone may hold the last ones only).");
            return;
        }

        if (commits.Count == 0)
        {
            Paragraph("No commit lies between the two.");
        }

        foreach (var group in commits.Take(MostCommits).GroupBy(c => Array.FindIndex(Groups, g => g.Kinds.Contains(c.Kind) || g.Kinds.Length == 0)).OrderBy(g => g.Key))
        {
            Heading(Groups[group.Key].Heading);
            group.ToList().ForEach(c => Item($"{Text(c.Subject)} ({Short(c.Id)}, {Text(c.Author)})"));
            _ = _text.Append('\n');
        }

        if (commits.Count > MostCommits)
        {
            Paragraph(FormattableString.Invariant($"The newest {MostCommits} of them."));
        }
    }

    // What the next release will be held against was measured here.
    private void Measured()
    {
        var gates = before.Where(r => r.Type is RecordType.Decision && r.Data.Text("decision") == Words.Of(Decision.Gate)).ToList();
        if (gates.Count > 0)
        {
            Heading("Baseline for the next release");
            Paragraph($"Established {Show.Time(gates[^1].Ts)}: the gate's samples in gate.json of this run's evidence, from {Show.Time(gates[0].Ts)} on. Its last words:");
            gates.GroupBy(g => g.Data.Text("service")).Select(g => g.Last()).ToList().ForEach(g => Item($"{MarkdownText.Code(g.Data.Text("service"))}: {Text(g.Data.Text("verdict"))}: {Text(g.Data.Text("reason"))}"));
            _ = _text.Append('\n');
        }
    }

    private void Minor()
    {
        var minor = before.Where(r => r.Type is RecordType.Notice && r.Data.Text("id") is "severity-3" or "note").ToList();
        if (minor.Count > 0)
        {
            Heading("Known, and of no consequence to users");
            minor.ForEach(n => Item($"{Show.Time(n.Ts)} {Text(n.Data.Text("detail"))}"));
            _ = _text.Append('\n');
        }
    }

    private void Deferred()
    {
        var deferred = RequiredSignOffs.Deferred(run, Phases.Handover);
        if (deferred.Count > 0)
        {
            Heading("Still to be signed");
            deferred.ToList().ForEach(d => Item(Text(d.Text)));
            _ = _text.Append('\n');
        }
    }

    private void Heading(string heading) => _ = _text.Append("## ").Append(heading).Append("\n\n");

    private void Paragraph(string encoded) => _ = _text.Append(encoded).Append("\n\n");

    private void Item(string encoded) => _ = _text.Append("- ").Append(encoded).Append('\n');

    private static string Short(string commit) => MarkdownText.Code(commit[..Math.Min(12, commit.Length)]);

    private static string Text(string text) => MarkdownText.Encode(TerminalText.Line(text, LongestText));
}
