using System.Globalization;
using System.Text.Json.Nodes;
using Release.Gates;
using Release.Journal;
using Release.Notices;
using Release.Output;
using Release.Reports;

namespace Release.Watching;

/// <summary>A stretch of a watch in figures: a pure function of its records, so that a summary that is made again is the same.</summary>
/// <param name="watch">The watch.</param>
/// <param name="from">From when.</param>
/// <param name="until">Up to when.</param>
/// <param name="isLast">Whether the watch ends with it.</param>
internal sealed class WatchSummary(WatchState watch, DateTimeOffset from, DateTimeOffset until, bool isLast = false)
{
    private readonly List<CountedLook> _looks = [.. watch.Looks.Where(l => l.At > from && l.At <= until)];
    private readonly List<JournalRecord> _told = [.. watch.Told.Where(r => At(r) > from && At(r) <= until)];

    /// <summary>The document that is kept as evidence.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="version">The version.</param>
    public JsonObject Document(string environment, string version) => new()
    {
        ["environment"] = environment,
        ["run"] = watch.Run,
        ["version"] = version,
        ["from"] = Notice.Time(from),
        ["until"] = Notice.Time(until),
        ["looks"] = _looks.Count,
        ["gaps"] = new JsonArray([.. Gaps.Select(g => (JsonNode)new JsonObject { ["from"] = Notice.Time(g.From), ["until"] = Notice.Time(g.Until) })]),
        ["services"] = new JsonObject(Services.Select(s => KeyValuePair.Create(s, (JsonNode?)Compared(s)))),
        ["smoke"] = new JsonArray([.. Of(WatchRecords.Smoke).Select(r => (JsonNode)Result(r))]),
        ["gate"] = new JsonArray([.. Of(WatchRecords.Gate).Select(r => (JsonNode)Result(r))]),
        ["alerts"] = new JsonArray([.. Alerts.Select(a => (JsonNode)a)]),
        ["incidents"] = new JsonArray([.. Incidents.Select(i => (JsonNode)new JsonObject
        {
            ["id"] = i.Id,
            ["severity"] = i.Level,
            ["since"] = Notice.Time(i.Since),
            ["resolved"] = IsOver(i) ? Notice.Time(i.ResolvedAt!.Value) : null,
            ["text"] = i.Text,
        })]),
    };

    /// <summary>The same in one line.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="version">The version.</param>
    public string Line(string environment, string version)
    {
        var incidents = Incidents.ToList();
        var parts = Services.Select(Said).Concat([
            Passed("smoke tests", Of(WatchRecords.Smoke)),
            Passed("gates", Of(WatchRecords.Gate)),
            Alerts.Count == 0 ? "no alert" : $"alerts: {string.Join(", ", Alerts)}",
            incidents.Count == 0 ? "no incident" : $"{incidents.Count} {(incidents.Count == 1 ? "incident" : "incidents")}, {incidents.Count(i => !IsOver(i))} open",
            Gaps.Count == 0 ? "" : $"nobody looked {string.Join(" and ", Gaps.Select(g => $"from {Show.Time(g.From)} to {Show.Time(g.Until)}"))}"]).Where(p => p.Length > 0);
        return $"{version} in {environment}, {Show.Time(from)} to {Show.Time(until)}: {string.Join("; ", parts)}.";
    }

    /// <summary>Rates and quantiles of counts; a quantile is the bound of the bucket that it lies in, never interpolated.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="time">Over how long.</param>
    public static JsonObject Figures(Counters counts, TimeSpan time) => new()
    {
        ["seconds"] = Math.Round(time.TotalSeconds, 3),
        ["requestsPerSecond"] = time > TimeSpan.Zero ? Math.Round(counts.Requests / time.TotalSeconds, 4) : null,
        ["errorRate"] = counts.Requests > 0 ? Math.Round(counts.Errors / counts.Requests, 6) : null,
        ["p50AtMostSeconds"] = Quantile(counts, 0.5),
        ["p95AtMostSeconds"] = Quantile(counts, 0.95),
        ["p99AtMostSeconds"] = Quantile(counts, 0.99),
    };

    private static double? Quantile(Counters counts, double part)
    {
        var all = counts.Buckets.IsDefaultOrEmpty ? 0 : counts.Buckets[^1].Count;
        return all <= 0 ? null : counts.Buckets.FirstOrDefault(b => b.Count >= part * all) is { Bound: var bound } && double.IsFinite(bound) ? bound : null;
    }

    private List<string> Services => [.. watch.Looks.SelectMany(l => l.Services.Keys).Distinct().Order(StringComparer.Ordinal)];

    private List<string> Alerts => [.. _told.SelectMany(r => (r.Data["alerts"] as JsonArray ?? []).Select(a => a!.GetValue<string>())).Distinct().Order(StringComparer.Ordinal)];

    private List<(DateTimeOffset From, DateTimeOffset Until)> Gaps =>
        [.. _told.Where(r => r.Data["gap"] is not null).Select(r => (WatchState.Time(r.Data["gap"]!, "from"), WatchState.Time(r.Data["gap"]!, "until")))];

    private IEnumerable<Incident> Incidents => watch.Incidents.Where(i => i.Since <= until && (i.ResolvedAt is null || i.ResolvedAt > from));

    // The end of a watch closes what is open, a moment after the last look.
    private bool IsOver(Incident incident) => isLast ? incident.ResolvedAt is not null : incident.ResolvedAt <= until;

    private IEnumerable<JournalRecord> Of(string what) => _told.Where(r => r.Entry.Step == what);

    private JsonObject Compared(string service)
    {
        var (counts, time) = Counted(service);
        var figures = Figures(counts, time);
        figures["requests"] = counts.Requests;
        figures["baseline"] = watch.Baseline?["services"]?[service]?.DeepClone();
        return figures;
    }

    private (Counters Counts, TimeSpan Time) Counted(string service)
    {
        var looks = _looks.Where(l => l.Services.ContainsKey(service)).ToList();
        return (CounterDeltas.Sum(looks.Select(l => l.Services[service])), looks.Aggregate(TimeSpan.Zero, (sum, l) => sum + (l.At - l.Since)));
    }

    private string Said(string service)
    {
        var (counts, _) = Counted(service);
        var before = watch.Baseline?["services"]?[service];
        var then = before?.Number("errorRate") is { } rate ? $" (before the release {Wording.Share(rate)})" : "";
        var p95 = Quantile(counts, 0.95) is { } bound
            ? $", p95 at most {Wording.Seconds(bound)}{(before?.Number("p95AtMostSeconds") is { } old ? $" (before {Wording.Seconds(old)})" : "")}" : "";
        return $"{service} {Wording.Count(counts.Requests)} requests, {(counts.Requests > 0 ? Wording.Share(counts.Errors / counts.Requests) : "none")} failed{then}{p95}";
    }

    private static string Passed(string what, IEnumerable<JournalRecord> records)
    {
        var all = records.ToList();
        return all.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{all.Count(r => r.Data.Text("verdict") == "pass")} of {all.Count} {what} passed");
    }

    private static JsonObject Result(JournalRecord record) => new() { ["due"] = record.Data.Text("due"), ["verdict"] = record.Data.Text("verdict"), ["detail"] = record.Data.Text("detail") };

    private static DateTimeOffset At(JournalRecord record) => record.Data.Text("at") is { Length: > 0 } ? WatchState.Time(record.Data, "at") : record.Ts;
}
