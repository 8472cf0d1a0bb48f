using System.Text.Json.Nodes;
using Release.Gates;
using Release.Journal;

namespace Release.Reports;

/// <summary>What the gate measured, from its samples.</summary>
internal static class GateSeries
{
    private const int MostProblems = 20;

    /// <summary>Every service that was judged, in the order of their first samples.</summary>
    public static IReadOnlyList<ReportedService> Of(IReadOnlyList<JournalRecord> records, string configuration)
    {
        var limits = RecordedObjectives.Of(configuration);
        return [.. records.Where(r => r.Type is RecordType.Sample).GroupBy(r => r.Data.Text("service")).Select(samples => Service(samples.Key, [.. samples], records, limits))];
    }

    private static ReportedService Service(
        string name, IReadOnlyList<JournalRecord> samples, IReadOnlyList<JournalRecord> records, IReadOnlyDictionary<string, Objective> limits)
    {
        var (observed, problems, objectives) = (new List<SharePoint>(), new List<string>(), new Dictionary<string, Series>());
        var (stable, candidate) = (0.0, 0.0);
        foreach (var sample in samples)
        {
            var tick = sample.Data["tick"];
            stable += tick?["stable"].Number("requests") ?? 0;
            candidate += tick?["candidate"].Number("requests") ?? 0;
            if (sample.Data["split"] is JsonObject split && split.Number("requests") is > 0 and var requests)
            {
                observed.Add(new SharePoint(sample.Ts, 100 * (split.Number("candidate") ?? 0) / requests));
            }

            Add(objectives, sample, limits);
            AddProblems(problems, tick?["stable"], "stable");
            AddProblems(problems, tick?["candidate"], "candidate");
        }

        return new ReportedService(
            name, samples.Count, ShareChanges.Of(records, name), observed, [.. objectives.Select(o => o.Value.Report(o.Key, limits))], stable, candidate, problems)
        {
            Rules = [.. (samples[^1].Data["gate"]?["criteria"] as JsonArray ?? []).OfType<JsonObject>().Select(c => new ReportedRule(c.Text("id"), c.Text("sentence"), c.Text("outcome")))],
        };
    }

    private static void Add(Dictionary<string, Series> objectives, JournalRecord sample, IReadOnlyDictionary<string, Objective> limits)
    {
        var gate = sample.Data["gate"];
        var (stable, candidate) = (Counters(sample.Data["tick"]?["stable"]), Counters(sample.Data["tick"]?["candidate"]));
        foreach (var objective in (gate?["objectives"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var id = objective.Text("id");
            var limit = limits.GetValueOrDefault(id);
            (objectives.TryGetValue(id, out var series) ? series : objectives[id] = new Series())
                .Add(sample.Ts, gate.Text("stepAt"), objective, Counted(limit, stable), Counted(limit, candidate));
        }
    }

    private static Counters? Counters(JsonNode? variant)
    {
        try
        {
            return variant is JsonObject counts ? GateJson.CountsFromJson(counts) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // As the gate counts it, also in the warm-up, when it does not judge yet.
    private static EventShare? Counted(Objective? limit, Counters? counters) =>
        limit is { IsCounted: true } && counters is { } known && limit.Read(known) is { Problem: null } reading ? new EventShare(reading.Counts.Requests, reading.Counts.Possible) : null;

    private static void AddProblems(List<string> problems, JsonNode? variant, string name)
    {
        foreach (var problem in (variant?["problems"] as JsonArray ?? []).OfType<JsonValue>())
        {
            var said = $"{name}: {problem}";
            if (problems.Count < MostProblems && !problems.Contains(said))
            {
                problems.Add(said);
            }
        }
    }

    /// <summary>One objective's ticks. The gate records what it judged since the step began: without a limit a tick is the difference.</summary>
    private sealed class Series
    {
        private readonly List<ObjectivePoint> _points = [];
        private string _step = "";
        private string? _judged;
        private EventShare _stable;
        private EventShare _candidate;

        public void Add(DateTimeOffset at, string step, JsonObject objective, EventShare? stableTick, EventShare? candidateTick)
        {
            if (step != _step)
            {
                (_step, _stable, _candidate) = (step, default, default);
            }

            var (stable, candidate) = (Counts(objective["stable"]), Counts(objective["candidate"]));
            _points.Add(new ObjectivePoint(at, stableTick ?? Less(stable, _stable), candidateTick ?? Less(candidate, _candidate), stable, candidate, objective.Number("lower"), objective.Number("upper"), objective.Number("evidence")));
            (_stable, _candidate, _judged) = (stable, candidate, objective.Text("judged") is { Length: > 0 } judged ? judged : _judged);
        }

        public ReportedObjective Report(string id, IReadOnlyDictionary<string, Objective> limits)
        {
            var limit = limits.GetValueOrDefault(id);
            return new ReportedObjective(id, limit?.Text ?? "", limit?.Allowed, _judged, _points);
        }

        private static EventShare Counts(JsonNode? counts) => new(counts.Number("requests") ?? 0, counts.Number("possible") ?? 0);

        private static EventShare Less(EventShare now, EventShare before) =>
            new(Math.Max(0, now.Requests - before.Requests), Math.Max(0, now.Events - before.Events));
    }
}
