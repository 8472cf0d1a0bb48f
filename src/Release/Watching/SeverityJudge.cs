using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Gates.Criteria;
using Release.Notices;
using Release.Output;
using Release.Runs;

namespace Release.Watching;

/// <summary>What one rule found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Group">What it is about; of the rules of a group the worst that is broken counts.</param>
/// <param name="Broken">Whether it is broken; null where it could not be told.</param>
/// <param name="Text">What was seen.</param>
internal sealed record Finding(SeverityOptions Rule, string Group, bool? Broken, string Text);

/// <summary>
/// Makes incidents of findings: pure functions of the rules, what was found, and what is known of the incidents so far. A finding
/// that is seen again is the same incident, told only when it gets worse, lasts, or is over.
/// </summary>
internal static class SeverityJudge
{
    // One look that finds nothing may have had luck.
    private const int ClearLooks = 2;

    /// <summary>What a rule on requests makes of a service's counts.</summary>
    public static Finding Counted(SeverityOptions rule, string service, Counters? counts)
    {
        var group = $"{service}/{Words.Of(rule.Type)}";
        if (counts is null)
        {
            return new(rule, group, null, "it could not be measured");
        }

        // The gate's own words and arithmetic.
        var objective = Objective.From(new CriterionOptions
        {
            Id = rule.Id,
            Type = rule.Type is SeverityType.Errors ? ObjectiveType.Errors : ObjectiveType.Latency,
            Max = rule.Max,
            Quantile = rule.Quantile,
        });
        var reading = objective.Read(counts);
        var criterion = new Criterion { Id = rule.Id, Condition = new Condition(objective.Allowed!.Value), MinRequests = rule.MinRequests };
        var (result, _) = criterion.Check(reading.Counts, default);
        return new(
            rule,
            group,
            reading.Problem is not null ? null : result switch
            {
                CheckResult.Failure => true,
                CheckResult.Success => false,
                CheckResult.Inconclusive when reading.Counts.Requests >= rule.MinRequests => false,
                CheckResult.Inconclusive or CheckResult.Error or _ => null,
            },
            reading.Problem ?? $"{service}: {Wording.Of(reading.Counts.Sure, reading.Counts.Requests)} {objective.What}, limit {Wording.Share(objective.Allowed.Value)}");
    }

    /// <summary>The findings for the record of a look: since when each was seen.</summary>
    public static JsonArray ToJson(IReadOnlyList<Finding> findings, WatchState watch, DateTimeOffset now) => [.. findings.Select(f => (JsonNode)new JsonObject
    {
        ["rule"] = f.Rule.Id,
        ["group"] = f.Group,
        ["broken"] = f.Broken,
        ["since"] = f.Broken is true ? Notice.Time(watch.BrokenSince(f.Rule.Id, f.Group) ?? now) : null,
        ["text"] = f.Text,
    })];

    /// <summary>The records that follow from findings, once these are a part of <paramref name="watch"/>.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="watch">The watch with these findings.</param>
    /// <param name="canGoBack">Whether what served before is known.</param>
    /// <param name="name">The environment and the version, for the words.</param>
    /// <param name="now">When.</param>
    public static IEnumerable<JsonObject> Incidents(IReadOnlyList<Finding> findings, WatchState watch, bool canGoBack, string name, DateTimeOffset now)
    {
        foreach (var group in findings.GroupBy(f => f.Group, StringComparer.Ordinal))
        {
            var open = watch.Open(group.Key);
            var worst = group.Where(f => f.Broken is true && now - Since(f, watch, now) >= (f.Rule.For ?? TimeSpan.Zero)).OrderBy(f => f.Rule.Level).ThenBy(f => f.Rule.Id, StringComparer.Ordinal).FirstOrDefault();
            if (worst is not null)
            {
                var since = open is not null && open.Since < Since(worst, watch, now) ? open.Since : Since(worst, watch, now);
                var steps = Steps(worst.Rule, now - since).Where(s => open?.Steps.Contains(s.Id, StringComparer.Ordinal) != true).ToList();
                if (steps.Count > 0)
                {
                    yield return Told(worst, open, steps, since, watch, canGoBack, name, now);
                }
            }
            else if (open is not null && open.Clear >= Needed(group.First().Rule.Type))
            {
                yield return new JsonObject
                {
                    ["incident"] = open.Id,
                    ["group"] = open.Group,
                    ["rule"] = open.Rule,
                    ["level"] = open.Level,
                    ["state"] = "resolved",
                    ["since"] = Notice.Time(open.Since),
                    ["steps"] = new JsonArray([.. open.Steps.Select(s => (JsonNode)s)]),
                    ["tell"] = new JsonArray(Words.Of(NoticeKind.Resolved)),
                    ["text"] = $"Resolved in {name}: {string.Join("; ", group.Select(f => f.Text).Distinct())} (incident {open.Id}, severity {open.Level}, since {Show.Time(open.Since)}).",
                };
            }
        }
    }

    // Whoever collects pages by this id must not take one of a second watch for one that is over.
    private static string NextId(WatchState watch, string group) =>
        $"{watch.Run}{(watch.Number > 1 ? $".{watch.Number}" : "")}-{group.Replace('/', '-')}-{watch.Incidents.Count(i => i.Group == group) + 1}";

    // A smoke test or a gate at a stated time speaks for itself; there is no next one for a day.
    private static int Needed(SeverityType type) => type is SeverityType.Smoke or SeverityType.Gate ? 1 : ClearLooks;

    private static DateTimeOffset Since(Finding finding, WatchState watch, DateTimeOffset now) => watch.BrokenSince(finding.Rule.Id, finding.Group) ?? now;

    private static IEnumerable<(string Id, IReadOnlyList<SeverityAction> Do)> Steps(SeverityOptions rule, TimeSpan lasted) =>
        new[] { (Id: $"{rule.Id}#0", rule.Do) }.Concat(rule.After.Where(a => a.Time <= lasted).Select((a, i) => ($"{rule.Id}#{i + 1}", a.Do)));

    private static JsonObject Told(
        Finding worst, Incident? open, List<(string Id, IReadOnlyList<SeverityAction> Do)> steps, DateTimeOffset since, WatchState watch, bool canGoBack, string name, DateTimeOffset now)
    {
        var actions = steps.SelectMany(s => s.Do).Distinct().ToList();
        var rollsBack = actions.Contains(SeverityAction.RollBack) && canGoBack;
        var tell = actions.Select(KindOf).OfType<NoticeKind>().Concat(actions.Contains(SeverityAction.RollBack) && !canGoBack ? [NoticeKind.Page] : []).Distinct();
        var lasted = now - since;
        var then = rollsBack ? " It is being rolled back."
            : actions.Contains(SeverityAction.RollBack) ? " It is not rolled back by itself, since what served before is not known, or since nobody had looked for long and this is the past: a person must decide."
            : steps[^1].Id.EndsWith("#0", StringComparison.Ordinal) ? ""
            : $" It lasts for {Show.Duration(lasted)}: look into it, and consider a rollback.";
        return new JsonObject
        {
            ["incident"] = open?.Id ?? NextId(watch, worst.Group),
            ["group"] = worst.Group,
            ["rule"] = worst.Rule.Id,
            ["level"] = Math.Min(worst.Rule.Level, open?.Level ?? 3),
            ["state"] = open is null ? "open" : "update",
            ["since"] = Notice.Time(since),
            ["steps"] = new JsonArray([.. (open?.Steps ?? []).Concat(steps.Select(s => s.Id)).Select(s => (JsonNode)s)]),
            ["do"] = new JsonArray([.. actions.Select(a => (JsonNode)Words.Of(a))]),
            ["tell"] = new JsonArray([.. tell.Select(k => (JsonNode)Words.Of(k))]),
            ["rollsBack"] = rollsBack,
            ["text"] = $"Severity {worst.Rule.Level} in {name}: {worst.Text} (rule {worst.Rule.Id}, since {Show.Time(since)}).{then}",
        };
    }

    private static NoticeKind? KindOf(SeverityAction action) => action switch
    {
        SeverityAction.RollBack => null,
        SeverityAction.Page => NoticeKind.Page,
        SeverityAction.Ticket => NoticeKind.Ticket,
        SeverityAction.Note => NoticeKind.Note,
        _ => throw new InvalidOperationException($"Unknown action {action}."),
    };
}
