using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>The weights of an upstream as a shift sees them: what is stable's, what is the candidate's, and the rest. Pure.</summary>
/// <param name="Shift">The shift.</param>
/// <param name="StableAt">Stable's addresses.</param>
/// <param name="CandidateAt">The candidate's addresses.</param>
/// <param name="Now">The weights that Kong has.</param>
/// <param name="Kept">The weights that it would have after a restart; null where these are the same.</param>
/// <param name="Names">Targets that are names for stable's addresses.</param>
internal sealed record ShiftPicture(
    KongShift Shift, IReadOnlyList<string> StableAt, IReadOnlyList<string> CandidateAt, TargetWeights Now, TargetWeights? Kept, IReadOnlyList<string> Names)
{
    /// <summary>Gets the targets with weight that are neither stable's nor the candidate's by their address.</summary>
    public IEnumerable<string> Strangers => Now.All.Where(pair => pair.Value > 0 && !StableAt.Contains(pair.Key) && !CandidateAt.Contains(pair.Key)).Select(pair => pair.Key);

    private TargetSplit Asked => TargetSplit.Of(Shift.Share, Shift.Stable is null ? 0 : Math.Max(1, StableAt.Count), Math.Max(1, CandidateAt.Count));

    private IEnumerable<string> Ours => StableAt.Concat(CandidateAt).Concat(Names);

    /// <summary>The weights to set, stable's first.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Wanted() =>
    [
        .. StableAt.Select(place => KeyValuePair.Create(place, Asked.Stable)),
        .. CandidateAt.Select(place => KeyValuePair.Create(place, Asked.Candidate)),
        .. Names.Select(name => KeyValuePair.Create(name, 0)),

        // All traffic means all: what an abandoned run left beside it, too.
        .. Shift.Stable is null ? Strangers.Except(Names).Select(place => KeyValuePair.Create(place, 0)) : [],
    ];

    /// <summary>What they say about the step.</summary>
    public Observation Observed()
    {
        var others = Now.Beside(Ours);
        var kept = Kept is null || Differs(Kept) is false;
        var detail = $"Of the weights of {Shift.Service} stable has {Told(StableAt)}, the candidate {Told(CandidateAt)}"
            + (Names.Count > 0 && Names.Any(name => Now.Weight(name) > 0) ? $", {string.Join(" and ", Names)}, which stands for stable, {Told(Names)}" : "")
            + (others > 0 ? $", and others have {others} that no step of this run set." : ".")
            + (kept ? "" : " Kong's file says something else, so a restart of Kong would change them.");
        var seen = new JsonObject
        {
            ["targets"] = Now.ToJson(),
            ["stable"] = List(StableAt),
            ["candidate"] = List(CandidateAt),
        };
        if (Names.Count > 0)
        {
            seen["names"] = List(Names);
        }

        return !Differs(Now) && (Shift.Stable is not null || others == 0) ? new(kept ? StepState.Applied : StepState.Torn, seen, detail)
            : new(IsWhole ? StepState.Pending : StepState.Torn, seen, detail);
    }

    // A whole split of other shares is what an earlier step left, or whoever set the route up. Anything between is a step that
    // was cut short, or somebody's hand.
    private bool IsWhole
    {
        get
        {
            if (Now.Each(StableAt) is not { } stable || Now.Each(CandidateAt) is not { } candidate)
            {
                return false;
            }

            var named = Names.Sum(Now.Weight);
            var shareOf = new TargetSplit(stable, candidate).ShareOf(StableAt.Count, CandidateAt.Count);
            return stable == 0 || candidate == 0 ? stable == 0 || named == 0
                : named == 0 && TargetSplit.Of(Percent.Of(shareOf), StableAt.Count, CandidateAt.Count) == new TargetSplit(stable, candidate);
        }
    }

    private bool Differs(TargetWeights weights) => StableAt.Any(place => weights.Weight(place) != Asked.Stable)
        || CandidateAt.Any(place => weights.Weight(place) != Asked.Candidate)
        || (StableAt.Count == 0 && Shift.Stable is not null && Asked.Stable > 0)
        || (CandidateAt.Count == 0 && Asked.Candidate > 0)
        || Names.Any(name => weights.Weight(name) > 0);

    private string Told(IReadOnlyList<string> places) => places.Count switch
    {
        0 => "0",
        1 => $"{Now.Weight(places[0])}",
        _ when Now.Each(places) is { } each => $"{places.Count} times {each}",
        _ => string.Join(" + ", places.Select(Now.Weight)),
    };

    private static JsonArray List(IEnumerable<string> places) => new([.. places.Select(place => JsonValue.Create(place))]);
}
