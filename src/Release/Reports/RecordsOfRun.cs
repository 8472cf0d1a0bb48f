using System.Text;
using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Reports;

/// <summary>One run's records, in the order they were written, as a report needs them.</summary>
internal sealed class RecordsOfRun
{
    private readonly WholeJournal _journal;
    private readonly EnvironmentState _state;
    private readonly RunState _run;
    private readonly List<JournalRecord> _records;

    public RecordsOfRun(WholeJournal journal, EnvironmentState state, RunState run)
    {
        (_journal, _state, _run) = (journal, state, run);
        _records = [.. journal.Records.Where(r => r.Entry.Run == run.Id)];
    }

    public ReleaseReport Report()
    {
        var (opening, decisions) = (_run.Opening, Decisions());
        return new ReleaseReport
        {
            Environment = _records[0].Env,
            Run = _run.Id,
            Kind = opening.Kind,
            Verdict = ReportVerdict.Of(_records[0].Env, _state, _run, decisions.LastOrDefault(d => d.What == Words.Of(Decision.Park))?.Reason ?? ""),
            Version = opening.Target.Version,
            VersionBefore = opening.Stable?.Version,
            StartedAt = _run.StartedAt,
            FinishedAt = _run.FinishedAt,
            LastAt = _run.LastAt,
            Origin = Origin(opening),
            Artefacts = Artefacts(opening),
            Phases = Phases(),
            Steps = Steps(),
            Decisions = decisions,
            Services = GateSeries.Of(_records, opening.Configuration),
            Probes = [.. _records.Where(r => r.Type is RecordType.Probe).Select(Probe)],
            Evidence = Evidence(),
            Notices = [.. _records.Where(r => r.Type is RecordType.Notice).Select(r => new ReportedNotice(r.Ts, r.Data.Text("to"), r.Data.Text("detail")))],
            Due = [.. _state.Due.Where(d => d.Run == _run.Id).Select(d => new ReportedDue(d.Step, d.At, d.Instance.Artefact.Version))],
            Writers = Writers(),
            Chain = ChainOf.Records(_journal, _records),
            DetectionSeconds = Detection(),
            LastCandidateAnswerSeconds = _run.LastAnswer?.After?.TotalSeconds,
            LastCandidateAnswerResolutionSeconds = _run.LastAnswer?.Resolution.TotalSeconds,
        };
    }

    private ReportedOrigin Origin(RunOpening opening) => new(
        opening.Owner,
        opening.ChangeTicket,
        opening.Reason,
        opening.PlanHash,
        opening.Program,
        Sha256.HexOf(Encoding.UTF8.GetBytes(opening.Configuration)),
        _run.Goal,
        opening.Undoes,
        _state.Runs.FirstOrDefault(r => r.Opening.Undoes == _run.Id)?.Id)
    {
        IsEmergency = opening.IsEmergency,
        Supersedes = opening.Supersedes,
        SupersededBy = _state.Runs.FirstOrDefault(r => r.Opening.Supersedes == _run.Id)?.Id,
    };

    private static IReadOnlyList<ReportedArtefact> Artefacts(RunOpening opening) => [.. opening.Target.Instances.Select(i => new ReportedArtefact(
        i.Artefact.Service,
        i.Artefact.Version,
        i.Artefact.Digest,
        opening.Target.Commit,
        opening.Stable?.Of(i.Artefact.Service)?.Artefact.Version,
        opening.Stable?.Of(i.Artefact.Service)?.Artefact.Digest))];

    private List<ReportedPhase> Phases()
    {
        var phases = new List<ReportedPhase>();
        foreach (var record in _records.Where(r => r.Type is RecordType.PhaseStarted or RecordType.PhaseFinished))
        {
            var at = phases.FindLastIndex(p => p.Name == record.Entry.Phase && p.FinishedAt is null);
            if (record.Type is RecordType.PhaseFinished)
            {
                if (at >= 0)
                {
                    phases[at] = phases[at] with { Status = record.Data.Text("status"), Reason = record.Data.Text("reason"), FinishedAt = record.Ts };
                }

                continue;
            }

            // Its process was killed: the same phase is begun again by another one.
            if (at >= 0)
            {
                phases[at] = phases[at] with { Status = "left" };
            }

            phases.Add(new ReportedPhase(record.Entry.Phase ?? "", "running", "", record.Ts, null, record.Seq));
        }

        return _run.Outcome is null ? phases : [.. phases.Select(p => p.FinishedAt is null ? p with { Status = "left" } : p)];
    }

    private IReadOnlyList<ReportedStep> Steps()
    {
        var records = _records.Where(r => r.Entry.Step is not null && r.Type is RecordType.StepIntent or RecordType.StepApplied or RecordType.StepFailed
            or RecordType.StepUndoIntent or RecordType.StepUndone or RecordType.StepUndoFailed).ToLookup(r => r.Entry.Step!);
        return [.. _run.Steps.Select(step => new ReportedStep
        {
            Id = step.Id,
            Phase = records[step.Id].First().Entry.Phase ?? step.Phase,
            Status = step.Status,
            Safety = records[step.Id].Select(r => r.Data.Text("safety")).FirstOrDefault(s => s.Length > 0) ?? "",
            Describe = step.Describe,
            Round = step.Round,
            Before = records[step.Id].Any(r => r.Type is RecordType.StepIntent) ? step.Before : null,
            After = records[step.Id].LastOrDefault(r => r.Type is RecordType.StepApplied)?.Data["seen"] as JsonObject,
            Events = [.. records[step.Id].Select(r => new StepEvent(r.Seq, r.Ts, r.Type, r.Data.Text("detail")))],
        })];
    }

    private List<ReportedDecision> Decisions()
    {
        var decisions = new List<ReportedDecision>();
        foreach (var record in _records)
        {
            var (what, reason) = record.Type switch
            {
                RecordType.Decision => (record.Data.Text("decision"), record.Data.Text("reason")),
                RecordType.SignOff => ("sign-off", $"{record.Data.Text("by")} {record.Data.Text("reason")}{record.Data.Text("detail")}".Trim()),
                RecordType.Note => ("note", $"{record.Data.Text("by")} {record.Data.Text("reason")}{record.Data.Text("detail")}{record.Data.Text("text")}".Trim()),
                RecordType.RunClosed when record.Data.Text("outcome") == Words.Of(RunOutcome.Abandoned) => ("abandon", record.Data.Text("reason")),
                RecordType.RunOpened or RecordType.PhaseStarted or RecordType.PhaseFinished or RecordType.StepIntent or RecordType.StepApplied
                    or RecordType.StepFailed or RecordType.StepUndoIntent or RecordType.StepUndone or RecordType.StepUndoFailed or RecordType.Probe
                    or RecordType.Sample or RecordType.Notice or RecordType.LeaseTaken or RecordType.LeaseReleased or RecordType.RunClosed
                    or RecordType.Evidence or RecordType.Watch => ("", ""),
                _ => throw new InvalidDataException($"'{record.Type}' is not a record that this version knows."),
            };
            if (what.Length > 0)
            {
                decisions.Add(new ReportedDecision(
                    decisions.Count + 1, record.Seq, record.Ts, what, record.Data.Text("verdict"), record.Data.Text("service"), record.Data.Number("share"), reason));
            }
        }

        return decisions;
    }

    private static ReportedProbe Probe(JournalRecord record) => new(
        record.Entry.Phase ?? "",
        record.Data.Text("id"),
        record.Data.Text("type"),
        record.Data.Text("verdict"),
        record.Data.Text("detail"),
        record.Data.Number("milliseconds") ?? 0,
        record.Ts);

    // Evidence that is put again by a resumed run is the same file.
    private IReadOnlyList<ReportedEvidence> Evidence() => [.. _records.Where(r => r.Type is RecordType.Evidence)
        .Select(r => new ReportedEvidence(r.Data.Text("name"), (long)(r.Data.Number("size") ?? 0), r.Data.Text("sha256"), r.Ts, null))
        .DistinctBy(e => (e.Name, e.Sha256))];

    private IReadOnlyList<ReportedWriter> Writers()
    {
        var tokens = _records.Select(r => r.Token).ToHashSet();
        return [.. _journal.Records.Where(r => r.Type is RecordType.LeaseTaken && tokens.Contains(r.Token)).Select(r => new ReportedWriter(
            r.Token, r.Data.Text("owner"), r.Data.Text("host"), (long)(r.Data.Number("pid") ?? 0), r.Data.Text("purpose"), r.Ts))];
    }

    private double? Detection()
    {
        var traffic = _records.FirstOrDefault(r => r.Type is RecordType.StepApplied && ShareChanges.Of(r) is > 0);
        var no = _records.FirstOrDefault(r => r.Type is RecordType.Decision && r.Data.Text("decision") == Words.Of(Decision.Gate) && r.Data.Text("verdict") == "fail");
        return traffic is null || no is null || no.Seq < traffic.Seq ? null : (no.Ts - traffic.Ts).TotalSeconds;
    }
}
