using System.Text;

namespace Release.Journal;

/// <summary>The names of the record types in the file. They are the format: add, never rename.</summary>
internal static class RecordNames
{
    private static readonly (byte[] Name, RecordType Type)[] All =
        [.. Enum.GetValues<RecordType>().Select(type => (Encoding.ASCII.GetBytes(Of(type)), type))];

    /// <summary>Gets the name of a type.</summary>
    public static string Of(RecordType type) => type switch
    {
        RecordType.RunOpened => "run-opened",
        RecordType.PhaseStarted => "phase-started",
        RecordType.PhaseFinished => "phase-finished",
        RecordType.StepIntent => "step-intent",
        RecordType.StepApplied => "step-applied",
        RecordType.StepFailed => "step-failed",
        RecordType.StepUndoIntent => "step-undo-intent",
        RecordType.StepUndone => "step-undone",
        RecordType.StepUndoFailed => "step-undo-failed",
        RecordType.Probe => "probe",
        RecordType.Sample => "sample",
        RecordType.Decision => "decision",
        RecordType.SignOff => "sign-off",
        RecordType.Notice => "notice",
        RecordType.LeaseTaken => "lease-taken",
        RecordType.LeaseReleased => "lease-released",
        RecordType.RunClosed => "run-closed",
        RecordType.Evidence => "evidence",
        RecordType.Note => "note",
        RecordType.Watch => "watch",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A record type without a name in the file."),
    };

    /// <summary>Finds the type of a name, given as in the file; null when this version does not know it.</summary>
    public static RecordType? Find(ReadOnlySpan<byte> name)
    {
        foreach (var (known, type) in All)
        {
            if (name.SequenceEqual(known))
            {
                return type;
            }
        }

        return null;
    }
}
