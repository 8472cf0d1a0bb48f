using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Journal;
using Release.Notices;

namespace Release.Watching;

/// <summary>The records of a watch: type <c>watch</c>, phase <c>Watch</c>, and in <c>step</c> one of these words. Add, never rename.</summary>
internal static class WatchRecords
{
    public const string Phase = "Watch";
    public const string Begun = "begun";
    public const string Baseline = "baseline";
    public const string Look = "look";
    public const string Smoke = "smoke";
    public const string Gate = "gate";
    public const string Incident = "incident";
    public const string Summary = "summary";
    public const string Ended = "ended";

    /// <summary>A record of the watch over a run's version.</summary>
    public static JournalEntry Of(string run, string what, JsonObject data) => new(RecordType.Watch, run, Phase, what, Data: data);

    /// <summary>The beginning, with everything that says when something is due.</summary>
    public static JsonObject Beginning(WatchOptions plan, DateTimeOffset from)
    {
        var (schedule, until) = (Schedule.Of(plan.TimeZone), from + plan.For);
        return new()
        {
            ["from"] = Notice.Time(from),
            ["until"] = Notice.Time(until),
            ["every"] = (long)plan.Every.TotalMilliseconds,
            ["smoke"] = Texts(plan.Smoke),
            ["gate"] = Texts(plan.Gate),
            ["gateOver"] = (long)plan.GateOver.TotalMilliseconds,
            ["summary"] = plan.Summary,
            ["timeZone"] = plan.TimeZone,
            ["baseline"] = (long)plan.Baseline.TotalMilliseconds,
            ["due"] = new JsonObject
            {
                ["smoke"] = Times(schedule.Between(plan.Smoke, from, until)),
                ["gate"] = Times(schedule.Between(plan.Gate, from, until)),
                ["summary"] = Times(schedule.Between([plan.Summary], from, until)),
            },
        };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    private static JsonArray Times(IEnumerable<DateTimeOffset> times) => [.. times.Take(100).Select(t => (JsonNode)Notice.Time(t))];
}
