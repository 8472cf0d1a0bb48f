using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Reports;

/// <summary>A step, with everything that happened to it.</summary>
public sealed record ReportedStep
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets its phase.</summary>
    public required string Phase { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>Gets how safe it is to repeat: <c>keyed</c>, <c>absolute</c>, <c>manual</c>, <c>irreversible</c>.</summary>
    public required string Safety { get; init; }

    /// <summary>Gets what it does, in its own words.</summary>
    public required string Describe { get; init; }

    /// <summary>Gets how often it was undone and applied afresh.</summary>
    public required int Round { get; init; }

    /// <summary>Gets what was seen before its first intent, which its undo puts back.</summary>
    public required JsonObject? Before { get; init; }

    /// <summary>Gets what was seen after it was applied last; null when it never was.</summary>
    public required JsonObject? After { get; init; }

    /// <summary>Gets its records, in order.</summary>
    public required IReadOnlyList<StepEvent> Events { get; init; }

    /// <summary>Gets when it was begun.</summary>
    public DateTimeOffset BegunAt => Events[0].At;

    /// <summary>Gets when it was applied last, or null.</summary>
    public DateTimeOffset? AppliedAt => Last(RecordType.StepApplied)?.At;

    /// <summary>Gets when it failed last, or null.</summary>
    public DateTimeOffset? FailedAt => Last(RecordType.StepFailed)?.At;

    /// <summary>Gets when its undo was begun last, or null.</summary>
    public DateTimeOffset? UndoBegunAt => Last(RecordType.StepUndoIntent)?.At;

    /// <summary>Gets when it was undone last, or null.</summary>
    public DateTimeOffset? UndoneAt => Last(RecordType.StepUndone)?.At;

    /// <summary>Gets when its undo failed last, or null.</summary>
    public DateTimeOffset? UndoFailedAt => Last(RecordType.StepUndoFailed)?.At;

    /// <summary>Gets what was seen or went wrong on its way forward.</summary>
    public string Detail => Events.LastOrDefault(e => !e.IsUndo && e.What is not RecordType.StepIntent)?.Detail ?? "";

    /// <summary>Gets what was said of its undo; may be empty.</summary>
    public string UndoDetail => Events.LastOrDefault(e => e.IsUndo && e.What is not RecordType.StepUndoIntent)?.Detail ?? "";

    private StepEvent? Last(RecordType type) => Events.LastOrDefault(e => e.What == type);
}

/// <summary>One record of a step.</summary>
/// <param name="Seq">The record.</param>
/// <param name="At">When.</param>
/// <param name="What">What it says.</param>
/// <param name="Detail">The rest; may be empty.</param>
public sealed record StepEvent(long Seq, DateTimeOffset At, RecordType What, string Detail)
{
    /// <summary>Gets a value indicating whether it belongs to the way back.</summary>
    public bool IsUndo => What is RecordType.StepUndoIntent or RecordType.StepUndone or RecordType.StepUndoFailed;
}
