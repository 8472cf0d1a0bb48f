using System.Globalization;
using System.Text.Json.Nodes;
using Release.Auditing;
using Release.Evidence;
using Release.Journal;
using Release.Reports;
using Release.Runs;

namespace Release.Views;

/// <summary>Verifies an environment's journal and what it refers to, and lists who did what and when.</summary>
public sealed class AuditView(ReleaseEnvironment environment)
{
    private const int Width = 80;
    private const int MostFindings = 20;

    /// <summary>What was found, as a document; see docs/commands.md.</summary>
    public Task<JsonObject> Read(CancellationToken cancellation) => Read("", cancellation);

    /// <summary>The same, and whether a hash that somebody noted elsewhere is in the chain.</summary>
    /// <param name="anchor">The hash; may be empty.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<JsonObject> Read(string anchor, CancellationToken cancellation)
    {
        var audit = await Audit.Of(environment.Ports, anchor, cancellation);
        var journal = audit.Journal;
        return new JsonObject
        {
            ["env"] = environment.Name,
            ["holds"] = audit.Holds,
            ["records"] = journal.Records.Count,
            ["lastHash"] = journal.Records.Count > 0 ? journal.Records[^1].Hash : null,
            ["damage"] = journal.Damages.Count > 0 ? Damage(journal.Damages[0]) : null,
            ["damages"] = new JsonArray([.. journal.Damages.Select(d => Damage(d))]),
            ["tornTail"] = journal.TornTail,
            ["findings"] = new JsonArray([.. audit.Findings.Select(f => Finding(f, journal))]),
            ["people"] = new JsonArray([.. audit.People.Select(p => Act(p))]),
            ["runs"] = new JsonArray([.. journal.Records.Where(r => r.Type is RecordType.RunOpened).Select(r => Run(r, journal))]),
            ["evidence"] = new JsonArray([.. audit.Evidence.Select(e => Evidence(e))]),
            ["tags"] = audit.Tags is { } tags ? new JsonArray([.. tags.Select(t => Tag(t))]) : null,
            ["anchors"] = new JsonArray([.. audit.Anchors.Select(a => Anchor(a))]),
            ["acts"] = new JsonArray([.. journal.Records.Where(IsAct).Select(r => Act(r))]),
        };
    }

    /// <summary>The same for a person; the last line is the verdict.</summary>
    public RunResult Judge(JsonObject audit, Action<string> line)
    {
        WriteActs(audit, line);
        WritePrograms(audit, line);
        WriteEvidence(audit, line);
        var findings = audit["findings"]!.AsArray();
        foreach (var finding in findings.Take(MostFindings))
        {
            line($"  {finding.Text("kind")}: record {finding!["seq"]}{(finding["line"] is { } at ? $" (line {at})" : "")}: {finding.Text("what")}");
        }

        if (findings.Count > MostFindings)
        {
            line($"  and {findings.Count - MostFindings} more: {environment.Command("Audit --json")}");
        }

        return audit["damage"] is JsonObject damage
            ? new RunResult(
                ExitStatus.Failed,
                $"The chain of {environment.Name} does not hold: record {damage["seq"]} (line {damage["line"]}): {damage.Text("what")}. Everything before it is as it was written.",
                $"Compare with a copy of the journal; what serves can be taken back all the same: {environment.Command("Rollback")}.")
            : findings.Count > 0
                ? new RunResult(
                    ExitStatus.Failed,
                    $"The chain of {environment.Name} holds, but {(findings.Count == 1 ? "something" : $"{findings.Count} things")} that it says does not: record {findings[0]!["seq"]}: {findings[0].Text("what").TrimEnd('.')}.",
                    $"All of it: {environment.Command("Audit --json")}.")
                : audit["records"]!.GetValue<int>() == 0
                ? new RunResult(ExitStatus.Done, $"The journal of {environment.Name} is empty: nothing was ever released there.", $"Release: {environment.Command("Promote")}.")
                : new RunResult(ExitStatus.Done, $"The chain of {environment.Name} holds: {audit["records"]} records, last hash {audit["lastHash"]}.");
    }

    private static void WriteActs(JsonObject audit, Action<string> line)
    {
        var day = "";
        foreach (var act in audit["acts"]!.AsArray())
        {
            // A date once a day, and what does not fit beside the rest below it: the lines stay readable at 80 columns.
            var at = act.Text("ts").Split(' ', 2);
            if (at[0] != day)
            {
                day = at[0];
                line($"{day} (UTC)");
            }

            var (head, what) = ($"{act!["seq"],7}  {at[1].TrimEnd('Z')}  {(act["run"] is { } run ? $"run {run}" : ""),-8} {act.Text("type"),-13}", act.Text("what").Trim());
            if (head.Length + 1 + what.Length <= Width)
            {
                line($"{head} {what}".TrimEnd());
            }
            else
            {
                line(head.TrimEnd());
                line($"         {what}");
            }
        }

        WritePeople(audit["people"]!.AsArray(), line);
    }

    private static void WritePeople(JsonArray people, Action<string> line)
    {
        line(people.Count == 0 ? "Nobody did anything." : "Who did what");
        foreach (var act in people)
        {
            line($"{act!["seq"],7}  {act.Text("ts")[..16]}  {(act["run"] is { } run ? $"run {run}" : ""),-8} {act.Text("who")}");
            line($"         {act.Text("what")}{(act.Text("reason") is { Length: > 0 } reason ? $": {reason}" : "")}");
        }
    }

    // A program is said once for the runs in a row that it ran.
    private static void WritePrograms(JsonObject audit, Action<string> line)
    {
        var runs = audit["runs"]!.AsArray();
        line(runs.Count == 0 ? "No run." : "By which program");
        for (var from = 0; from < runs.Count;)
        {
            var to = from;
            while (to + 1 < runs.Count && runs[to + 1].Text("program") == runs[from].Text("program"))
            {
                to++;
            }

            var (program, first, last) = (runs[from].Text("program"), runs[from].Text("run"), runs[to].Text("run"));
            line($"  {(first == last ? $"run {first}" : $"runs {first} to {last}"),-14} {ProgramNames.Of(program)}");
            from = to + 1;
        }
    }

    private static void WriteEvidence(JsonObject audit, Action<string> line)
    {
        var (evidence, anchors) = (audit["evidence"]!.AsArray(), audit["anchors"]!.AsArray());
        line($"Evidence: {evidence.Count(e => e.Text("condition") == Words.Of(EvidenceCondition.Intact))} of {evidence.Count} files are as they were put");
        line(audit["tags"] is JsonArray tags
            ? $"Tags: {tags.Count(t => t.Text("now") == t.Text("commit"))} of {tags.Count} are on the commits they were put on"
            : "Tags: not looked at, there is no repository or no git here");
        foreach (var anchor in anchors)
        {
            line($"Anchor: {anchor.Text("where")} has {(anchor!["seq"] is { } seq ? $"the hash of record {seq}: everything up to it is as it was then" : "a hash that no record has")}");
        }
    }

    private static JsonObject Damage(JournalDamage damage) => new() { ["seq"] = damage.Seq, ["line"] = damage.Line, ["what"] = damage.What };

    // With the whole chain in place a record's line is its number.
    private static JsonObject Finding(AuditFinding finding, WholeJournal journal) => new()
    {
        ["kind"] = Words.Of(finding.Kind),
        ["seq"] = finding.Seq,
        ["line"] = finding.Kind is AuditKind.Chain ? journal.Damages.First(d => d.Seq == finding.Seq).Line : journal.Damages.Count == 0 ? finding.Seq : null,
        ["run"] = finding.Run,
        ["what"] = finding.What,
    };

    private static JsonObject Act(PersonsAct act) => new()
    {
        ["seq"] = act.Seq,
        ["ts"] = Time(act.At),
        ["who"] = act.Who,
        ["what"] = act.What,
        ["run"] = act.Run,
        ["reason"] = act.Reason,
    };

    private static JsonObject Run(JournalRecord opened, WholeJournal journal) => new()
    {
        ["run"] = opened.Entry.Run,
        ["seq"] = opened.Seq,
        ["kind"] = opened.Data.Text("kind"),
        ["version"] = opened.Data.Text("version"),
        ["by"] = opened.Data.Text("owner"),
        ["program"] = opened.Data.Text("program"),
        ["planHash"] = opened.Data.Text("planHash"),
        ["undoes"] = opened.Data.Text("undoes") is { Length: > 0 } undoes ? undoes : null,
        ["undoneBy"] = journal.Records.FirstOrDefault(r => r.Type is RecordType.RunOpened && r.Data.Text("undoes") == opened.Entry.Run)?.Entry.Run,
        ["outcome"] = journal.Records.LastOrDefault(r => r.Type is RecordType.RunClosed && r.Entry.Run == opened.Entry.Run)?.Data.Text("outcome"),
    };

    private static JsonObject Evidence(AuditedEvidence evidence) => new()
    {
        ["seq"] = evidence.Seq,
        ["run"] = evidence.Run,
        ["name"] = evidence.File.Name,
        ["sha256"] = evidence.File.Sha256,
        ["size"] = evidence.File.Size,
        ["condition"] = Words.Of(evidence.Now),
    };

    private static JsonObject Tag(AuditedTag tag) => new() { ["seq"] = tag.Seq, ["run"] = tag.Run, ["name"] = tag.Name, ["commit"] = tag.Commit, ["now"] = tag.Now };

    private static JsonObject Anchor(AuditedAnchor anchor) => new() { ["where"] = anchor.Where, ["hash"] = anchor.Hash, ["seq"] = anchor.Seq };

    private static bool IsAct(JournalRecord record) => record.Type is RecordType.RunOpened or RecordType.RunClosed or RecordType.Decision
        or RecordType.StepApplied or RecordType.StepFailed or RecordType.StepUndone or RecordType.StepUndoFailed
        or RecordType.LeaseTaken or RecordType.SignOff or RecordType.Evidence;

    private static JsonObject Act(JournalRecord record) => new()
    {
        ["seq"] = record.Seq,
        ["ts"] = Time(record.Ts),
        ["run"] = record.Entry.Run,
        ["type"] = Words.Of(record.Type),
        ["what"] = What(record),
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string What(JournalRecord record) => record.Type switch
    {
        RecordType.RunOpened => $"{record.Data["kind"]} {record.Data["version"]} by {record.Data["owner"]}, plan {record.Data["planHash"]}",
        RecordType.RunClosed => $"{record.Data["outcome"]} {record.Data["reason"]}",
        RecordType.Decision => $"{record.Data["decision"]} {record.Data["verdict"]} {record.Data["reason"]}",
        RecordType.Evidence => $"{record.Data["name"]} {record.Data["sha256"]}",
        RecordType.LeaseTaken => $"token {record.Token} by {record.Data["owner"]}: {record.Data["purpose"]}",
        RecordType.PhaseStarted or RecordType.PhaseFinished or RecordType.StepIntent or RecordType.StepApplied
            or RecordType.StepFailed or RecordType.StepUndoIntent or RecordType.StepUndone or RecordType.StepUndoFailed
            or RecordType.Probe or RecordType.Sample or RecordType.SignOff or RecordType.Notice
            or RecordType.LeaseReleased or RecordType.Note or RecordType.Watch => $"{record.Entry.Step} {record.Data["detail"]}".Trim(),
        _ => throw new InvalidDataException($"'{record.Type}' is not a record that this version knows."),
    };
}
