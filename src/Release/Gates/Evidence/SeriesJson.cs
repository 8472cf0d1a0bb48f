using System.Text.Json.Nodes;

namespace Release.Gates.Evidence;

/// <summary>
/// A series' verdict as JSON: <c>{"decision","at","reason","ticks":[{"t","verdict","objectives":[{"id","evidence","lower","upper","limit"}]}]}</c>.
/// <c>evidence</c> is E against the candidate; <c>lower</c> and <c>upper</c> hold its true share of events with 95 % at every
/// tick at once; <c>limit</c> is the share that is allowed, or null. Where the series asks for it, <c>secondOpinion</c> is Kayenta's.
/// </summary>
public static class SeriesJson
{
    // Beyond this nothing is surer, and a double ends.
    private const double MostLog = 644;

    /// <summary>Writes it.</summary>
    public static JsonObject ToJson(this SeriesResult result)
    {
        var json = Verdict(result);
        if (result.SecondOpinion is { } other)
        {
            json["secondOpinion"] = other.ToJson();
        }

        return json;
    }

    private static JsonObject Verdict(SeriesResult result) => new()
    {
        ["decision"] = Name(result.Decision),
        ["at"] = Parsed(result.Label),
        ["reason"] = result.Reason,
        ["ticks"] = new JsonArray([.. result.Ticks.Select(tick => (JsonNode)new JsonObject
        {
            ["t"] = Parsed(tick.Label),
            ["verdict"] = Name(tick.Outcome),
            ["objectives"] = new JsonArray([.. tick.Objectives.Select(o => (JsonNode)ToJson(o))]),
        })]),
    };

    private static JsonObject ToJson(ObjectiveEvidence evidence) => new()
    {
        ["id"] = evidence.Id,
        ["evidence"] = double.IsNaN(evidence.LogFail) ? null : Math.Exp(Math.Min(evidence.LogFail, MostLog)),
        ["lower"] = evidence.Bounds.Low,
        ["upper"] = evidence.Bounds.High,
        ["limit"] = evidence.Limit,
    };

    private static JsonNode? Parsed(string? label) => label is null ? null : JsonNode.Parse(label);

    private static string Name(GateOutcome outcome) => Enum.GetName(outcome)!.ToLowerInvariant();
}
