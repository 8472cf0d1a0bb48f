using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Views;

/// <summary>Verifies an environment's journal and lists who did what and when.</summary>
public sealed class AuditView(ReleaseEnvironment environment)
{
    private const int Width = 80;

    /// <summary>What was found.</summary>
    public async Task<JsonObject> Read(CancellationToken cancellation)
    {
        var reading = await environment.Ports.Journal.Read(1, cancellation);
        return new JsonObject
        {
            ["env"] = environment.Name,
            ["records"] = reading.Records.Count,
            ["lastHash"] = reading.Records.Count > 0 ? reading.Records[^1].Hash : null,
            ["damage"] = reading.Damage is { } damage
                ? new JsonObject { ["seq"] = damage.Seq, ["line"] = damage.Line, ["what"] = damage.What }
                : null,
            ["tornTail"] = reading.TornTail,
            ["acts"] = new JsonArray([.. reading.Records.Where(IsAct).Select(r => Act(r))]),
        };
    }

    /// <summary>The same for a person; the last line is the verdict.</summary>
    public RunResult Judge(JsonObject audit, Action<string> line)
    {
        var day = "";
        foreach (var act in audit["acts"]!.AsArray())
        {
            // A date once a day, and what does not fit beside the rest below it: the lines stay readable at 80 columns.
            var at = act!["ts"]!.GetValue<string>().Split(' ', 2);
            if (at[0] != day)
            {
                day = at[0];
                line($"{day} (UTC)");
            }

            var (head, what) = ($"{act["seq"],7}  {at[1].TrimEnd('Z')}  {(act["run"] is { } run ? $"run {run}" : ""),-8} {act["type"],-13}", act["what"]!.GetValue<string>().Trim());
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

        return audit["damage"] is JsonObject damage
            ? new RunResult(ExitStatus.Failed, $"The chain of {environment.Name} does not hold: record {damage["seq"]} (line {damage["line"]}): {damage["what"]}.", "Everything before it is as it was written.")
            : new RunResult(ExitStatus.Done, $"The chain of {environment.Name} holds: {audit["records"]} records, last hash {audit["lastHash"]}.");
    }

    private static bool IsAct(JournalRecord record) => record.Type is RecordType.RunOpened or RecordType.RunClosed or RecordType.Decision
        or RecordType.StepApplied or RecordType.StepFailed or RecordType.StepUndone or RecordType.StepUndoFailed
        or RecordType.LeaseTaken or RecordType.SignOff or RecordType.Evidence;

    private static JsonObject Act(JournalRecord record) => new()
    {
        ["seq"] = record.Seq,
        ["ts"] = record.Ts.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["run"] = record.Entry.Run,
        ["type"] = Words.Of(record.Type),
        ["what"] = What(record),
    };

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
            or RecordType.LeaseReleased or RecordType.Note => $"{record.Entry.Step} {record.Data["detail"]}".Trim(),
        _ => throw new InvalidDataException($"'{record.Type}' is not a record that this version knows."),
    };
}
