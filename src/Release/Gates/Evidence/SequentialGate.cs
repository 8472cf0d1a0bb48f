using System.Collections.Immutable;

namespace Release.Gates.Evidence;

/// <summary>
/// Decides at every tick, with a bounded chance of failing a candidate that is not worse, however often one looks (gate.md,
/// section 2). It lives through a whole rollout. Owned by one process and changed in place; the same ticks give the same result, so
/// another process replays them and goes on.
/// </summary>
/// <remarks>
/// A fail stays and beats a pass of the same tick; a pass stays for its step unless a fail follows. Unavailable ends when
/// readings are back; evidence stays meanwhile.
/// </remarks>
public sealed class SequentialGate
{
    private readonly SequentialOptions _options;
    private readonly ImmutableArray<ITest> _tests;
    private readonly ImmutableArray<double> _logWeights;
    private readonly double[] _terms;
    private readonly bool[] _isNeeded;
    private readonly bool _compares;
    private DateTimeOffset _startedAt;
    private DateTimeOffset _stepAt;
    private DateTimeOffset _tickAt;
    private DateTimeOffset _stableReadAt;
    private DateTimeOffset _candidateReadAt;
    private double? _share;
    private SplitWatch _split = new();

    private SequentialGate(SequentialOptions options, ImmutableArray<ITest> tests)
    {
        (_options, _tests) = (options, tests);
        var weights = tests.Sum(t => t.Objective.Weight);
        _logWeights = [.. tests.Select(t => Math.Log(t.Objective.Weight / weights))];
        _terms = new double[tests.Length];

        // Where nothing is asked for, a pass takes everything: it never comes of itself.
        var nothingIsAsked = !tests.Any(t => t.IsNeeded);
        _isNeeded = [.. tests.Select(t => t.IsNeeded || (nothingIsAsked && t.Objective.Required != false))];
        _compares = options.Objectives.Any(o => o.Compare);
        Verdict = new(GateOutcome.Undecided, GateCause.Evidence, default, "watching");
    }

    /// <summary>Gets what it says since when. The reason is that of when it first said so; <see cref="Describe"/> tells today's.</summary>
    public GateVerdict Verdict { get; private set; }

    /// <summary>Gets a value indicating whether the candidate does not get the share that was asked for: then nothing passes.</summary>
    public bool IsSplitWrong => _split.IsWrong;

    internal ImmutableArray<ITest> Tests => _tests;

    internal SequentialOptions Options => _options;

    internal DateTimeOffset TickAt => _tickAt;

    internal DateTimeOffset StartedAt => _startedAt;

    /// <summary>Begins a rollout.</summary>
    /// <param name="options">What it decides by.</param>
    /// <param name="history">Stable's counts before the candidate took traffic, tick by tick.</param>
    /// <param name="share">The candidate's share that is asked for, 0 to 1; null when nobody knows.</param>
    /// <param name="at">Now.</param>
    public static SequentialGate Begin(SequentialOptions options, IReadOnlyList<Counters> history, double? share, DateTimeOffset at)
    {
        var tests = options.Objectives.SelectMany(o => TestKinds.Of(o).Select(kind => TestKinds.Begin(kind, o, options.PlannedTicks, history)));
        return new(options, [.. tests])
        {
            _startedAt = at,
            _stepAt = at,
            _tickAt = at,
            _stableReadAt = at,
            _candidateReadAt = at,
            _share = share,
            Verdict = new(GateOutcome.Undecided, GateCause.Evidence, at, "watching"),
        };
    }

    /// <summary>Begins the next step: what passed the last one does not pass this one. What speaks for a fail is kept.</summary>
    public void BeginStep(double? share, DateTimeOffset at)
    {
        if (Verdict.Outcome == GateOutcome.Fail)
        {
            return;
        }

        (_share, _stepAt) = (share, at);
        foreach (var test in _tests)
        {
            test.BeginStep();
        }

        Verdict = new(GateOutcome.Undecided, GateCause.Evidence, at, "watching");
    }

    /// <summary>Takes in a tick and decides. Ticks come in the order of time and are disjoint. Allocates only when the verdict changes.</summary>
    public GateVerdict Advance(in SequentialTick tick)
    {
        if (Verdict.Outcome == GateOutcome.Fail)
        {
            return Verdict;
        }

        // A tick that began in the warm-up holds counts of it.
        var isWarmingUp = _tickAt < _startedAt + _options.WarmUp;
        var seconds = Math.Max(0, (tick.At - _tickAt).TotalSeconds);
        (_tickAt, _share) = (tick.At, tick.Share);
        _split.Advance(tick.Share, tick.Stable, tick.Candidate, seconds);
        _stableReadAt = tick.Stable is null ? _stableReadAt : tick.At;
        _candidateReadAt = tick.Candidate is null ? _candidateReadAt : tick.At;
        if (!isWarmingUp)
        {
            foreach (var test in _tests)
            {
                test.Advance(tick.Stable, tick.Candidate, seconds);
            }
        }

        return Decide();
    }

    /// <summary>What is known of each objective now. Costs a bisection each, so it is made when asked for.</summary>
    public ImmutableArray<ObjectiveEvidence> Look() =>
        [.. _options.Objectives.Select(o => ObjectiveEvidence.Of(this, o, [.. _tests.Where(t => ReferenceEquals(t.Objective, o))]))];

    /// <summary>Why it says what it says, by what is known now.</summary>
    public string Describe() =>
        Verdict.Outcome is GateOutcome.Pass or GateOutcome.Fail ? Verdict.Reason : Telling.Reason(this, Verdict.Outcome, Verdict.Cause);

    /// <summary>Gets the tests that a pass needs.</summary>
    internal IEnumerable<ITest> Needed => _tests.Where((_, i) => IsNeeded(i));

    /// <summary>Whether a pass needs this test now.</summary>
    internal bool Needs(ITest test) => IsNeeded(_tests.IndexOf(test));

    /// <summary>ln of the weighted sum of what can fail the candidate (gate.md, section 2.6).</summary>
    /// <param name="isBlamed">Only what is the candidate's own fault.</param>
    internal double LogFail(bool isBlamed)
    {
        for (var i = 0; i < _terms.Length; i++)
        {
            _terms[i] = Term(i, isBlamed);
        }

        return LogSum.Of(_terms);
    }

    /// <summary>The test that holds most against the candidate, or null when none holds anything.</summary>
    internal ITest? Heaviest(bool isBlamed)
    {
        var heaviest = Enumerable.Range(0, _tests.Length).MaxBy(i => Term(i, isBlamed));
        return double.IsFinite(Term(heaviest, isBlamed)) ? _tests[heaviest] : null;
    }

    /// <summary>Why the gate cannot judge at all, or null.</summary>
    internal string? Unmeasured()
    {
        if (_tickAt - _candidateReadAt >= _options.MaxGap)
        {
            return $"no reading of the candidate for {Wording.Duration(_tickAt - _candidateReadAt)}";
        }

        // With all traffic on the candidate there is nothing to compare with, and stable may be gone.
        if (!(_share >= 1) && _tickAt - _stableReadAt >= _options.MaxGap && _compares)
        {
            return $"no reading of stable for {Wording.Duration(_tickAt - _stableReadAt)}";
        }

        for (var i = 0; i < _tests.Length; i++)
        {
            if (IsNeeded(i) && _tests[i].Problem is { } problem)
            {
                return $"{_tests[i].Objective.Id} cannot be measured: {problem}";
            }
        }

        return IsSplitWrong ? $"split: {_split.Sentence()}" : null;
    }

    private double Term(int index, bool isBlamed)
    {
        var test = _tests[index];

        // What is not a number or without bound cannot be evidence.
        return !(test.LogFail < double.PositiveInfinity) || !test.CanFail || (isBlamed && test.Whose(_options.LogEnough) != Blame.Candidate)
            ? double.NegativeInfinity
            : test.LogFail + _logWeights[index];
    }

    private GateVerdict Decide() =>
        LogFail(isBlamed: true) >= _options.LogEnough ? Say(GateOutcome.Fail, GateCause.Objective)
        : Verdict.Outcome == GateOutcome.Pass ? Verdict
        : LogFail(isBlamed: false) >= _options.LogEnough ? Say(GateOutcome.Undecided, GateCause.Both)
        : Unmeasured() is not null ? Say(GateOutcome.Unavailable, GateCause.Reading)
        : Passes() ? Say(GateOutcome.Pass, GateCause.None)
        : Say(GateOutcome.Undecided, GateCause.Evidence);

    private bool Passes()
    {
        var isAsked = IsAlone;
        for (var i = 0; i < _tests.Length; i++)
        {
            isAsked |= IsNeeded(i);
            if (IsNeeded(i) && !(_tests[i].LogPass >= _options.LogEnoughToPass))
            {
                return false;
            }
        }

        // Where nothing is asked for, nothing has been shown.
        return isAsked && _tickAt >= _stepAt + _options.MinDuration;
    }

    // With all traffic on the candidate there is nothing to compare with: only limits are left (gate.md, section 1).
    private bool IsAlone => _share >= 1;

    private bool IsNeeded(int index) => _isNeeded[index] && (!IsAlone || _tests[index].Kind == TestKind.Limit);

    // Reading the time of a verdict tells since when it holds; the sentence is made only then.
    private GateVerdict Say(GateOutcome outcome, GateCause cause)
    {
        if (Verdict.Outcome != outcome || Verdict.Cause != cause)
        {
            Verdict = new(outcome, cause, _tickAt, Telling.Reason(this, outcome, cause));
        }

        return Verdict;
    }
}
