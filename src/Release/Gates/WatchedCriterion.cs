using Release.Configuration;
using Release.Gates.Criteria;

namespace Release.Gates;

/// <summary>A plain rule and where it stands.</summary>
internal sealed class WatchedCriterion
{
    private readonly Objective _objective;
    private readonly Criterion _rule;
    private readonly TimeSpan _slack;
    private CriterionState _state;

    public WatchedCriterion(CriterionOptions options, TimeSpan tick, DateTimeOffset at)
    {
        _objective = Objective.From(options);
        _rule = GatePlan.Rule(options, _objective.Allowed!.Value, tick);
        _slack = tick / 2;
        _state = CriterionState.Begin(_rule, at);
    }

    public string Id => _rule.Id;

    public GateOutcome Outcome => _state.Run.Outcome;

    public bool IsShared => _state.IsShared;

    /// <summary>Gets the last check as a person reads it.</summary>
    public string Sentence => $"{Id} ({_objective.Text}{Length}): {Standing}";

    /// <summary>Gets why nothing passes now; null when this rule does not stand in the way.</summary>
    public string? Missing => IsShared ? $"{Id}: candidate and stable both break it ({_objective.Text})"
        : _state.Last is CheckResult.Failure ? Sentence
        : null;

    public void Advance(GateTick tick, bool isWarmingUp)
    {
        if (isWarmingUp && !_rule.RunsInWarmUp)
        {
            _state = CriterionState.Begin(_rule, tick.At);
            return;
        }

        var (candidate, stable) = (_objective.Read(tick.Candidate.Counts), _objective.Read(tick.Stable.Counts));
        var problem = tick.Candidate.Fresh == 0 ? "the candidate was not read" : candidate.Problem;
        _state = _state.Advance(_rule, new(tick.At, candidate.Counts, stable.Problem is null ? stable.Counts : default, problem), _slack);
    }

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
        { Last: CheckResult.Failure } when _rule.Limits.FailuresInRow is { } row => $"broken in {_state.Run.FailuresInRow} of {row} checks in a row",
        { Last: CheckResult.Failure } => $"broken in check {_state.Run.Checks}, {_state.Run.Failures} in all where {_rule.Limits.FailureLimit} are tolerated",
        { Last: null } => $"first check at {_state.DueAt:HH:mm:ss} UTC",
        { IsShared: true } => "broken by stable as well",
        { Last: CheckResult.Inconclusive } => "too few requests to check",
        _ => $"kept, {_state.Run.Failures} of {_state.Run.Checks} checks broken",
    };

    private static string Words(CheckResult? last) => last is { } known ? Enum.GetName(known)!.ToLowerInvariant() : "none";
}
