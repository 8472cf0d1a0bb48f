using Release.Gates.Split;

namespace Release.Gates.Evidence;

/// <summary>What is known of one objective now, for people and for the journal.</summary>
/// <param name="Id">The objective.</param>
/// <param name="LogFail">ln of the mean of what its tests hold against the candidate.</param>
/// <param name="LogPass">ln of the least that its tests have for it.</param>
/// <param name="Bounds">Where the candidate's true share of events is, with 95 % at every tick at once.</param>
/// <param name="Limit">The share that is allowed, or null.</param>
/// <param name="Requests">The candidate's requests.</param>
/// <param name="Events">Its events among them; what is too slow for certain.</param>
/// <param name="Problem">Why it cannot be measured, or null.</param>
public sealed record ObjectiveEvidence(
    string Id, double LogFail, double LogPass, ShareInterval Bounds, double? Limit, double Requests, double Events, string? Problem)
{
    // About where the mixture of test c is worth as much: bounds that say otherwise than the verdict would puzzle people.
    internal const double TightestAt = 800;

    // A tenth of a chance in a hundred: worth a person's look, and far from a verdict.
    private const double Suspicious = 2.302585092994046;

    /// <summary>Gets what the events are: <c>failed</c>, <c>over 250ms</c>.</summary>
    public required string What { get; init; }

    /// <summary>Gets stable's requests.</summary>
    public required double StableRequests { get; init; }

    /// <summary>Gets stable's events among them.</summary>
    public required double StableEvents { get; init; }

    /// <summary>Gets about how many more of the candidate's requests it takes to pass; 0 for none or unknown.</summary>
    public required double Needed { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required ObjectiveStanding Standing { get; init; }

    /// <summary>Gets it as a sentence: <c>slo: the candidate's share is at least 1.4 % (95 %), limit 1 %</c>.</summary>
    public string Sentence =>
        Problem is not null ? $"{Id} cannot be measured: {Problem}"
        : !(Requests > 0) ? $"{Id}: no requests of the candidate yet"
        : Limit is not { } limit ? $"{Id}: {Wording.Of(Events, Requests)}, evidence {Telling.Evidence(LogFail)} against the candidate and {Telling.Evidence(LogPass)} for it"
        : Bounds.Low > limit ? $"{Id}: the candidate's share is at least {Wording.Share(Bounds.Low)} (95 %), limit {Wording.Share(limit)}"
        : Bounds.High < limit ? $"{Id}: the candidate's share is at most {Wording.Share(Bounds.High)} (95 %), limit {Wording.Share(limit)}"
        : $"{Id}: not decided, the candidate's share is between {Wording.Share(Bounds.Low)} and {Wording.Share(Bounds.High)} (95 %) after {Wording.Count(Requests)} requests, limit {Wording.Share(limit)}";

    internal static ObjectiveEvidence Of(SequentialGate gate, TestedObjective objective, IReadOnlyList<ITest> tests)
    {
        // Against a limit, the bounds are those of what the limit counts.
        var shown = tests.FirstOrDefault(t => t.Kind == TestKind.Limit) ?? tests[0];
        var look = shown.Look();
        var (events, requests) = (look.Counts.CandidateEvents, look.Counts.CandidateRequests);
        var sure = ShareInterval.Of(events / look.Dispersion, requests / look.Dispersion, TightestAt);
        var possible = look.Possible > events
            ? ShareInterval.Of(look.Possible / look.Dispersion, requests / look.Dispersion, TightestAt)
            : sure;
        return new(
            objective.Id,
            LogSum.Of([.. tests.Select(t => t.LogFail)]) - Math.Log(tests.Count),
            tests.Min(t => t.LogPass),
            new(sure.Low, possible.High),
            objective.Allowed,
            requests,
            events,
            tests.Select(t => t.Problem).FirstOrDefault(p => p is not null))
        {
            What = look.What,
            StableRequests = look.Counts.StableRequests,
            StableEvents = look.Counts.StableEvents,
            Needed = tests.Where(gate.Needs).Select(t => RequestsNeeded.Of(gate, t).More).DefaultIfEmpty(0).Max(),
            Standing = StandingOf(gate, tests),
        };
    }

    private static ObjectiveStanding StandingOf(SequentialGate gate, IReadOnlyList<ITest> tests) =>
        gate.Verdict.Outcome is GateOutcome.Fail && tests.Contains(gate.Heaviest(isBlamed: true)) ? ObjectiveStanding.Broken
        : tests.Any(t => t.Problem is not null && gate.Needs(t)) || tests.All(t => t.Problem is not null) ? ObjectiveStanding.Unreadable
        : tests.Any(t => t.LogFail >= Suspicious && t.Whose(gate.Options.LogEnough) is not Blame.Candidate) ? ObjectiveStanding.Shared
        : tests.Any(t => t.LogFail >= Suspicious) ? ObjectiveStanding.Failing
        : tests.Where(gate.Needs).All(t => t.LogPass >= gate.Options.LogEnoughToPass) ? ObjectiveStanding.Kept
        : ObjectiveStanding.Measuring;
}
