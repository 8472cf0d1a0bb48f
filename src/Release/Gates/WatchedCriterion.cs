using Release.Configuration;
using Release.Gates.Criteria;

namespace Release.Gates;

/// <summary>A plain rule and where it stands.</summary>
internal sealed class WatchedCriterion
{
    private readonly Objective? _objective;
    private readonly Criterion _rule;
    private readonly string _text;
    private readonly TimeSpan _slack;
    private CriterionState _state;

    public WatchedCriterion(CriterionOptions options, TimeSpan tick, DateTimeOffset at)
    {
        _objective = options.Query is null ? Objective.From(options) : null;
        _rule = _objective is null ? GatePlan.OfQuery(options, tick) : GatePlan.Rule(options, _objective.Allowed!.Value, tick);
        _text = _objective?.Text ?? $"at {(options.Min is null ? "most" : "least")} {options.Min ?? options.Max}";
        _slack = tick / 2;
        _state = CriterionState.Begin(_rule, at);
    }

    public string Id => _rule.Id;

    public GateOutcome Outcome => _state.Run.Outcome;

    public bool IsShared => _state.IsShared;

    /// <summary>Gets the last check as a person reads it.</summary>
    public string Sentence => $"{Id} ({_text}{Length}): {Standing}";

    /// <summary>Gets why nothing passes now; null when this rule does not stand in the way.</summary>
    public string? Missing => IsShared ? $"{Id}: candidate and stable both break it ({_text})"
        : _state.Last is CheckResult.Failure or CheckResult.Error ? Sentence
        : null;

    public void Advance(GateTick tick, bool isWarmingUp)
    {
        if (isWarmingUp && !_rule.RunsInWarmUp)
        {
            _state = CriterionState.Begin(_rule, tick.At);
            return;
        }

        _state = _state.Advance(_rule, _objective is null ? Asked(tick) : Counted(_objective, tick), _slack);
    }

    private static CriterionTick Counted(Objective objective, GateTick tick)
    {
        var (candidate, stable) = (objective.Read(tick.Candidate.Counts), objective.Read(tick.Stable.Counts));
        var problem = tick.Candidate.Fresh == 0 ? "the candidate was not read" : candidate.Problem;
        return new(tick.At, candidate.Counts, stable.Problem is null ? stable.Counts : default, problem);
    }

    // What nobody asked, or what yielded nothing, is a check that could not measure: never a success.
    private CriterionTick Asked(GateTick tick) =>
        !tick.Queries.TryGetValue(Id, out var values) ? new(tick.At, default, default, "the query was not asked")
        : values.Candidate is { } value && values.Problem is null ? CriterionTick.Of(tick.At, value, values.Stable)
        : new(tick.At, default, default, values.Problem ?? QueryValues.NoNumber);

    public CriterionLook Look() => new(Id, Sentence, _state.Run.Checks, _state.Run.Failures, Words(_state.Last), Outcome);

    private string Length => _rule switch
    {
        { Limits.FailuresInRow: { } row } => $" for {Wording.Duration(_rule.Interval * row)}",
        { Over: { } over } => $" over {Wording.Duration(over)}",
        _ => "",
    };

    private string Standing => _state switch
    {
        { Problem: { } problem } => $"not measured: {problem}",
        { Last: CheckResult.Failure, Value: { } value } when _objective is null => $"{Wording.Count(value)}, {Broken}",
        { Last: CheckResult.Failure } => Broken,
        { Last: null } => $"first check at {_state.DueAt:HH:mm:ss} UTC",
        { IsShared: true } => "broken by stable as well",
        { Last: CheckResult.Inconclusive } => "too few requests to check",
        { Value: { } value } when _objective is null => $"{Wording.Count(value)}, {_state.Run.Failures} of {_state.Run.Checks} checks broken",
        _ => $"kept, {_state.Run.Failures} of {_state.Run.Checks} checks broken",
    };

    private string Broken => _rule.Limits.FailuresInRow is { } row
        ? $"broken in {_state.Run.FailuresInRow} of {row} checks in a row"
        : $"broken in check {_state.Run.Checks}, {_state.Run.Failures} in all where {_rule.Limits.FailureLimit} are tolerated";

    private static string Words(CheckResult? last) => last is { } known ? Enum.GetName(known)!.ToLowerInvariant() : "none";
}
