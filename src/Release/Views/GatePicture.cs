using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Runs;

namespace Release.Views;

/// <summary>How one service's candidate is judged now.</summary>
/// <param name="Service">The service.</param>
/// <param name="Asked">The share that it was given.</param>
/// <param name="Candidate">Requests that the candidate answered in this step.</param>
/// <param name="Requests">Requests that both versions answered in this step.</param>
/// <param name="IsVerified">Whether the observed split is the requested one; null while there are too few requests to say.</param>
/// <param name="StepAt">When this traffic step began.</param>
/// <param name="Min">The shortest time of a traffic step.</param>
/// <param name="Max">After this time without a pass the policy for it decides.</param>
/// <param name="Outcome">What the gate says.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Objectives">One per objective, in the order of the configuration.</param>
public sealed record GatePicture(
    string Service,
    Percent Asked,
    double Candidate,
    double Requests,
    bool? IsVerified,
    DateTimeOffset StepAt,
    TimeSpan Min,
    TimeSpan Max,
    GateOutcome Outcome,
    string Reason,
    IReadOnlyList<ObjectivePicture> Objectives)
{
    /// <summary>The gate of a service by its last samples; null when it has none.</summary>
    public static GatePicture? Of(RunState run, string service, EnvironmentOptions options)
    {
        if (!run.Samples.TryGetValue(service, out var sample))
        {
            return null;
        }

        var state = GateJson.FromJson(sample["gate"]!.AsObject());
        var ticks = run.Trail(service).Select(s => GateJson.CountsFromJson(s["tick"]!["candidate"]!.AsObject())).ToList();
        var objectives = new Gate(options.Gate).Objectives;
        return new(
            service,
            state.Share,
            Number(sample, "candidate"),
            Number(sample, "requests"),
            sample["split"]!["verdict"]!.GetValue<string>() switch { "matches" => true, "mismatch" => false, _ => null },
            state.StepAt,
            options.Gate.StepDuration.Min,
            options.Gate.StepDuration.Max,
            state.Verdict.Outcome,
            state.Verdict.Reason,
            [.. state.Objectives.Join(objectives, s => s.Id, o => o.Id, (s, o) => ObjectivePicture.Of(s, o, ticks))]);
    }

    private static double Number(JsonObject sample, string name) => GateJson.Number(sample["split"]![name]);
}

/// <summary>Where an objective stands, for a person.</summary>
public enum ObjectiveStanding
{
    /// <summary>Too few requests to say.</summary>
    Measuring,

    /// <summary>Kept by what this step has seen.</summary>
    Kept,

    /// <summary>The last measurement failed; that is tolerated for a while.</summary>
    Failing,

    /// <summary>Stable breaks it as well.</summary>
    BothBreak,

    /// <summary>It cannot be measured.</summary>
    Unreadable,

    /// <summary>Broken: the gate says no.</summary>
    Broken,
}

/// <summary>One objective's value against its limit. Shares are 0 to 1.</summary>
/// <param name="Id">Its name.</param>
/// <param name="What">What is counted: <c>failed</c>, <c>over 250ms</c>.</param>
/// <param name="Value">The candidate's share of such requests in this step; null without requests.</param>
/// <param name="Allowed">The share that is allowed.</param>
/// <param name="Stable">Stable's share in this step; null without requests.</param>
/// <param name="Requests">The candidate's requests in this step.</param>
/// <param name="Owed">Requests that a measurement still needs; 0 for none.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="History">The share tick by tick, oldest first; null in a tick without requests.</param>
public sealed record ObjectivePicture(
    string Id,
    string What,
    double? Value,
    double Allowed,
    double? Stable,
    double Requests,
    double Owed,
    ObjectiveStanding Standing,
    IReadOnlyList<double?> History)
{
    internal static ObjectivePicture Of(ObjectiveState state, Objective objective, IReadOnlyList<Counters> ticks) => new(
        state.Id,
        objective.Limit is { } limit ? $"over {Wording.Duration(limit)}" : "failed",
        Share(state.Candidate),
        objective.Allowed,
        Share(state.Stable),
        state.Candidate.Requests,
        state.Successes > 0 ? 0 : Math.Max(0, objective.MinRequests - state.Current.Candidate.Requests),
        StandingOf(state, objective),
        [.. ticks.Select(t => Share(objective.Read(t).Counts))]);

    private static ObjectiveStanding StandingOf(ObjectiveState state, Objective objective) => state switch
    {
        { Broken: not null } => ObjectiveStanding.Broken,
        { Problem: not null } => ObjectiveStanding.Unreadable,
        { Last: MeasurementResult.Failure } => ObjectiveStanding.Failing,
        { Last: MeasurementResult.Both } => ObjectiveStanding.BothBreak,
        _ => state.Missing(objective) is null ? ObjectiveStanding.Kept : ObjectiveStanding.Measuring,
    };

    private static double? Share(EventCounts counts) => counts.Requests > 0 ? counts.Possible / counts.Requests : null;
}
