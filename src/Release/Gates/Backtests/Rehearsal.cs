using System.Collections.Immutable;
using Release.Configuration;
using Release.Runs;

namespace Release.Gates.Backtests;

/// <summary>How a rehearsed rollout ended.</summary>
public enum RehearsalEnd
{
    /// <summary>Every step passed.</summary>
    Released,

    /// <summary>The objectives said no.</summary>
    Failed,

    /// <summary>A step's time was over without a verdict, and the policy does not go on.</summary>
    Undecided,

    /// <summary>It could not measure for as long as the policy waits.</summary>
    Unavailable,
}

/// <summary>One rollout that never was: a window of stable's past, thinned into a pretended pair.</summary>
/// <param name="End">How it ended by the objectives alone.</param>
/// <param name="Ticks">After how many ticks.</param>
/// <param name="Reason">The gate's last sentence.</param>
/// <param name="Broken">After how many ticks each criterion said no, in the order of the configuration; null where it did not while the rollout lasted.</param>
public sealed record Rehearsal(RehearsalEnd End, int Ticks, string Reason, ImmutableArray<int?> Broken)
{
    /// <summary>Gets after how many ticks something said no, an objective or a criterion; null when nothing did.</summary>
    public int? SaidNo
    {
        get
        {
            var no = Broken.Where(b => b is not null).Select(b => b!.Value).Append(End is RehearsalEnd.Failed ? Ticks : int.MaxValue).Min();
            return no == int.MaxValue ? null : no;
        }
    }

    /// <summary>Walks through the steps as a release would: a step that has its pass goes on, the gate's fail ends it.</summary>
    /// <param name="options">The environment's.</param>
    /// <param name="history">Stable in the time before.</param>
    /// <param name="window">Stable's ticks.</param>
    /// <param name="regression">What the candidate is worse by.</param>
    /// <param name="draws">Chance.</param>
    public static Rehearsal Of(
        EnvironmentOptions options, IReadOnlyList<Counters> history, ReadOnlySpan<PastTick> window, Regression regression, Draws draws)
    {
        var begin = window[0].At - options.Gate.Tick;
        var steps = options.Shares;
        var gate = Gate.Begin(options.Gate with { Criteria = [] }, new GateStart(history, new Percent(steps[0]), begin, GateReplay.Window(options), options.Services.Count));
        ImmutableArray<WatchedCriterion> criteria = [.. options.Gate.Criteria.Select(c => new WatchedCriterion(c, options.Gate.Tick, begin))];
        var broken = new int?[criteria.Length];
        var (step, before) = (0, begin);
        for (var i = 0; i < window.Length; i++)
        {
            var tick = Tick(window[i], steps[step] / 100.0, regression, draws);
            var verdict = gate.Advance(tick);
            Watch(criteria, broken, tick, before < begin + options.Gate.WarmUp, i + 1);
            before = tick.At;
            if (EndOf(verdict, options.Gate, gate.IsUnavailableTooLong(tick.At)) is { } end)
            {
                return new(end, i + 1, verdict.Reason, [.. broken]);
            }

            if (verdict.Outcome is GateOutcome.Pass or GateOutcome.Inconclusive)
            {
                if (++step == steps.Count)
                {
                    return new(RehearsalEnd.Released, i + 1, verdict.Reason, [.. broken]);
                }

                gate.BeginStep(new Percent(steps[step]), tick.At);
            }
        }

        return new(RehearsalEnd.Undecided, window.Length, gate.Verdict.Reason, [.. broken]);
    }

    private static GateTick Tick(PastTick past, double share, Regression regression, Draws draws)
    {
        var (stable, candidate) = Pretending.Split(past.Counts, share, regression, draws);
        return new(past.At, new(stable, 1, []), new(candidate, 1, []))
        {
            Queries = past.Queries.IsEmpty ? QueryValues.None : past.Queries.ToImmutableSortedDictionary(q => q.Key, q => new QueryValues(q.Value, null, null), StringComparer.Ordinal),
        };
    }

    private static void Watch(ImmutableArray<WatchedCriterion> criteria, int?[] broken, GateTick tick, bool isWarmingUp, int number)
    {
        for (var c = 0; c < criteria.Length; c++)
        {
            criteria[c].Advance(tick, isWarmingUp);
            broken[c] ??= criteria[c].Outcome is GateOutcome.Fail ? number : null;
        }
    }

    private static RehearsalEnd? EndOf(GateVerdict verdict, GateOptions gate, bool isUnavailableTooLong) => verdict switch
    {
        { Outcome: GateOutcome.Fail } => RehearsalEnd.Failed,
        { Outcome: GateOutcome.Inconclusive } when gate.OnInconclusive is not DeadlinePolicy.Promote || verdict.Cause is GateCause.Both => RehearsalEnd.Undecided,
        { Outcome: GateOutcome.Unavailable } when isUnavailableTooLong => RehearsalEnd.Unavailable,
        _ => null,
    };
}
