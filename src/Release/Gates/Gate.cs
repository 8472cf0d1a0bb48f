using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates.Evidence;
using Release.Output;

namespace Release.Gates;

/// <summary>
/// Decides from counts whether a candidate may go on: the sequential tests of the objectives (gate.md, section 2), the
/// plain criteria beside them (section 3), and what is missing for either. It lives through the whole of Canary and Promote.
/// No clock and no I/O: times are arguments, and the same ticks give the same verdicts, so that another process replays them
/// from the journal's samples and goes on.
/// </summary>
/// <remarks>
/// A fail stays and beats a pass of the same tick; a pass or an inconclusive end stays for its step, unless a fail
/// follows. Unavailable is no verdict: it ends when readings are back, and the evidence stays.
/// </remarks>
public sealed class Gate
{
    private readonly GateOptions _options;
    private readonly GateStart _start;
    private readonly ImmutableArray<WatchedCriterion> _criteria;
    private readonly ImmutableArray<Objective> _objectives;
    private readonly (EventCounts Stable, EventCounts Candidate)[] _step;
    private readonly string?[] _judged;
    private SequentialGate _tests;
    private int _renewals;
    private bool _isLate;

    private Gate(GateOptions options, GateStart start)
    {
        (_options, _start) = (options, start);
        _objectives = [.. options.Objectives.Select(Objective.From)];
        _tests = Tests(start.Share, start.At);
        _criteria = [.. options.Criteria.Select(c => new WatchedCriterion(c, options.Tick, start.At))];
        (_step, _judged) = (new (EventCounts, EventCounts)[_objectives.Length], new string?[_objectives.Length]);
        (StartedAt, StepAt, TickAt, StableReadAt, CandidateReadAt, Share) = (start.At, start.At, start.At, start.At, start.At, start.Share);
        Verdict = Watching();
    }

    /// <summary>Gets when the candidate got traffic.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Gets when this step began.</summary>
    public DateTimeOffset StepAt { get; private set; }

    /// <summary>Gets the candidate's share in this step.</summary>
    public Percent Share { get; private set; }

    /// <summary>Gets the last tick; at the start <see cref="StartedAt"/>.</summary>
    public DateTimeOffset TickAt { get; private set; }

    /// <summary>Gets the verdict.</summary>
    public GateVerdict Verdict { get; private set; }

    /// <summary>Gets since when the gate could not measure; null when it can.</summary>
    public DateTimeOffset? UnavailableSince { get; private set; }

    private DateTimeOffset StableReadAt { get; set; }

    private DateTimeOffset CandidateReadAt { get; set; }

    private bool IsWarmingUp { get; set; }

    /// <summary>Begins a rollout: the candidate gets its first share.</summary>
    /// <exception cref="FormatException">An objective's limit or quantile is not one.</exception>
    public static Gate Begin(GateOptions options, GateStart start) => new(options, start);

    /// <summary>Begins the next step: what passed the last one does not pass this one. Evidence against the candidate is kept.</summary>
    public void BeginStep(Percent share, DateTimeOffset at)
    {
        if (Verdict.Outcome is GateOutcome.Fail)
        {
            return;
        }

        (StepAt, Share, _isLate) = (at, share, false);
        Array.Clear(_step);
        if (Verdict is { Outcome: GateOutcome.Inconclusive, Cause: GateCause.Both })
        {
            // A shared outage held the run, and somebody goes on with it: what was counted in the outage says nothing about the
            // candidate, and would stand against it until far more was counted. A chance more costs half of what alpha is left.
            _renewals++;
            _tests = Tests(share, at);
        }

        _tests.BeginStep(share.Fraction, at);
        Verdict = Watching();
    }

    /// <summary>Takes in a tick. Ticks must come in the order of time and be disjoint.</summary>
    public GateVerdict Advance(GateTick tick)
    {
        if (Verdict.Outcome is GateOutcome.Fail)
        {
            return Verdict;
        }

        // A tick that began in the warm-up holds counts of it.
        IsWarmingUp = TickAt < StartedAt + _options.WarmUp;
        var isOfBefore = tick.At < StepAt;
        if (_isLate && !isOfBefore)
        {
            // Late data have come to this step: what was shown by those of the step before does not pass it.
            _tests.BeginStep(Share.Fraction, tick.At);
        }

        _isLate = isOfBefore;
        TickAt = tick.At;
        StableReadAt = tick.Stable.Fresh > 0 ? tick.At : StableReadAt;
        CandidateReadAt = tick.Candidate.Fresh > 0 ? tick.At : CandidateReadAt;
        var tested = _tests.Advance(new(tick.At, isOfBefore ? null : Share.Fraction, Read(tick.Stable), Read(tick.Candidate)));
        foreach (var criterion in _criteria)
        {
            criterion.Advance(tick, IsWarmingUp);
        }

        if (!isOfBefore)
        {
            Count(tick);
        }

        var unread = Unread(tested, tick);
        UnavailableSince = unread?.Since;
        return Verdict = Decide(tested, tick, unread);
    }

    /// <summary>Says whether the gate has been unavailable for so long that the policy for it must act.</summary>
    public bool IsUnavailableTooLong(DateTimeOffset at) => UnavailableSince is { } since && at - since >= _options.MaxUnavailable;

    /// <summary>What is known now, for people and for the journal.</summary>
    public GateLook Look() => new(
        StartedAt,
        StepAt,
        Share,
        UnavailableSince,
        Verdict,
        [.. _tests.Look().Select((known, i) => ObjectiveLook.Of(_objectives[i], known, _step[i].Stable, _step[i].Candidate, _judged[i]))],
        [.. _criteria.Select(c => c.Look())]);

    private SequentialGate Tests(Percent share, DateTimeOffset at)
    {
        var options = GatePlan.Tests(_options, _start.Window);
        var spent = _renewals + (_start.HasLostState ? 1 : 0);
        return SequentialGate.Begin(options with { Alpha = options.Alpha / _start.Services / Math.Pow(2, spent) }, _start.History, share.Fraction, at);
    }

    private static Counters? Read(VariantDelta variant) => variant.Fresh > 0 ? variant.Counts : null;

    private void Count(GateTick tick)
    {
        for (var i = 0; i < _step.Length; i++)
        {
            var candidate = _objectives[i].Read(tick.Candidate.Counts);
            _step[i] = (_step[i].Stable.Add(_objectives[i].Read(tick.Stable.Counts).Counts), _step[i].Candidate.Add(candidate.Counts));
            _judged[i] = candidate.Judged ?? _judged[i];
        }
    }

    private GateVerdict Decide(GateVerdict tested, GateTick tick, Unreadable? unread)
    {
        if (tested.Outcome is GateOutcome.Fail)
        {
            return Say(GateOutcome.Fail, GateCause.Objective, tested.Reason);
        }

        if (_criteria.FirstOrDefault(c => c.Outcome is GateOutcome.Fail) is { } broken)
        {
            return Say(GateOutcome.Fail, GateCause.Objective, broken.Sentence);
        }

        if (Verdict.Outcome is GateOutcome.Pass or GateOutcome.Inconclusive)
        {
            return Verdict;
        }

        if (unread is not null)
        {
            return Say(GateOutcome.Unavailable, unread.Cause, unread.Reason);
        }

        var missing = Missing(tested, tick);
        var duration = _options.DurationOf(Share);
        if (missing.IsEmpty && tick.At >= StepAt + duration.Min)
        {
            return Say(GateOutcome.Pass, GateCause.None, tested.Reason);
        }

        var cause = tested.Cause is GateCause.Both || _criteria.Any(c => c.IsShared) ? GateCause.Both
            : missing.IsEmpty ? GateCause.None
            : GateCause.Evidence;
        return tick.At >= StepAt + (cause is GateCause.Evidence ? duration.Longest : duration.Max)
            ? Say(GateOutcome.Inconclusive, cause, string.Join("; ", missing))
            : Say(GateOutcome.Undecided, cause, IsWarmingUp ? "warming up" : missing.IsEmpty ? "all kept so far" : string.Join("; ", missing));
    }

    // The sentence changes at every tick; the time stays that at which the outcome was reached.
    private GateVerdict Say(GateOutcome outcome, GateCause cause, string reason)
    {
        var since = Verdict.Outcome == outcome ? Verdict.At : TickAt;
        var where = $"after {Show.Duration(TickAt - StartedAt)}, {Show.Duration(TickAt - StepAt)} of it at {Share.Value:0.##} %";
        return new GateVerdict(outcome, cause, since, $"{reason} ({where}).");
    }

    private GateVerdict Watching() => new(GateOutcome.Undecided, GateCause.None, StepAt, $"watching {Share.Value:0.##} % of the traffic");

    // An instance of the candidate that cannot be read may be the one that is ill, so nothing passes without it. One
    // of stable may have been ill for long, and must not keep its own repair from being released.
    private ImmutableArray<string> Missing(GateVerdict tested, GateTick tick) =>
    [
        .. tick.Candidate.Problems.Select(p => $"candidate not fully read: {p}"),
        .. _isLate ? [$"what is known ends at {tick.At:HH:mm:ss} UTC, before this step began"] : ImmutableArray<string>.Empty,
        .. tick.Candidate is { Fresh: 0, Problems.IsEmpty: true } ? ["the candidate has no instance to read"] : ImmutableArray<string>.Empty,
        .. tested.Outcome is GateOutcome.Pass ? [] : ImmutableArray.Create(_tests.Describe()),
        .. _criteria.Select(c => c.Missing).OfType<string>(),
    ];

    private Unreadable? Unread(GateVerdict tested, GateTick tick)
    {
        if (TickAt - CandidateReadAt >= _options.MaxGap)
        {
            return new(CandidateReadAt, GateCause.Reading, $"no reading of the candidate since {CandidateReadAt:HH:mm:ss} UTC");
        }

        // With all traffic on the candidate there is nothing to compare with, and stable may be gone.
        if (Share < Percent.Full && TickAt - StableReadAt >= _options.MaxGap)
        {
            return new(StableReadAt, GateCause.Reading, $"no reading of stable since {StableReadAt:HH:mm:ss} UTC");
        }

        var since = UnavailableSince ?? TickAt;
        return tick.Candidate.Doubt is { } doubt ? new(since, GateCause.Reading, $"the candidate's counters are no measurement: {doubt}")
            : tested.Outcome is GateOutcome.Unavailable ? new(since, _tests.IsSplitWrong ? GateCause.Split : GateCause.Reading, _tests.Describe())
            : _criteria.FirstOrDefault(c => c.Outcome is GateOutcome.Unavailable) is { } criterion ? new(since, GateCause.Reading, criterion.Sentence)
            : null;
    }

    private sealed record Unreadable(DateTimeOffset Since, GateCause Cause, string Reason);
}
