using System.Globalization;
using Release.Journal;
using Release.Output;
using Release.Reports;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>What the gate's decisions say about a line: that it passed, at which share, and after how long.</summary>
internal sealed class GateTies(RunFacts facts, LinePhase? phase)
{
    private readonly List<JournalRecord> _decisions = [.. facts.Records.Where(r => r.Type is RecordType.Decision && r.Data.Text("decision") == Words.Of(Decision.Gate))];

    public LineOutcome Of(CriterionTieOptions tie)
    {
        if (No(tie) is { } no)
        {
            return LineOutcome.Failed(no.Ts, $"gate of {no.Data.Text("service")}: {no.Data.Text("reason")}");
        }

        var shares = tie.Share is { } share ? [share] : Shares();
        if (tie.Share is { } asked && !Shares().Contains(asked))
        {
            return LineOutcome.NotApplicable($"this run has no step at {asked} %");
        }

        var services = Services(tie);
        var passes = (from s in shares from service in services let pass = Pass(service, s) select (Share: s, Service: service, Pass: pass)).ToList();
        var missing = passes.Where(p => p.Pass is null).ToList();
        if (passes.Count == 0 || missing.Count > 0)
        {
            return LineOutcome.None(facts.IsPast(phase), missing.Count == 0 ? "no gate judged" : Unjudged(missing[0].Service, missing[0].Share));
        }

        var times = services.Select(service => TimeSpan.FromTicks(shares.Sum(s => Took(service, s, Pass(service, s)!).Ticks))).ToList();
        var last = passes.Select(p => p.Pass!).MaxBy(p => p.Seq)!;
        var told = $"gate passed{(tie.Share is { } at ? $" at {at} %" : $" at {string.Join(", ", shares)} %")} after {Show.Duration(times.Min())}: {About(last.Data.Text("reason"), tie.Id)}";
        return tie.For is { } least && times.Min() < least
            ? LineOutcome.Failed(last.Ts, $"{told}; at least {Show.Duration(least)} was asked for")
            : LineOutcome.Passed(last.Ts, told);
    }

    // A no names what is broken; about what it does not name it says nothing.
    private JournalRecord? No(CriterionTieOptions tie) => _decisions.LastOrDefault(d => d.Data.Text("verdict") == "fail" && IsOf(tie, d)
        && (tie.Id is null || Names(d.Data.Text("reason"), tie.Id) || !facts.Options.Gate.Objectives.Select(o => o.Id).Concat(facts.Options.Gate.Criteria.Select(c => c.Id)).Any(id => Names(d.Data.Text("reason"), id)))
        && (tie.Share is null || (d.Data.Number("share") ?? ShareAt(d)) == tie.Share));

    private static bool Names(string reason, string id) => reason.Contains(id + ":", StringComparison.Ordinal) || reason.StartsWith(id + " ", StringComparison.Ordinal);

    // What was passed all the same, by a person's word or by a policy, was not shown.
    private JournalRecord? Pass(string service, int share) => _decisions.LastOrDefault(d =>
        d.Data.Text("service") == service && d.Data.Number("share") == share) is { } last && last.Data.Text("verdict") == "pass" ? last : null;

    private string Unjudged(string service, int share) => _decisions.LastOrDefault(d => d.Data.Text("service") == service && d.Data.Number("share") == share) is { } other
        ? $"gate of {service} at {share} %: {other.Data.Text("reason")}"
        : $"the gate of {service} did not pass at {share} %";

    private TimeSpan Took(string service, int share, JournalRecord pass) =>
        facts.Records.LastOrDefault(r => r.Type is RecordType.StepApplied && r.Seq < pass.Seq && r.Entry.Step == Shift(service, share)) is { } shifted
            ? pass.Ts - shifted.Ts
            : TimeSpan.Zero;

    private double? ShareAt(JournalRecord decision) => facts.Records.LastOrDefault(r => r.Type is RecordType.StepApplied && r.Seq < decision.Seq && ShareChanges.Of(r) is not null) is { } shift ? ShareChanges.Of(shift) : null;

    // What this run was asked to walk through: its own decisions and steps say so, also where its configuration was another one.
    private IReadOnlyList<int> Shares() => facts.Run.Opening.IsEmergency && facts.Options.Emergency?.Steps is { } hasty ? hasty : facts.Options.Shares;

    private List<string> Services(CriterionTieOptions tie) => [.. facts.Run.Opening.Brings.Select(i => i.Artefact.Service)
        .Where(s => facts.Run.Opening.Stable?.Of(s) is not null && (tie.Service is null || tie.Service == s))];

    private static bool IsOf(CriterionTieOptions tie, JournalRecord decision) => tie.Service is null || decision.Data.Text("service") == tie.Service;

    private static string Shift(string service, int share) => string.Create(CultureInfo.InvariantCulture, $"shift-traffic-{service}-{share}");

    // One part of a pass's reason is about each objective.
    private static string About(string reason, string? id) =>
        id is null ? reason : reason.Split("; ").FirstOrDefault(part => Names(part, id)) ?? reason;
}
