using Newtonsoft.Json.Linq;
using Release.Journal;
using Release.Output;
using Release.Reports;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>What each kind of tie comes to, by the records of a run.</summary>
/// <param name="facts">The run.</param>
/// <param name="runbook">The runbook.</param>
/// <param name="phase">The phase that the line belongs to; null for the run's end.</param>
internal sealed class Ties(RunFacts facts, RunbookOptions runbook, LinePhase? phase)
{
    private const int LongestValue = 200;

    public LineOutcome Of(TieOptions tie) => tie.Service is { } service && !facts.Brings(service)
        ? LineOutcome.NotApplicable($"{service} is not released by this run")
        : tie switch
        {
            ProbeTieOptions probe => Probe(probe),
            StepTieOptions step => Step(step),
            CriterionTieOptions criterion => new GateTies(facts, phase).Of(criterion),
            PhaseTieOptions named => PhaseOf(named),
            TimeTieOptions time => Time(time),
            NoticeTieOptions notice => Notice(notice),
            WatchTieOptions watch => Watch(watch),
            EvidenceTieOptions evidence => Evidence(evidence),
            BackupTieOptions backup => Backup(backup),
            ConfigurationTieOptions configuration => Configuration(configuration),
            InputTieOptions input => Input(input),
            RoleTieOptions role => LineOutcome.Passed(facts.Run.StartedAt, $"{role.Name}: {runbook.Roles.First(r => r.Name == role.Name).Who ?? role.Name}"),
            _ => throw new InvalidDataException($"'{tie.Type}' is no tie that this version knows."),
        };

    // A phase that was begun again looked again, and only its last looks count.
    private LineOutcome Probe(ProbeTieOptions tie)
    {
        var looks = facts.Records.Where(r => r.Type is RecordType.Probe && r.Data.Text("id") == tie.Id && (tie.In is null || r.Entry.Phase == tie.In.ToString()))
            .GroupBy(r => r.Entry.Phase ?? "")
            .SelectMany(g => g.Where(r => r.Seq > LastStart(g.Key)))
            .ToList();
        if (looks.Count == 0)
        {
            return IsLeftOut(tie.Id) ? LineOutcome.NotApplicable($"the emergency profile leaves out the check {tie.Id}")
                : facts.Options.Smoke.FirstOrDefault(s => s.Id == tie.Id)?.Service is { } service && !facts.Brings(service) ? LineOutcome.NotApplicable($"{tie.Id} is of {service}, which is not released by this run")
                : None(tie.In, $"{tie.Id} was not looked at{(tie.In is { } at ? $" in {at}" : "")}");
        }

        var bad = looks.Where(r => r.Data.Text("verdict") != "pass").ToList();
        return bad.Count == 0
            ? LineOutcome.Passed(looks[^1].Ts, $"{tie.Id}: {looks[^1].Data.Text("detail")}")
            : LineOutcome.Failed(bad[^1].Ts, $"{tie.Id} is {bad[^1].Data.Text("verdict")} in {bad[^1].Entry.Phase}: {bad[^1].Data.Text("detail")}");
    }

    private LineOutcome Step(StepTieOptions tie)
    {
        var steps = facts.Run.Steps.Where(s => TiePattern.Matches(tie.Id, s.Id)).ToList();
        if (steps.Count == 0)
        {
            return None(null, $"no step {tie.Id} was taken");
        }

        if (tie.Is is StepTie.Made && Untaken(tie.Id, steps) is { } untaken)
        {
            return None(null, $"the step {untaken} was not taken");
        }

        var others = steps.Where(s => tie.Is is StepTie.Made ? !IsMade(s) : s.Status is not StepStatus.Undone).ToList();
        if (others.Count == 0)
        {
            return LineOutcome.Passed(steps.Max(s => s.FinishedAt) ?? facts.Run.LastAt, steps.Count == 1 ? $"step {steps[0].Id}: {steps[0].Detail}" : $"{steps.Count} steps: {string.Join(", ", steps.Select(s => s.Id))}");
        }

        var other = others[0];
        var told = $"step {other.Id} is {Words.Of(other.Status)}{(other.Detail.Length > 0 ? $": {other.Detail}" : "")}";
        return other.Status is StepStatus.Intended or StepStatus.UndoIntended || (tie.Is is StepTie.Undone && other.Status is StepStatus.Applied)
            ? None(null, told)
            : LineOutcome.Failed(other.FinishedAt ?? facts.Run.LastAt, told);
    }

    // A pattern for every service is of all that the release brings, not of those that had their turn. A new service has no shares.
    private string? Untaken(string pattern, IReadOnlyList<StepRecord> steps)
    {
        var ids = facts.Run.Opening.Brings.Where(i => facts.Run.Opening.Stable?.Of(i.Artefact.Service) is not null)
            .Select(i => pattern.Replace("*", i.Artefact.Service, StringComparison.Ordinal)).ToList();
        return ids.Exists(id => steps.Any(s => s.Id == id)) ? ids.Find(id => steps.All(s => s.Id != id)) : null;
    }

    // A share that was taken away while the run waited was given all the same: the run did not go back for it.
    private bool IsMade(StepRecord step) => step.Status is StepStatus.Applied || (step.Status is StepStatus.Undone && !facts.Run.GoesBack && facts.Run.IsPromoted);

    private LineOutcome PhaseOf(PhaseTieOptions tie)
    {
        var name = tie.Name.ToString();
        if (tie.Name is LinePhase.Rollback)
        {
            return facts.Back switch
            {
                { Run: { Outcome: RunOutcome.RolledBack or RunOutcome.Done } whole } => LineOutcome.Passed(whole.FinishedAt ?? whole.LastAt, $"taken back by run {whole.Id}"),
                { IsEnding: true, Run: var ending } => LineOutcome.Passed(ending.LastAt, $"taken back by run {ending.Id}"),
                { IsOver: true, Run: var other } => LineOutcome.Failed(other.FinishedAt ?? other.LastAt, $"run {other.Id} did not take it back: {other.Reason}"),
                { Run: var open } => LineOutcome.None(false, open.StuckBecause ?? $"run {open.Id} is on its way back"),
                null => None(null, "it was not taken back"),
            };
        }

        return facts.Run.Phases.FirstOrDefault(p => p.Name == name) switch
        {
            { Status: "done" } done => LineOutcome.Passed(done.FinishedAt ?? done.StartedAt, $"{name} is done"),
            { Status: "failed" } failed => LineOutcome.Failed(failed.FinishedAt ?? failed.StartedAt, $"{name} failed: {failed.Reason}"),
            { Status: "skipped" } skipped => LineOutcome.None(true, $"{name} was skipped: {skipped.Reason}"),
            { Status: var status } => None(tie.Name, $"{name} is {status}"),
            null => None(tie.Name, $"{name} was not reached"),
        };
    }

    private LineOutcome Time(TimeTieOptions tie)
    {
        var (from, to) = tie.Of is LinePhase.Rollback ? WayBack()
            : facts.Run.Phases.FirstOrDefault(p => p.Name == tie.Of.ToString()) is { Status: not "skipped" } p ? (p.StartedAt, p.FinishedAt)
            : (null, null);
        if (from is not { } begun || to is not { } ended)
        {
            return None(tie.Of, $"{tie.Of} has not ended");
        }

        var told = $"{tie.Of} took {Show.Duration(ended - begun)}, at most {Show.Duration(tie.Max)} was asked for";
        return ended - begun <= tie.Max ? LineOutcome.Passed(ended, told) : LineOutcome.Failed(ended, told);
    }

    private (DateTimeOffset? From, DateTimeOffset? To) WayBack() => (
        facts.Run.Opening.Kind is RunKind.Rollback ? facts.Run.StartedAt
            : facts.Records.FirstOrDefault(r => r.Type is RecordType.Decision && r.Data.Text("decision") is "go-back" or "no-go")?.Ts,
        facts.Run.FinishedAt ?? (facts.IsEnding ? facts.Run.LastAt : null));

    private LineOutcome Notice(NoticeTieOptions tie)
    {
        if (facts.Notices(tie.Id) is not [.., var notice])
        {
            return None(null, $"no notice {tie.Id} was sent");
        }

        var (name, told) = (notice.Data.Text("id"), notice.Data.Text("detail"));
        var channels = (notice.Data["channels"] as System.Text.Json.Nodes.JsonArray ?? []).Select(c => c!.GetValue<string>()).ToList();
        if (tie.Channel is { } only && channels.Count > 0 && !channels.Contains(only))
        {
            return LineOutcome.None(true, $"notice {name} was not meant for {only}: {told}");
        }

        // The last word of each: a chart that has its mark does not mean that the person on call was paged.
        var deliveries = facts.Deliveries(notice).Where(d => tie.Channel is null || d.Data.Text("channel") == tie.Channel)
            .GroupBy(d => d.Data.Text("channel")).Select(g => g.Last()).OrderBy(d => d.Data.Text("outcome") == "delivered" ? 0 : d.Data.Text("outcome") == "given-up" ? 2 : 1).ToList();
        var meant = tie.Channel is { } named ? [named] : channels;
        if (deliveries.Count > 0 && deliveries.TrueForAll(d => d.Data.Text("outcome") == "delivered") && meant.TrueForAll(c => deliveries.Exists(d => d.Data.Text("channel") == c)))
        {
            return LineOutcome.Passed(deliveries.Max(d => d.Ts), $"notice {name} to {string.Join(", ", deliveries.Select(d => d.Data.Text("channel")))}: {told}");
        }

        return deliveries is [.., var last] ? last.Data.Text("outcome") == "given-up"
                ? LineOutcome.Failed(last.Ts, $"notice {name} could not be delivered: {last.Data.Text("detail")}")
                : LineOutcome.None(false, $"notice {name} is not delivered to everyone yet: {last.Data.Text("detail")}")
            : notice.Data["channels"] is System.Text.Json.Nodes.JsonArray { Count: 0 } ? LineOutcome.None(true, $"nobody wants to be told of {name}: {told}")
            : notice.Data.Text("notice").Length > 0 ? LineOutcome.None(false, $"notice {name} is on its way: {told}")
            : LineOutcome.Passed(notice.Ts, $"notice {name} to {notice.Data.Text("to")}: {told}");
    }

    // What a watch found, by its own records; a gate or a smoke test that was made more than once must have passed every time.
    private LineOutcome Watch(WatchTieOptions tie)
    {
        var records = facts.Records.Where(r => Words.Of(r.Type) == "watch" && r.Entry.Step == Words.Of(tie.Found)).ToList();
        if (records.Count == 0)
        {
            return facts.MayCome ? LineOutcome.None(false, $"the watch has no {Words.Of(tie.Found)} yet") : LineOutcome.None(true, $"no watch came to {Words.Of(tie.Found)}");
        }

        var bad = records.LastOrDefault(r => r.Data.Text("verdict") is not ("" or "pass"));
        return bad is null
            ? LineOutcome.Passed(records[^1].Ts, $"watch, {Words.Of(tie.Found)}{(records.Count > 1 ? $" ({records.Count} times)" : "")}: {records[^1].Data.Text("detail")}".TrimEnd(':', ' '))
            : LineOutcome.Failed(bad.Ts, $"watch, {Words.Of(tie.Found)} is {bad.Data.Text("verdict")}: {bad.Data.Text("detail")}");
    }

    private LineOutcome Evidence(EvidenceTieOptions tie)
    {
        var files = facts.Records.Where(r => r.Type is RecordType.Evidence && TiePattern.Matches(tie.Name, r.Data.Text("name").Split('/')[^1])).ToList();
        return files.Count == 0
            ? None(null, $"no evidence {tie.Name} was kept")
            : LineOutcome.Passed(files[^1].Ts, string.Join(", ", files.Select(f => $"{f.Data.Text("name")} (SHA-256 {f.Data.Text("sha256")[..Math.Min(12, f.Data.Text("sha256").Length)]})").Distinct()));
    }

    // A backup that nobody restored is a hope; the two that need no restoring are the tag and the record of what runs.
    private LineOutcome Backup(BackupTieOptions tie) => tie.Id switch
    {
        "git" => Step(new StepTieOptions { Type = "step", Id = "tag-rollback-point" }),
        "images" => Evidence(new EvidenceTieOptions { Type = "evidence", Name = "running.json" }),
        _ when facts.Run.Steps.Any(s => IsVerify(s, tie.Id)) => Step(new StepTieOptions { Type = "step", Id = $"*backup*{tie.Id}" }),
        _ => None(null, facts.Run.Steps.Any(s => s.Phase == Phases.Backup && TiePattern.Matches($"*backup*{tie.Id}", s.Id)) ? $"the backup {tie.Id} was not verified" : $"the backup {tie.Id} was not taken"),
    };

    private static bool IsVerify(StepRecord step, string id) => step.Phase == Phases.Backup && TiePattern.Matches($"verify*backup*{id}", step.Id);

    private LineOutcome Configuration(ConfigurationTieOptions tie)
    {
        JToken? value;
        try
        {
            value = JObject.Parse(facts.Run.Opening.Configuration).SelectTokens(tie.Path).FirstOrDefault();
        }
        catch (Newtonsoft.Json.JsonException error)
        {
            return LineOutcome.Failed(facts.Run.StartedAt, $"the configuration of the run cannot be read: {error.Message}");
        }

        var shown = value is null ? "" : TerminalText.Line(value.ToString(Newtonsoft.Json.Formatting.None), LongestValue);
        return value is null or { Type: JTokenType.Null } ? LineOutcome.Failed(facts.Run.StartedAt, $"the configuration has no {tie.Path}")
            : tie.Is is not null && !JToken.DeepEquals(value, tie.Is) ? LineOutcome.Failed(facts.Run.StartedAt, $"{tie.Path} is {shown}, expected {tie.Is.ToString(Newtonsoft.Json.Formatting.None)}")
            : LineOutcome.Passed(facts.Run.StartedAt, $"{tie.Path} is {shown}");
    }

    private LineOutcome Input(InputTieOptions tie)
    {
        var given = tie.Name switch
        {
            RunInput.Version => facts.Run.Opening.Target.Version,
            RunInput.ChangeTicket => facts.Run.Opening.ChangeTicket,
            RunInput.Reason => facts.Run.Opening.Reason,
            _ => throw new InvalidDataException($"'{tie.Name}' is no input that this version knows."),
        };
        return given.Length > 0
            ? new LineOutcome(LineStatus.Passed, facts.Run.StartedAt, facts.Run.Opening.Owner, $"{Words.Of(tie.Name)}: {given}")
            : LineOutcome.Failed(facts.Run.StartedAt, $"nobody gave a {Words.Of(tie.Name).Replace('-', ' ')}");
    }

    private LineOutcome None(LinePhase? of, string what) => phase is LinePhase.Watch && facts.MayCome ? LineOutcome.None(false, what) : LineOutcome.None(facts.IsPast(of ?? phase), what);

    private bool IsLeftOut(string id) => facts.Run.Opening.IsEmergency && facts.Options.Emergency?.LeaveOut.Contains(id) == true;

    private long LastStart(string name) => facts.Records.LastOrDefault(r => r.Type is RecordType.PhaseStarted && r.Entry.Phase == name)?.Seq ?? 0;
}
