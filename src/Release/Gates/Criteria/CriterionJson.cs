using System.Globalization;
using System.Text.Json.Nodes;

namespace Release.Gates.Criteria;

/// <summary>
/// Where a criterion stands, as JSON for the journal. Member names are the file format: add, never rename. Times are ISO 8601
/// in UTC.
/// </summary>
public static class CriterionJson
{
    /// <summary>Writes it.</summary>
    public static JsonObject ToJson(this CriterionState state) => new()
    {
        ["dueAt"] = state.DueAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["current"] = Interval(state.Current),
        ["past"] = new JsonArray([.. state.Past.Select(i => (JsonNode)Interval(i))]),
        ["last"] = state.Last is { } last ? Name(last) : null,
        ["shared"] = state.IsShared,
        ["problem"] = state.Problem,
        ["value"] = state.Value is { } value && double.IsFinite(value) ? value : null,
        ["run"] = new JsonObject
        {
            ["checks"] = state.Run.Checks,
            ["measured"] = state.Run.Measured,
            ["failures"] = state.Run.Failures,
            ["inconclusives"] = state.Run.Inconclusives,
            ["failuresInRow"] = state.Run.FailuresInRow,
            ["successesInRow"] = state.Run.SuccessesInRow,
            ["errorsInRow"] = state.Run.ErrorsInRow,
            ["outcome"] = Name(state.Run.Outcome),
            ["decidedBy"] = state.Run.DecidedBy,
        },
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is not that: a criterion whose state is lost begins again, it does not guess.</exception>
    public static CriterionState FromJson(JsonObject json)
    {
        try
        {
            return new CriterionState
            {
                DueAt = DateTimeOffset.Parse(json["dueAt"]!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
                Current = Interval(json["current"]!),
                Past = [.. json["past"]!.AsArray().Select(i => Interval(i!))],
                Last = json["last"] is { } last ? Enum.Parse<CheckResult>(last.GetValue<string>(), ignoreCase: true) : null,
                IsShared = json["shared"]!.GetValue<bool>(),
                Problem = json["problem"]?.GetValue<string>(),
                Value = json["value"] is { } value ? GateJson.Number(value) : null,
                Run = Run(json["run"]!),
            };
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException($"This is not a criterion's state: {e.Message}", e);
        }
    }

    private static CriterionRun Run(JsonNode json) => new()
    {
        Checks = Count(json["checks"]),
        Measured = Count(json["measured"]),
        Failures = Count(json["failures"]),
        Inconclusives = Count(json["inconclusives"]),
        FailuresInRow = Count(json["failuresInRow"]),
        SuccessesInRow = Count(json["successesInRow"]),
        ErrorsInRow = Count(json["errorsInRow"]),
        Outcome = Enum.Parse<GateOutcome>(json["outcome"]!.GetValue<string>(), ignoreCase: true),
        DecidedBy = json["decidedBy"] is { } decided ? Count(decided) : null,
    };

    private static JsonObject Interval(IntervalCounts counts) =>
        new() { ["candidate"] = Events(counts.Candidate), ["stable"] = Events(counts.Stable) };

    private static IntervalCounts Interval(JsonNode json) => new(Events(json["candidate"]!), Events(json["stable"]!));

    private static JsonObject Events(EventCounts counts) =>
        new() { ["requests"] = counts.Requests, ["sure"] = counts.Sure, ["possible"] = counts.Possible };

    private static EventCounts Events(JsonNode json) =>
        new(GateJson.Number(json["requests"]), GateJson.Number(json["sure"]), GateJson.Number(json["possible"]));

    private static int Count(JsonNode? json) => (int)GateJson.Number(json);

    // All names are one word, so lower case is kebab-case.
    private static string Name<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();
}
