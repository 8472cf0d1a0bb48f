using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Runs;

/// <summary>Folds the records of steps.</summary>
internal static class StepFold
{
    public static void Add(RunState run, JournalRecord record)
    {
        var id = record.Entry.Step!;
        var step = run.Step(id);
        if (step.Status is StepStatus.None && !run.StepMap.ContainsKey(id))
        {
            run.StepOrder.Add(id);
        }

        var begins = record.Type is RecordType.StepIntent or RecordType.StepUndoIntent;
        run.StepMap[id] = Next(step, record) with
        {
            Phase = record.Entry.Phase ?? step.Phase,
            Detail = Text(record, "detail"),
            StartedAt = begins ? record.Ts : step.StartedAt,
            FinishedAt = begins ? null : record.Ts,
        };
        if (record.Type is RecordType.StepUndoFailed)
        {
            run.StuckBecause = $"the undo of {id} failed: {Text(record, "detail")}";
        }
        // What is started again on the way back is no step of the plan: its failure is judged by who asked for it.
        else if (record.Type is RecordType.StepFailed && run.Outcome is null && run.Opening.TurnsBack && record.Entry.Phase is not Phases.Rollback)
        {
            run.GoesBack = true;
        }
    }

    // Before is taken from the first intent only (invariant 3): a later one was seen in a world that we had changed.
    private static StepRecord Next(StepRecord step, JournalRecord record) => record.Type switch
    {
        RecordType.StepIntent => step with
        {
            Status = StepStatus.Intended,
            Before = step.Describe.Length > 0 ? step.Before : record.Data["before"] as JsonObject ?? [],
            Describe = Text(record, "describe"),
            Deadline = record.Entry.Deadline,
        },
        RecordType.StepApplied => step with
        {
            Status = StepStatus.Applied,
            Outcome = record.Data["seen"] as JsonObject,
            Deadline = null,
            IsAccepted = IsAccepted(record),
        },
        RecordType.StepFailed => step with { Status = StepStatus.Failed, Deadline = null },
        RecordType.StepUndoIntent => step with
        {
            Status = StepStatus.UndoIntended,
            UndoDeadline = record.Entry.Deadline,

            // The process that called it first is gone: who repeats it does not know what became of that call.
            LandsUntil = step.Status is StepStatus.UndoIntended ? step.UndoDeadline : step.LandsUntil,
        },

        // A deadline stays where the outcome was never known: a call may land on what was undone, and it is not known whether
        // one did before somebody looked.
        RecordType.StepUndone => step with
        {
            Status = StepStatus.Undone,
            Outcome = null,
            Round = step.Round + 1,
            IsAccepted = IsAccepted(record),
            Deadline = IsSettled(record) ? null : step.Deadline,
            LandsUntil = IsSettled(record) ? null : step.LandsUntil,
        },
        RecordType.StepUndoFailed => step with { Status = StepStatus.UndoFailed },
        RecordType.RunOpened or RecordType.PhaseStarted or RecordType.PhaseFinished or RecordType.Probe
            or RecordType.Sample or RecordType.Decision or RecordType.SignOff or RecordType.Notice
            or RecordType.LeaseTaken or RecordType.LeaseReleased or RecordType.RunClosed or RecordType.Evidence
            or RecordType.Note or RecordType.Watch => step,
        _ => throw new InvalidDataException($"'{record.Type}' is not a record that this version knows."),
    };

    private static bool IsAccepted(JournalRecord record) => record.Data["accepted"]?.GetValue<bool>() is true;

    private static bool IsSettled(JournalRecord record) => record.Data["settled"]?.GetValue<bool>() is true;

    private static string Text(JournalRecord record, string name) => record.Data[name]?.GetValue<string>() ?? "";
}
