using System.Collections.Immutable;
using Release.Configuration;
using Release.Output;

namespace Release.Gates;

/// <summary>
/// Decides from counts whether a candidate may go on. It lives through the whole of Canary and Promote. Pure: the state
/// goes in and comes out, times are arguments.
/// </summary>
/// <remarks>
/// A fail stays and beats a pass of the same tick; a pass or an inconclusive end stays for its step, unless a fail
/// follows. Unavailable is no verdict: it ends when readings are back, and failures counted before stay.
/// </remarks>
public sealed class Gate
{
    private readonly GateOptions _options;

    /// <summary>Initializes a new instance of the <see cref="Gate"/> class.</summary>
    /// <param name="options">What decides.</param>
    /// <exception cref="FormatException">An objective's limit or quantile is not one.</exception>
    public Gate(GateOptions options)
    {
        _options = options;
        Objectives = [.. options.Objectives.Select(o => Objective.From(o, options.Tick))];
    }

    /// <summary>Gets the objectives.</summary>
    public ImmutableArray<Objective> Objectives { get; }

    /// <summary>Begins a rollout: the candidate gets its first share.</summary>
    public GateState Start(Percent share, DateTimeOffset at) => new()
    {
        StartedAt = at,
        StepAt = at,
        Share = share,
        TickAt = at,
        StableReadAt = at,
        CandidateReadAt = at,
        Objectives = [.. Objectives.Select(o => ObjectiveState.Begin(o.Id, at))],
        Verdict = new GateVerdict(GateOutcome.Undecided, GateCause.None, at, $"watching {share.Value:0.##} % of the traffic"),
    };

    /// <summary>
    /// Begins the next step: what passed the last one does not pass this one. Failures are kept, and a fail stays.
    /// </summary>
    public static GateState BeginStep(GateState state, Percent share, DateTimeOffset at) =>
        state.Verdict.Outcome == GateOutcome.Fail ? state : state with
        {
            StepAt = at,
            Share = share,
            Objectives = [.. state.Objectives.Select(o => o.BeginStep())],
            Verdict = new GateVerdict(GateOutcome.Undecided, GateCause.None, at, $"watching {share.Value:0.##} % of the traffic"),
        };

    /// <summary>Takes in a tick. Ticks must come in the order of time and be disjoint.</summary>
    /// <exception cref="ArgumentException">The state is of a gate with other objectives.</exception>
    public GateState Advance(GateState state, GateTick tick)
    {
        if (!state.Objectives.Select(o => o.Id).SequenceEqual(Objectives.Select(o => o.Id)))
        {
            throw new ArgumentException("The state is of a gate with other objectives.", nameof(state));
        }

        if (state.Verdict.Outcome == GateOutcome.Fail)
        {
            return state;
        }

        // A tick that began in the warm-up holds counts of it.
        var isWarmingUp = state.TickAt < state.StartedAt + _options.WarmUp;
        var next = state with
        {
            TickAt = tick.At,
            StableReadAt = tick.Stable.Fresh > 0 ? tick.At : state.StableReadAt,
            CandidateReadAt = tick.Candidate.Fresh > 0 ? tick.At : state.CandidateReadAt,
            Objectives = [.. state.Objectives.Zip(Objectives, (s, o) => isWarmingUp
                ? s with { Current = Measurement.Begin(tick.At), Problem = o.Read(tick.Candidate.Counts).Problem }
                : s.Advance(o, tick, state.StepAt))],
        };
        var unread = Unread(next);
        next = next with { UnavailableSince = unread?.Since };
        return next with { Verdict = Decide(next, tick, unread, isWarmingUp) };
    }

    /// <summary>Says whether the gate has been unavailable for so long that the policy for it must act.</summary>
    public bool IsUnavailableTooLong(GateState state, DateTimeOffset at) =>
        state.UnavailableSince is { } since && at - since >= _options.MaxUnavailable;

    private GateVerdict Decide(GateState state, GateTick tick, Unreadable? unread, bool isWarmingUp)
    {
        if (state.Objectives.FirstOrDefault(o => o.Broken is not null)?.Broken is { } broken)
        {
            return Say(state, GateOutcome.Fail, GateCause.Objective, broken);
        }

        if (state.Verdict.Outcome is GateOutcome.Pass or GateOutcome.Inconclusive)
        {
            return state.Verdict;
        }

        if (unread is not null)
        {
            return Say(state, GateOutcome.Unavailable, GateCause.Reading, unread.Reason);
        }

        var missing = Missing(state, tick);
        if (missing.IsEmpty && tick.At >= state.StepAt + _options.StepDuration.Min)
        {
            return Say(state, GateOutcome.Pass, GateCause.None, string.Join("; ", state.Objectives.Zip(Objectives, (s, o) => s.Seen(o))));
        }

        var cause = state.Objectives.Any(o => o.Last == MeasurementResult.Both) ? GateCause.Both
            : missing.IsEmpty ? GateCause.None
            : GateCause.Evidence;
        return tick.At >= state.StepAt + _options.StepDuration.Max
            ? Say(state, GateOutcome.Inconclusive, cause, string.Join("; ", missing))
            : Say(state, GateOutcome.Undecided, cause, isWarmingUp ? "warming up" : missing.IsEmpty ? "all kept so far" : string.Join("; ", missing));
    }

    // The sentence changes at every tick; the time stays that at which the outcome was reached.
    private static GateVerdict Say(GateState state, GateOutcome outcome, GateCause cause, string reason)
    {
        var since = state.Verdict.Outcome == outcome ? state.Verdict.At : state.TickAt;
        var where = $"after {Show.Duration(state.TickAt - state.StartedAt)}, {Show.Duration(state.TickAt - state.StepAt)} of it at {state.Share.Value:0.##} %";
        return new GateVerdict(outcome, cause, since, $"{reason} ({where}).");
    }

    // An instance of the candidate that cannot be read may be the one that is ill, so nothing passes without it. One
    // of stable may have been ill for long, and must not keep its own repair from being released.
    private ImmutableArray<string> Missing(GateState state, GateTick tick) =>
    [
        .. tick.Candidate.Problems.Select(p => $"candidate not fully read: {p}"),
        .. tick.Candidate is { Fresh: 0, Problems.IsEmpty: true } ? ["the candidate has no instance to read"] : ImmutableArray<string>.Empty,
        .. state.Objectives.Zip(Objectives, (s, o) => s.Missing(o)).OfType<string>(),
    ];

    private Unreadable? Unread(GateState state)
    {
        if (state.TickAt - state.CandidateReadAt >= _options.MaxGap)
        {
            return new(state.CandidateReadAt, $"no reading of the candidate since {state.CandidateReadAt:HH:mm:ss} UTC");
        }

        // With all traffic on the candidate there is nothing to compare with, and stable may be gone.
        if (state.Share < Percent.Full && state.TickAt - state.StableReadAt >= _options.MaxGap)
        {
            return new(state.StableReadAt, $"no reading of stable since {state.StableReadAt:HH:mm:ss} UTC");
        }

        return state.Objectives.FirstOrDefault(o => o.Problem is not null) is { } objective
            ? new(state.UnavailableSince ?? state.TickAt, $"{objective.Id} cannot be measured: {objective.Problem}")
            : null;
    }

    private sealed record Unreadable(DateTimeOffset Since, string Reason);
}
