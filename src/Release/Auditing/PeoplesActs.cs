using Release.Journal;
using Release.Reports;
using Release.Runs;

namespace Release.Auditing;

/// <summary>What somebody did.</summary>
/// <param name="Seq">The record.</param>
/// <param name="At">When, by the store's clock.</param>
/// <param name="Who">Who: who held the lease then, or who is named.</param>
/// <param name="What">What, in a few words.</param>
/// <param name="Run">The run, or null.</param>
/// <param name="Reason">Why, in their words; may be empty.</param>
public sealed record PersonsAct(long Seq, DateTimeOffset At, string Who, string What, string? Run, string Reason);

/// <summary>Finds in a journal what people did: what they started, decided, left out, accepted, took over and signed.</summary>
internal static class PeoplesActs
{
    // What the program decides by itself, from what it measures or was told before.
    private static readonly string[] Programs = [Words.Of(Decision.Gate), Words.Of(Decision.Promote), Words.Of(Decision.Park), Words.Of(Decision.Halt)];

    /// <summary>Them, in the journal's order.</summary>
    public static IReadOnlyList<PersonsAct> Of(IReadOnlyList<JournalRecord> records)
    {
        var (acts, holder) = (new List<PersonsAct>(), "");
        foreach (var record in records)
        {
            if (record.Type is RecordType.LeaseTaken)
            {
                holder = record.Data.Text("owner");
            }

            if (What(record) is { } what)
            {
                var named = record.Data.Text("by") is { Length: > 0 } by ? by : record.Data.Text("owner");
                acts.Add(new PersonsAct(record.Seq, record.Ts, named.Length > 0 ? named : holder, what, record.Entry.Run, Reason(record)));
            }
        }

        return acts;
    }

    private static string? What(JournalRecord record) => record.Type switch
    {
        RecordType.RunOpened => $"opened a {record.Data.Text("kind")} of {record.Data.Text("version")}"
            + (record.Data.Text("undoes") is { Length: > 0 } undoes ? $", undoing run {undoes}" : "")
            + (record.Data.Text("changeTicket") is { Length: > 0 } ticket ? $", ticket {ticket}" : ""),
        RecordType.Decision when !Programs.Contains(record.Data.Text("decision")) => $"decided {record.Data.Text("decision")}",
        RecordType.LeaseTaken when record.Data["takenFrom"] is { } from => $"took the lease over from {from.Text("owner")}",
        RecordType.LeaseTaken when record.Data["damage"] is { } damage => $"went on with a journal that is damaged at record {damage.Number("seq")}",
        RecordType.SignOff => "signed off",
        RecordType.Note => "noted",
        RecordType.RunClosed when record.Data.Text("outcome") == Words.Of(RunOutcome.Abandoned) => "closed the run as it stood",
        RecordType.PhaseStarted or RecordType.PhaseFinished or RecordType.StepIntent or RecordType.StepApplied or RecordType.StepFailed
            or RecordType.StepUndoIntent or RecordType.StepUndone or RecordType.StepUndoFailed or RecordType.Probe or RecordType.Sample
            or RecordType.Decision or RecordType.Notice or RecordType.LeaseTaken or RecordType.LeaseReleased or RecordType.RunClosed
            or RecordType.Evidence or RecordType.Watch => null,
        _ => throw new InvalidDataException($"'{record.Type}' is not a record that this version knows."),
    };

    private static string Reason(JournalRecord record) => string.Join(
        ' ', new[] { record.Data.Text("reason"), record.Data.Text("detail"), record.Data.Text("text"), record.Type is RecordType.LeaseTaken ? record.Data.Text("purpose") : "" }
            .Where(t => t.Length > 0));
}
