using System.Collections.Immutable;

namespace Release.Gates;

/// <summary>What the gate says. The names are the journal's: add, never rename.</summary>
public enum GateOutcome
{
    /// <summary>Watching; no verdict yet.</summary>
    Undecided,

    /// <summary>The candidate may leave this step.</summary>
    Pass,

    /// <summary>The candidate is worse than agreed. Stays for the whole rollout.</summary>
    Fail,

    /// <summary>The step's time is over and the evidence is not enough either way.</summary>
    Inconclusive,

    /// <summary>Could not measure. No verdict on the candidate; ends by itself when readings are back.</summary>
    Unavailable,
}

/// <summary>Why the gate says it.</summary>
public enum GateCause
{
    /// <summary>Nothing in particular.</summary>
    None,

    /// <summary>An objective is broken by the candidate alone.</summary>
    Objective,

    /// <summary>
    /// Stable breaks the same objective: page somebody. Inconclusive for this reason is held, never rolled back
    /// (gate.md, section 2.6).
    /// </summary>
    Both,

    /// <summary>Not enough requests or successful measurements.</summary>
    Evidence,

    /// <summary>No fresh reading of a variant, or none that an objective could be measured from.</summary>
    Reading,

    /// <summary>The candidate gets more or fewer requests than was asked for.</summary>
    Split,
}

/// <summary>A verdict.</summary>
/// <param name="Outcome">What the gate says.</param>
/// <param name="Cause">Why.</param>
/// <param name="At">Since when.</param>
/// <param name="Reason">A sentence for people: objective, limit, rates, counts, minutes.</param>
public sealed record GateVerdict(GateOutcome Outcome, GateCause Cause, DateTimeOffset At, string Reason);

/// <summary>What was counted since the previous tick.</summary>
/// <param name="At">The end of what was counted: now, or earlier where the source's data are late.</param>
/// <param name="Stable">Stable's counts; <see cref="VariantDelta.Absent"/> when there is none.</param>
/// <param name="Candidate">The candidate's counts.</param>
public sealed record GateTick(DateTimeOffset At, VariantDelta Stable, VariantDelta Candidate)
{
    /// <summary>Gets what the criteria's queries yielded, by the criterion's id.</summary>
    public ImmutableSortedDictionary<string, QueryValues> Queries { get; init; } = QueryValues.None;
}
