using System.Collections.Immutable;

namespace Release.Gates.Evidence;

/// <summary>
/// Test b: the candidate's latency against stable's, at several bounds of their histograms (gate.md, section 2.3). It fails by
/// the mean over its bounds; it passes by the least, or a candidate that is faster here and slower there would pass.
/// </summary>
/// <remarks>
/// The bounds are chosen from the history. With too little of it they are chosen as soon as stable has had enough requests:
/// until then there is no evidence, which is always valid.
/// </remarks>
internal sealed class LatencyComparison : ITest
{
    private const double LeastHistory = 1000;

    private readonly int _plannedTicks;
    private readonly List<ImmutableArray<Bucket>> _history = [];
    private ImmutableArray<BoundStream> _fail = [];
    private ImmutableArray<BoundStream> _pass = [];

    private LatencyComparison(TestedObjective objective, int plannedTicks) => (Objective, _plannedTicks) = (objective, plannedTicks);

    public TestedObjective Objective { get; }

    public TestKind Kind => TestKind.Latency;

    public bool IsNeeded => Objective.NeedsComparison;

    public double LogFail { get; private set; }

    public double LogPass { get; private set; } = double.NegativeInfinity;

    public string? Problem { get; private set; }

    public bool CanFail => true;

    /// <summary>Gets the bounds in seconds; null until they are chosen.</summary>
    public LatencyBounds? Bounds { get; private set; }

    /// <summary>Begins, knowing stable's counts per tick before the candidate took traffic.</summary>
    public static LatencyComparison Begin(TestedObjective objective, int plannedTicks, IReadOnlyList<Counters> history)
    {
        var comparison = new LatencyComparison(objective, plannedTicks);
        comparison.Learn(history);
        return comparison;
    }

    public void Advance(Counters? stable, Counters? candidate, double seconds)
    {
        if (Without(stable) || Without(candidate))
        {
            Problem = "requests were counted, but no histogram of their durations";
            (stable, candidate) = (null, null);
        }
        else
        {
            Problem = null;
        }

        if (Bounds is null)
        {
            Learn(stable is null ? [] : [stable]);
            return;
        }

        var areCounts = true;
        foreach (var stream in _fail)
        {
            areCounts &= stream.Advance(stable, candidate, seconds);
        }

        foreach (var stream in _pass)
        {
            areCounts &= stream.Advance(stable, candidate, seconds);
        }

        Problem ??= areCounts ? Lost() : PairedCounts.NotCounts;
        Combine();
    }

    public void BeginStep()
    {
        foreach (var stream in _pass)
        {
            stream.BeginStep();
        }

        Combine();
    }

    public Blame Whose(double logEnough) => Blame.Candidate;

    /// <summary>What was seen at the bound with the most evidence.</summary>
    public Seen Look() => _fail.MaxBy(s => s.LogEvidence) is not { } most
        ? new(default, 0, 1, "slow")
        : new(most.Seen, most.Seen.CandidateEvents, most.Dispersion, $"over {Wording.Seconds(most.Bound)}");

    private Bet FailBet => Bet.FailLatency(Objective.FailMargin, _plannedTicks);

    private Bet PassBet => Bet.PassLatency(Objective.WithinMargin);

    private static bool Without(Counters? counters) => counters is { Requests: > 0, Buckets.IsDefaultOrEmpty: true };

    private void Learn(IReadOnlyList<Counters> ticks)
    {
        _history.AddRange(ticks.Where(t => Histogram.Total(t.Buckets) > 0).Select(t => t.Buckets));
        var requests = _history.Select(Histogram.Total).ToArray();
        if (!(requests.Sum() >= LeastHistory))
        {
            return;
        }

        var all = Histogram.Common(_history);
        var perTick = all.ToDictionary(bound => bound, bound => _history.Select(buckets => Above(buckets, bound)).ToArray());
        Bounds = LatencyBounds.Choose(all, [.. all.Select(bound => perTick[bound].Sum())], requests.Sum(), Objective.Quantile);
        _fail = [.. Bounds.Fail.Select(bound => Stream(FailBet, bound, perTick[bound], requests))];
        _pass = [.. Bounds.Pass.Select(bound => Stream(PassBet, bound, perTick[bound], requests))];
        _history.Clear();
        Problem = Lost();
        Combine();
    }

    private BoundStream Stream(Bet bet, double bound, double[] above, double[] requests) => new(
        bound,
        Math.Max(Objective.MinDispersion, Dispersion.Pearson(requests, above)),
        new BettingStream(bet, above.Sum(), requests.Sum()));

    private static double Above(ImmutableArray<Bucket> buckets, double bound)
    {
        var place = 0;
        return Histogram.Above(buckets, bound, ref place);
    }

    private string? Lost()
    {
        if (_fail.IsEmpty)
        {
            return "buckets too coarse: no bound has between 0.5 and 60 % of stable's requests above it";
        }

        foreach (var stream in _pass)
        {
            if (stream.IsLost)
            {
                return $"the histogram has lost its bound {Wording.Seconds(stream.Bound)}";
            }
        }

        foreach (var stream in _fail)
        {
            if (!stream.IsLost)
            {
                return null;
            }
        }

        return "the histogram has lost all bounds that were chosen";
    }

    private void Combine()
    {
        Span<double> logs = stackalloc double[_fail.Length];
        for (var i = 0; i < logs.Length; i++)
        {
            logs[i] = _fail[i].LogEvidence;
        }

        LogFail = logs.IsEmpty ? 0 : LogSum.Of(logs) - Math.Log(logs.Length);
        LogPass = double.NegativeInfinity;
        for (var i = 0; i < _pass.Length; i++)
        {
            LogPass = i == 0 ? _pass[i].LogEvidence : Math.Min(LogPass, _pass[i].LogEvidence);
        }
    }
}
