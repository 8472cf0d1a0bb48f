using System.Text;
using System.Text.Json.Nodes;
using Release.Journal;
using Release.Reports;
using Release.Runs;

namespace Release.Auditing;

/// <summary>
/// Whether records refer to records that are there. A chain that was computed anew over changed records holds; what it says
/// may still contradict itself. Pure, and without trust in the shape of anything.
/// </summary>
internal sealed class RecordReferences
{
    private readonly List<AuditFinding> _findings = [];
    private readonly Dictionary<string, JournalRecord> _openings = [];
    private readonly HashSet<(string Run, string Step)> _intended = [];
    private readonly HashSet<string> _instances = [];
    private readonly Dictionary<string, string> _undone = [];
    private long _token;

    private RecordReferences(IReadOnlyList<JournalRecord> records)
    {
        foreach (var record in records)
        {
            Check(record);
        }
    }

    /// <summary>What does not hold, in the journal's order.</summary>
    /// <param name="records">Every record that can be read.</param>
    public static IReadOnlyList<AuditFinding> Of(IReadOnlyList<JournalRecord> records) => new RecordReferences(records)._findings;

    private void Check(JournalRecord record)
    {
        CheckToken(record);
        if (record.Entry.Run is not { } run)
        {
            return;
        }

        if (record.Type is RecordType.RunOpened)
        {
            Open(record, run);
        }
        else if (!_openings.ContainsKey(run))
        {
            Find(record, $"it belongs to run {run}, which was never opened before it");
        }
        else
        {
            CheckInRun(record, run);
        }
    }

    // A token is announced by who takes the lease, grows, and is never used again by an older holder (invariant 9).
    private void CheckToken(JournalRecord record)
    {
        if (record.Type is RecordType.LeaseTaken)
        {
            if (record.Token <= _token)
            {
                Find(record, $"the lease was taken with token {record.Token}, and {_token} had been given out before");
            }

            _token = Math.Max(_token, record.Token);
        }
        else if (record.Token != _token)
        {
            Find(record, $"it was written with token {record.Token}, while the lease was held with {_token}");
            _token = record.Token; // Said once, not of every record that follows.
        }
    }

    private void Open(JournalRecord record, string run)
    {
        if (!_openings.TryAdd(run, record))
        {
            Find(record, $"run {run} was opened before, by record {_openings[run].Seq}");
        }

        foreach (var instance in (record.Data["target"] as JsonObject)?["instances"] as JsonArray ?? [])
        {
            _ = _instances.Add(instance.Text("id"));
        }

        if (record.Data.Text("undoes") is { Length: > 0 } undoes)
        {
            CheckUndone(record, run, undoes);
        }
    }

    private void CheckUndone(JournalRecord record, string run, string undoes)
    {
        if (undoes == run || !_openings.ContainsKey(undoes))
        {
            Find(record, $"it undoes run {undoes}, which was never opened before it");
        }
        else if (!_undone.TryAdd(undoes, run))
        {
            Find(record, $"it undoes run {undoes}, which run {_undone[undoes]} undid already");
        }
    }

    private void CheckInRun(JournalRecord record, string run)
    {
        switch (record.Type)
        {
            case RecordType.StepIntent when record.Entry.Step is { } step:
                _ = _intended.Add((run, step));
                break;
            case RecordType.StepApplied or RecordType.StepFailed or RecordType.StepUndoIntent or RecordType.StepUndone or RecordType.StepUndoFailed
                when record.Entry.Step is { } step && !_intended.Contains((run, step)):
                Find(record, $"{Words.Of(record.Type)} of {step}, of which no intent was recorded in run {run} (invariant 1)");
                break;
            case RecordType.Evidence:
                CheckEvidence(record, run);
                break;
            case RecordType.RunClosed:
                CheckDue(record);
                break;
            case RecordType.RunOpened or RecordType.PhaseStarted or RecordType.PhaseFinished or RecordType.StepIntent or RecordType.StepApplied
                or RecordType.StepFailed or RecordType.StepUndoIntent or RecordType.StepUndone or RecordType.StepUndoFailed or RecordType.Probe
                or RecordType.Sample or RecordType.Decision or RecordType.SignOff or RecordType.Notice or RecordType.LeaseTaken
                or RecordType.LeaseReleased or RecordType.Note or RecordType.Watch:
            default:
                break;
        }
    }

    // The configuration is in the evidence and in the opening: one of them cannot be changed alone.
    private void CheckEvidence(JournalRecord record, string run)
    {
        var (name, opening) = (record.Data.Text("name"), _openings[run].Data);
        var plan = opening.Text("planHash");
        if (plan.Length >= 8 && !name.StartsWith($"run-{run}-{plan[..8]}/", StringComparison.Ordinal))
        {
            Find(record, $"the evidence {name} is not in the folder of run {run} with the plan {plan[..8]}");
        }

        if (name.EndsWith("/configuration.json", StringComparison.Ordinal)
            && record.Data.Text("sha256") != Sha256.HexOf(Encoding.UTF8.GetBytes(opening.Text("configuration"))))
        {
            Find(record, $"the configuration in the evidence {name} is not the one that run {run} was opened with");
        }
    }

    private void CheckDue(JournalRecord record)
    {
        foreach (var due in record.Data["due"] as JsonArray ?? [])
        {
            var (step, instance) = (due.Text("step"), (due as JsonObject)?["instance"].Text("id") ?? "");
            if (instance.Length > 0 && !_instances.Contains(instance))
            {
                Find(record, $"{step} is due for {instance}, which no run started");
            }
        }
    }

    private void Find(JournalRecord record, string what) =>
        _findings.Add(new AuditFinding(AuditKind.Reference, record.Seq, record.Entry.Run, what));
}
