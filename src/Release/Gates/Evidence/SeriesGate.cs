using System.Collections.Immutable;
using Release.Gates.Kayenta;

namespace Release.Gates.Evidence;

/// <summary>What the gate says after a recorded tick.</summary>
/// <param name="Label">The tick's <c>t</c>, as JSON.</param>
/// <param name="Outcome">The verdict; <see cref="GateOutcome.Inconclusive"/> while it is open.</param>
/// <param name="Objectives">What is known of each objective.</param>
public sealed record SeriesVerdict(string Label, GateOutcome Outcome, ImmutableArray<ObjectiveEvidence> Objectives);

/// <summary>What the gate says of a series.</summary>
/// <param name="Decision">Fail if it was ever reached, also after a pass.</param>
/// <param name="Label">The <c>t</c> at which it was reached, or of the last tick; null without ticks.</param>
/// <param name="Reason"><c>both</c> when candidate and stable break the same limit, <c>split</c> when the candidate does not get its share; else a sentence.</param>
/// <param name="Ticks">Tick by tick.</param>
public sealed record SeriesResult(GateOutcome Decision, string? Label, string Reason, ImmutableArray<SeriesVerdict> Ticks)
{
    /// <summary>Gets what another judge says, where the series asks for it; it decides nothing.</summary>
    public SecondOpinion? SecondOpinion { get; init; }
}

/// <summary>Judges recorded counts exactly as the live gate does.</summary>
public static class SeriesGate
{
    /// <summary>The reason of a gate that blames nobody.</summary>
    public const string Both = "both";

    /// <summary>The reason of a gate whose candidate does not get its share.</summary>
    public const string Split = "split";

    /// <summary>Judges.</summary>
    public static SeriesResult Judge(Series series)
    {
        if (series.Ticks.IsEmpty)
        {
            return new(GateOutcome.Unavailable, null, "there are no ticks to judge", []);
        }

        var share = series.Ticks[0].Share;
        var gate = SequentialGate.Begin(series.Options, series.History, share, series.Ticks[0].At - series.Tick);
        var (ticks, decidedBy) = (ImmutableArray.CreateBuilder<SeriesVerdict>(series.Ticks.Length), series.Ticks[^1].Label);
        foreach (var tick in series.Ticks)
        {
            share = tick.Share ?? share;
            var before = gate.Verdict.Outcome;
            var verdict = gate.Advance(new(tick.At, share, tick.Stable, tick.Candidate));
            ticks.Add(new(tick.Label, Word(verdict.Outcome), gate.Look()));
            decidedBy = verdict.Outcome is GateOutcome.Pass or GateOutcome.Fail && verdict.Outcome != before ? tick.Label : decidedBy;
        }

        var result = Decide(series, gate, decidedBy, ticks.ToImmutable());
        return series.SecondJudge is null ? result : result with { SecondOpinion = SecondOpinion.Of(series) };
    }

    private static SeriesResult Decide(Series series, SequentialGate gate, string label, ImmutableArray<SeriesVerdict> ticks)
    {
        var outcome = Word(gate.Verdict.Outcome);
        return outcome == GateOutcome.Inconclusive && series.Ticks.All(t => t.Candidate is null)
            ? new(GateOutcome.Unavailable, label, "the candidate was never read", ticks)
            : new(outcome, label, Reason(gate), ticks);
    }

    private static string Reason(SequentialGate gate) =>
        gate.Verdict.Cause == GateCause.Both ? Both
        : gate.Verdict.Outcome == GateOutcome.Unavailable && gate.IsSplitWrong ? Split
        : gate.Describe();

    private static GateOutcome Word(GateOutcome outcome) => outcome == GateOutcome.Undecided ? GateOutcome.Inconclusive : outcome;
}
