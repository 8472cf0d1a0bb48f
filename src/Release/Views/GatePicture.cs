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
/// <param name="Criteria">One sentence per plain criterion.</param>
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
    IReadOnlyList<ObjectivePicture> Objectives,
    IReadOnlyList<string> Criteria)
{
    /// <summary>The gate of a service by its last samples; null when it has none.</summary>
    public static GatePicture? Of(RunState run, string service, EnvironmentOptions options)
    {
        if (!run.Samples.TryGetValue(service, out var sample))
        {
            return null;
        }

        var look = GateLook.FromJson(sample["gate"]!.AsObject());
        var (at, duration) = (GateJson.TickFromJson(sample["tick"]!.AsObject()).At, options.Gate.DurationOf(look.Share));
        var ticks = run.Trail(service).Select(s => GateJson.CountsFromJson(s["tick"]!["candidate"]!.AsObject())).ToList();
        return new(
            service,
            look.Share,
            Number(sample, "candidate"),
            Number(sample, "requests"),
            sample["split"]!["verdict"]!.GetValue<string>() switch { "matches" => true, "mismatch" => false, _ => null },
            look.StepAt,
            duration.Min,
            at >= look.StepAt + duration.Max ? duration.Longest : duration.Max,
            look.Verdict.Outcome,
            look.Verdict.Reason,
            [.. look.Objectives.Join(options.Gate.Objectives, l => l.Id, o => o.Id, (l, o) => ObjectivePicture.Of(l, Gates.Objective.From(o), ticks))],
            [.. look.Criteria.Select(c => c.Sentence)]);
    }

    private static double Number(JsonObject sample, string name) => GateJson.Number(sample["split"]![name]);
}

/// <summary>One objective's value against its limit. Shares are 0 to 1.</summary>
/// <param name="Id">Its name.</param>
/// <param name="What">What is counted: <c>failed</c>, <c>over 250ms</c>.</param>
/// <param name="Value">The candidate's share of such requests in this step; null without requests.</param>
/// <param name="Allowed">The share that is allowed; null where it is only compared with stable.</param>
/// <param name="Stable">Stable's share in this step; null without requests.</param>
/// <param name="Requests">The candidate's requests in this step.</param>
/// <param name="Owed">About how many more requests it takes to pass; 0 for none or unknown.</param>
/// <param name="Evidence">E against the candidate; null when it is no number.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="History">The share tick by tick, oldest first; null in a tick without requests.</param>
public sealed record ObjectivePicture(
    string Id,
    string What,
    double? Value,
    double? Allowed,
    double? Stable,
    double Requests,
    double Owed,
    double? Evidence,
    ObjectiveStanding Standing,
    IReadOnlyList<double?> History)
{
    internal static ObjectivePicture Of(ObjectiveLook look, Objective objective, IReadOnlyList<Counters> ticks) => new(
        look.Id,
        look.What,
        Share(look.Candidate),
        look.Allowed,
        Share(look.Stable),
        look.Candidate.Requests,
        look.Needed,
        look.Evidence,
        look.Standing,
        [.. ticks.Select(t => Share(objective.Read(t).Counts))]);

    private static double? Share(EventCounts counts) => counts.Requests > 0 ? counts.Possible / counts.Requests : null;
}
