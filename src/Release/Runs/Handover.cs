using System.Globalization;
using System.Text.Json.Nodes;
using Release.Evidence;
using Release.Journal;
using Release.Output;
using Release.Reports;

namespace Release.Runs;

/// <summary>Writes the result down for people and auditors, and closes the run.</summary>
internal sealed class Handover(RunContext run)
{
    private const string Phase = Phases.Handover;

    public async Task Write()
    {
        var opening = run.Opening;
        await run.PutEvidence(Phase, "plan.json", Plan());
        await run.PutEvidence(Phase, "steps.json", Steps());
        var journal = await WholeJournal.Read(run.Ports.Journal, run.Stop.Token);
        await run.PutEvidence(Phase, "checks.json", Recorded(journal, RecordType.Probe));
        await run.PutEvidence(Phase, "gate.json", Recorded(journal, RecordType.Sample, RecordType.Decision));
        await run.PutEvidence(Phase, "release.md", Summary(journal));
        await PutNotes(journal);
        var now = run.Journal.Run.StartedAt;
        await run.Ports.Evidence.Point("latest-success.json", LatestSuccess(journal.Records[^1]).ToJsonString(EvidenceJson.Indented), run.Stop.Token);
        await run.Ports.Evidence.Report(
            $"deployments-{now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.md",
            $"Deployments to {run.Environment.Name}",
            $"- {Show.Time(now)} run {run.Journal.RunId}: {opening.Stable!.Version} to {opening.Target.Version} by {opening.Owner}"
                + $"{(opening.ChangeTicket.Length > 0 ? $", ticket {opening.ChangeTicket}" : "")}, plan {opening.PlanHash[..12]}\n",
            run.Stop.Token);
        await new Runbooks.RunbookEvidence(run).Put(Phase, isEnding: false);
    }

    // Once: a repository that has more of the past when the run is resumed would tell it otherwise.
    private async Task PutNotes(WholeJournal journal)
    {
        const string Name = "release-notes.md";
        if (journal.Records.Any(r => r.Entry.Run == run.Journal.RunId && r.Type is RecordType.Evidence && r.Data["name"]?.GetValue<string>().EndsWith($"/{Name}", StringComparison.Ordinal) is true))
        {
            return;
        }

        var before = BeforeHandover(journal).Records;
        var known = new EnvironmentState(before).Run(run.Journal.RunId)!;
        var commits = run.Opening is { Stable.Commit: { } from, Target.Commit: { } to } ? await run.Ports.Repository.Between(from, to, run.Stop.Token) : null;
        await run.PutEvidence(Phase, Name, new ReleaseNotes(known, [.. before.Where(r => r.Entry.Run == known.Id)], commits).Render());
    }

    /// <summary>What the journal says, for readers who have no journal: the run's records of some types.</summary>
    private JsonArray Recorded(WholeJournal journal, params RecordType[] types) => [.. journal.Records
        .Where(r => r.Entry.Run == run.Journal.RunId && types.Contains(r.Type) && IsOfTheRelease(r))
        .Select(r => new JsonObject
        {
            ["seq"] = r.Seq,
            ["ts"] = Show.Time(r.Ts),
            ["type"] = Words.Of(r.Type),
            ["phase"] = r.Entry.Phase,
            ["data"] = r.Data.DeepClone(),
        })];

    // Who went on with a run and where it was parked is the journal's: evidence that is put again must be the same.
    private static bool IsOfTheRelease(JournalRecord record) => record.Type is not RecordType.Decision
        || record.Data["decision"]?.GetValue<string>() is "gate" or "promote" or "skip" or "go";

    private JsonObject Plan() => new()
    {
        ["hash"] = run.Plan.Hash,
        ["steps"] = new JsonArray([.. run.Plan.Steps.Select(p => new JsonObject
        {
            ["phase"] = p.Phase,
            ["step"] = p.Step.Id,
            ["describe"] = p.Step.Describe(),
        })]),
    };

    private JsonArray Steps() => [.. run.Journal.Run.Steps.Select(s => new JsonObject
    {
        ["step"] = s.Id,
        ["phase"] = s.Phase,
        ["status"] = Words.Of(s.Status),
        ["before"] = s.Before.DeepClone(),
        ["after"] = s.Outcome?.DeepClone(),
    })];

    // With the chain up to here: a journal that is written anew afterwards has no such record any more.
    private JsonObject LatestSuccess(JournalRecord last) => new()
    {
        ["environment"] = run.Environment.Name,
        ["run"] = run.Journal.RunId,
        ["version"] = run.Opening.Target.Version,
        ["commit"] = run.Opening.Target.Commit,
        ["previous"] = run.Opening.Stable!.Version,
        ["planHash"] = run.Plan.Hash,
        ["services"] = new JsonArray([.. run.Opening.Target.Instances.Select(i => new JsonObject
        {
            ["name"] = i.Artefact.Service,
            ["version"] = i.Artefact.Version,
            ["artefact"] = i.Artefact.Digest,
        })]),
        ["startedAt"] = Show.Time(run.Journal.Run.StartedAt),
        ["journal"] = new JsonObject { ["seq"] = last.Seq, ["hash"] = last.Hash },
    };

    /// <summary>
    /// The report of the run up to here. A resumed run puts it again and it must be the same, so it ends before the first
    /// record of this phase: what follows, its own evidence included, is in the report that is written later.
    /// </summary>
    private string Summary(WholeJournal journal) =>
        new ReportMarkdown(ReleaseReport.Of(BeforeHandover(journal), run.Journal.RunId), text => text).Render();

    private WholeJournal BeforeHandover(WholeJournal journal)
    {
        var first = journal.Records.FirstOrDefault(r => r.Entry.Run == run.Journal.RunId && r.Type is RecordType.PhaseStarted && r.Entry.Phase == Phase);
        return journal with { Records = [.. journal.Records.TakeWhile(r => r != first)], TornTail = false };
    }
}
