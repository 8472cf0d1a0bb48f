using System.Globalization;
using System.Text.Json.Nodes;
using Release.Evidence;
using Release.Journal;
using Release.Output;

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
        await run.PutEvidence(Phase, "checks.json", await Recorded(RecordType.Probe));
        await run.PutEvidence(Phase, "gate.json", await Recorded(RecordType.Sample, RecordType.Decision));
        await run.PutEvidence(Phase, "release.md", Summary());
        var now = run.Journal.Run.StartedAt;
        await run.Ports.Evidence.Point("latest-success.json", LatestSuccess().ToJsonString(EvidenceJson.Indented), run.Stop.Token);
        await run.Ports.Evidence.Report(
            $"deployments-{now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.md",
            $"Deployments to {run.Environment.Name}",
            $"- {Show.Time(now)} run {run.Journal.RunId}: {opening.Stable!.Version} to {opening.Target.Version} by {opening.Owner}"
                + $"{(opening.ChangeTicket.Length > 0 ? $", ticket {opening.ChangeTicket}" : "")}, plan {opening.PlanHash[..12]}\n",
            run.Stop.Token);
    }

    /// <summary>What the journal says, for readers who have no journal: the run's records of some types.</summary>
    private async Task<JsonArray> Recorded(params RecordType[] types)
    {
        var reading = await run.Ports.Journal.Read(1, run.Stop.Token);
        return [.. reading.Records
            .Where(r => r.Entry.Run == run.Journal.RunId && types.Contains(r.Type) && IsOfTheRelease(r))
            .Select(r => new JsonObject
            {
                ["seq"] = r.Seq,
                ["ts"] = Show.Time(r.Ts),
                ["type"] = Words.Of(r.Type),
                ["phase"] = r.Entry.Phase,
                ["data"] = r.Data.DeepClone(),
            })];
    }

    // Who went on with a run and where it was parked is the journal's: evidence that is put again must be the same.
    private static bool IsOfTheRelease(JournalRecord record) => record.Type is not RecordType.Decision
        || record.Data["decision"]?.GetValue<string>() is "gate" or "promote" or "skip";

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

    private JsonObject LatestSuccess() => new()
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
    };

    private string Summary()
    {
        var lines = new List<string>
        {
            $"# {run.Opening.Target.Version} in {run.Environment.Name}",
            "",
            $"Run {run.Journal.RunId}, started {Show.Time(run.Journal.Run.StartedAt)} by {run.Opening.Owner}, plan {run.Plan.Hash}.",
            $"Before: {run.Opening.Stable!.Version}. Gate: {run.Journal.Run.Verdict}.",
            "",
            "| step | phase | result |",
            "| --- | --- | --- |",
        };
        lines.AddRange(run.Journal.Run.Steps.Select(s => $"| {s.Id} | {s.Phase} | {Words.Of(s.Status)} |"));
        return string.Join('\n', lines) + "\n";
    }
}
