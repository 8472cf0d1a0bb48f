using Release.Evidence;
using Release.Runs;

namespace Release.Reports;

/// <summary>The words and tones of the model's values, the same on every page and in Markdown.</summary>
internal static class Tones
{
    public static (string Word, string Sign, Tone Tone) Of(ReleaseReport report) => report.Verdict.Outcome switch
    {
        ReportOutcome.Promoted when report.Origin.UndoneBy is not null => ("Promoted, then taken back", "↩", Tone.Idle),
        ReportOutcome.Promoted => ("Promoted", "✓", Tone.Good),
        ReportOutcome.Done when report.Kind is RunKind.Rollback => ("Taken back", "✓", Tone.Good),
        ReportOutcome.Done => ("Done", "✓", Tone.Good),
        ReportOutcome.RolledBack => ("Rolled back", "↩", Tone.Bad),
        ReportOutcome.Stuck => ("Stuck", "✗", Tone.Bad),
        ReportOutcome.Parked => ("Parked", "‖", Tone.Wait),
        ReportOutcome.Open => ("Open", "…", Tone.Wait),
        ReportOutcome.Abandoned => ("Abandoned", "–", Tone.Idle),
        _ => throw new ArgumentOutOfRangeException(nameof(report)),
    };

    public static (string Word, Tone Tone) Of(ReportedStep step) => step.Status switch
    {
        StepStatus.Applied => ("made", Tone.Good),
        StepStatus.Undone => ("undone", Tone.Idle),
        StepStatus.Failed => ("failed", Tone.Bad),
        StepStatus.UndoFailed => ("undo failed", Tone.Bad),
        StepStatus.Intended => ("outcome not known", Tone.Wait),
        StepStatus.UndoIntended => ("undo not known", Tone.Wait),
        StepStatus.None => ("not begun", Tone.Idle),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    public static Tone OfPhase(string status) => status switch
    {
        "done" => Tone.Good,
        "failed" => Tone.Bad,
        _ => Tone.Wait,
    };

    public static Tone OfVerdict(string verdict) => verdict switch
    {
        "pass" => Tone.Good,
        "fail" => Tone.Bad,
        "" => Tone.Idle,
        _ => Tone.Wait,
    };

    public static (string Word, Tone Tone) Of(EvidenceCondition? condition) => condition switch
    {
        EvidenceCondition.Intact => ("intact", Tone.Good),
        EvidenceCondition.Changed => ("CHANGED", Tone.Bad),
        EvidenceCondition.Missing => ("MISSING", Tone.Bad),
        EvidenceCondition.Unreadable => ("unreadable", Tone.Wait),
        null => ("not checked", Tone.Idle),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    /// <summary>A decision in words.</summary>
    public static string Of(ReportedDecision decision) => decision.What switch
    {
        "gate" => $"gate: {decision.Verdict}",
        "promote" => "promoted",
        "go-back" => "turned back",
        "park" => "parked",
        "halt" => "halted",
        "accept-as-is" => "accepted as it stands",
        "continue" => "went on",
        "take-over" => "taken over",
        "abandon" => "abandoned",
        "go" => "a person said go",
        "no-go" => "a person said no",
        var other => other,
    };

    public static Tone ToneOf(ReportedDecision decision) => decision.What switch
    {
        "gate" => OfVerdict(decision.Verdict),
        "promote" => Tone.Good,
        "go-back" or "halt" or "no-go" => Tone.Bad,
        "park" or "abandon" or "accept-as-is" or "go" => Tone.Wait,
        _ => Tone.Idle,
    };
}
