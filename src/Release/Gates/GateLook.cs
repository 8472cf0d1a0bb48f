using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Release.Gates.Evidence;
using Release.Gates.Split;

namespace Release.Gates;

/// <summary>Where an objective stands, for a person.</summary>
public enum ObjectiveStanding
{
    /// <summary>Too few requests to say.</summary>
    Measuring,

    /// <summary>Shown to be kept; or not asked for, and nothing speaks against it.</summary>
    Kept,

    /// <summary>There is some evidence against the candidate, not enough.</summary>
    Failing,

    /// <summary>Stable breaks it as well.</summary>
    Shared,

    /// <summary>It cannot be measured.</summary>
    Unreadable,

    /// <summary>Broken: the gate says no.</summary>
    Broken,
}

/// <summary>What is known of one objective at a tick. Shares are 0 to 1.</summary>
/// <param name="Id">Its name.</param>
/// <param name="What">What is counted: <c>failed</c>, <c>over 250ms</c>.</param>
/// <param name="Stable">Stable's counts in this step.</param>
/// <param name="Candidate">The candidate's counts in this step.</param>
/// <param name="Evidence">E against the candidate over the whole rollout; null when it is no number.</param>
/// <param name="Bounds">Where the candidate's true share is, with 95 % at every tick at once.</param>
/// <param name="Allowed">The share that is allowed, or null.</param>
/// <param name="Needed">About how many more of the candidate's requests it takes to pass; 0 for none or unknown.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Judged">Which buckets stand for the limit where it lies between two, or null.</param>
public sealed record ObjectiveLook(
    string Id,
    string What,
    EventCounts Stable,
    EventCounts Candidate,
    double? Evidence,
    ShareInterval Bounds,
    double? Allowed,
    double Needed,
    ObjectiveStanding Standing,
    string? Judged)
{
    // Beyond this nothing is surer, and a double ends.
    private const double MostLog = 644;

    internal static ObjectiveLook Of(Objective objective, ObjectiveEvidence known, EventCounts stable, EventCounts candidate, string? judged) => new(
        known.Id,
        objective.IsCounted ? objective.What : known.What,
        objective.IsCounted ? stable : new(known.StableRequests, known.StableEvents, known.StableEvents),
        objective.IsCounted ? candidate : new(known.Requests, known.Events, known.Events),
        double.IsNaN(known.LogFail) ? null : Math.Exp(Math.Min(known.LogFail, MostLog)),
        known.Bounds,
        objective.Allowed,
        known.Needed,
        known.Standing,
        judged);
}

/// <summary>What is known of one criterion at a tick.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Sentence">How it stands.</param>
/// <param name="Checks">Checks so far.</param>
/// <param name="Failures">Of them failed.</param>
/// <param name="Last">How the last one ended; <c>none</c> before the first.</param>
/// <param name="Outcome">What they have come to.</param>
public sealed record CriterionLook(string Id, string Sentence, int Checks, int Failures, string Last, GateOutcome Outcome);

/// <summary>
/// Everything that is shown of a gate at a tick, and recorded with it. It is not what a resumed run goes on from: that are the
/// samples themselves.
/// </summary>
/// <param name="StartedAt">When the candidate got traffic.</param>
/// <param name="StepAt">When this step began.</param>
/// <param name="Share">The candidate's share in this step.</param>
/// <param name="UnavailableSince">Since when the gate could not measure; null when it can.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Objectives">In the order of the configuration.</param>
/// <param name="Criteria">In the order of the configuration.</param>
public sealed record GateLook(
    DateTimeOffset StartedAt,
    DateTimeOffset StepAt,
    Percent Share,
    DateTimeOffset? UnavailableSince,
    GateVerdict Verdict,
    ImmutableArray<ObjectiveLook> Objectives,
    ImmutableArray<CriterionLook> Criteria)
{
    /// <summary>For the journal.</summary>
    public JsonObject ToJson() => new()
    {
        ["startedAt"] = GateJson.Time(StartedAt),
        ["stepAt"] = GateJson.Time(StepAt),
        ["share"] = (double)Share.Value,
        ["unavailableSince"] = GateJson.Time(UnavailableSince),
        ["verdict"] = Verdict.ToJson(),
        ["objectives"] = new JsonArray([.. Objectives.Select(ToJson)]),
        ["criteria"] = new JsonArray([.. Criteria.Select(ToJson)]),
    };

    /// <summary>From the journal. What an older version recorded has no evidence and no bounds.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static GateLook FromJson(JsonObject json) => GateJson.Read("gate's sample", () => new GateLook(
        GateJson.Time(json["startedAt"]),
        GateJson.Time(json["stepAt"]),
        new Percent(decimal.Parse(json["share"]!.ToJsonString(), CultureInfo.InvariantCulture)),
        json["unavailableSince"] is { } since ? GateJson.Time(since) : null,
        GateJson.Verdict(json["verdict"]!),
        [.. json["objectives"]!.AsArray().Select(o => ObjectiveOf(o!))],
        [.. (json["criteria"] as JsonArray ?? []).Select(c => CriterionOf(c!))]));

    private static JsonObject ToJson(ObjectiveLook objective) => new()
    {
        ["id"] = objective.Id,
        ["what"] = objective.What,
        ["stable"] = GateJson.Events(objective.Stable),
        ["candidate"] = GateJson.Events(objective.Candidate),
        ["evidence"] = objective.Evidence,
        ["lower"] = objective.Bounds.Low,
        ["upper"] = objective.Bounds.High,
        ["limit"] = objective.Allowed,
        ["needed"] = objective.Needed,
        ["standing"] = GateJson.Name(objective.Standing),
        ["judged"] = objective.Judged,
    };

    private static JsonObject ToJson(CriterionLook criterion) => new()
    {
        ["id"] = criterion.Id,
        ["sentence"] = criterion.Sentence,
        ["checks"] = criterion.Checks,
        ["failures"] = criterion.Failures,
        ["last"] = criterion.Last,
        ["outcome"] = GateJson.Name(criterion.Outcome),
    };

    private static ObjectiveLook ObjectiveOf(JsonNode json) => new(
        json["id"]!.GetValue<string>(),
        json["what"]?.GetValue<string>() ?? "",
        GateJson.Events(json["stable"]),
        GateJson.Events(json["candidate"]),
        json["evidence"] is { } evidence ? GateJson.Number(evidence) : null,
        new(json["lower"] is { } lower ? GateJson.Number(lower) : 0, json["upper"] is { } upper ? GateJson.Number(upper) : 1),
        json["limit"] is { } limit ? GateJson.Number(limit) : null,
        json["needed"] is { } needed ? GateJson.Number(needed) : 0,
        json["standing"] is { } standing ? GateJson.Parse<ObjectiveStanding>(standing) : ObjectiveStanding.Measuring,
        json["judged"]?.GetValue<string>());

    private static CriterionLook CriterionOf(JsonNode json) => new(
        json["id"]!.GetValue<string>(),
        json["sentence"]!.GetValue<string>(),
        (int)GateJson.Number(json["checks"]),
        (int)GateJson.Number(json["failures"]),
        json["last"]!.GetValue<string>(),
        GateJson.Parse<GateOutcome>(json["outcome"]));
}
