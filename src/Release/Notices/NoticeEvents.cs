using Release.Journal;
using Release.Output;
using Release.Planning;
using Release.Reports;
using Release.Runs;

namespace Release.Notices;

/// <summary>Which records are to be told of, and in which words: a pure function of the record and its run (invariant 5).</summary>
internal static class NoticeEvents
{
    /// <summary>What a record gives cause to tell; usually nothing.</summary>
    public static IEnumerable<Notice> Of(JournalRecord record, RunState? run) => (record.Type, run) switch
    {
        (RecordType.LeaseTaken, _) when record.Data.Text("purpose").StartsWith("take over from ", StringComparison.Ordinal) =>
            [New(record, NoticeKind.TakenOver, 2, $"{record.Env} was taken over by {record.Data.Text("owner")}: {record.Data.Text("purpose")}.", "Status")],
        (RecordType.RunOpened, { Opening: { Kind: RunKind.Release, IsFirst: false } opening }) =>
            [New(record, NoticeKind.ReleaseStarted, 0, $"The release of {opening.Target.Version} to {record.Env} began (run {run.Id}, by {opening.Owner}{Ticket(opening)}); {opening.Stable?.Version} serves.", "Status")],
        (RecordType.Decision, { } decided) => Decided(record, decided),
        (RecordType.StepUndoFailed, { } stuck) =>
            [New(record, NoticeKind.Stuck, 1, $"Run {stuck.Id} ({stuck.Opening.Target.Version}) of {record.Env} is stuck: {record.Entry.Step} could not be undone: {record.Data.Text("detail")}", "Status")],
        (RecordType.RunClosed, { } closed) => Closed(record, closed),
        (RecordType.Watch, _) => Watched(record),
        _ => [],
    };

    private static IEnumerable<Notice> Decided(JournalRecord record, RunState run)
    {
        var name = $"Run {run.Id} ({run.Opening.Target.Version}) of {record.Env}";
        switch (record.Data.Text("decision"))
        {
            case "park" when record.Data["held"] is not null:
                yield return New(record, NoticeKind.Held, 2, $"{name} is held: {record.Data.Text("reason")}. It waits for a person's decision{Until(record)}.", "Decide --go --reason \"…\"");
                break;
            case "park" when record.Data.Text("waitsFor").Contains("sign-off", StringComparison.OrdinalIgnoreCase):
                yield return New(record, NoticeKind.SignOffNeeded, 0, $"{name} waits for {record.Data.Text("waitsFor")}{Until(record)}.", "Runbook");
                break;
            case "park":
                yield return New(record, NoticeKind.Parked, 0, $"{name} is parked: {record.Data.Text("reason")}. It waits for {record.Data.Text("waitsFor")}{Until(record)}.", "Promote");
                break;
            case "halt":
                yield return New(record, NoticeKind.Stuck, 1, $"{name} is halted as it stands, and a person is needed: {record.Data.Text("reason")}.", "Status");
                break;
            default:
                break;
        }
    }

    private static IEnumerable<Notice> Closed(JournalRecord record, RunState run)
    {
        var (version, reason) = (run.Opening.Target.Version, record.Data.Text("reason"));
        if (run is { Opening.Kind: RunKind.Release, Outcome: RunOutcome.Promoted })
        {
            yield return New(record, NoticeKind.Promoted, 0, $"{version} serves everything in {record.Env} (run {run.Id}){(run.Opening.Stable is { } old ? $" in place of {old.Version}" : ": it was the first deployment")}.", "Status", run.StartedAt);
        }
        else if (run is { Opening.Kind: RunKind.Release, Outcome: RunOutcome.RolledBack })
        {
            yield return New(record, NoticeKind.RolledBack, 2, $"{version} was rolled back in {record.Env} (run {run.Id}): {run.Opening.Stable?.Version ?? "nothing"} serves. Reason: {reason}", "History", run.StartedAt);
        }
        else if (run is { Opening.Kind: RunKind.Rollback, Outcome: RunOutcome.Done })
        {
            yield return New(record, NoticeKind.RolledBack, 2, $"{run.Opening.Stable?.Version} was rolled back in {record.Env} by run {run.Id}: {version} serves everything. Reason: {(run.Opening.Reason.Length > 0 ? run.Opening.Reason : "none given")}", "History", run.StartedAt);
        }
        else if (run.Outcome is RunOutcome.Abandoned)
        {
            yield return New(record, NoticeKind.Abandoned, 2, $"Run {run.Id} ({version}) of {record.Env} was closed as it stands: {reason}.", "Status");
        }
    }

    // An incident says itself who is to hear of it; a summary is for everybody who wants summaries.
    private static IEnumerable<Notice> Watched(JournalRecord record)
    {
        switch (record.Entry.Step)
        {
            case "incident":
                foreach (var kind in (record.Data["tell"] as System.Text.Json.Nodes.JsonArray ?? []).Select(k => Words.Parse<NoticeKind>(k!.GetValue<string>())))
                {
                    yield return New(record, kind, (int)(record.Data.Number("level") ?? 3), record.Data.Text("text"), "Status") with
                    {
                        Incident = record.Data.Text("incident"),
                        State = record.Data.Text("state"),
                    };
                }

                break;
            case "summary":
                yield return New(record, NoticeKind.DailySummary, 0, record.Data.Text("text"), "Report");
                break;
            default:
                break;
        }
    }

    private static Notice New(JournalRecord record, NoticeKind kind, int severity, string text, string next, DateTimeOffset? since = null) =>
        new(Identity.Of(record.Hash, Words.Of(kind))[..32], kind, severity, record.Entry.Run, record.Ts, text) { Next = next, Since = since };

    private static string Ticket(RunOpening opening) => opening.ChangeTicket.Length > 0 ? $", ticket {opening.ChangeTicket}" : "";

    private static string Until(JournalRecord record) => record.Data.Text("until") is { Length: > 0 } until
        ? $" until {Show.Time(DateTimeOffset.Parse(until, System.Globalization.CultureInfo.InvariantCulture))}, then it is undone" : "";
}
