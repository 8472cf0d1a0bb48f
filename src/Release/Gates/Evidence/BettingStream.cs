using Release.Gates.Split;

namespace Release.Gates.Evidence;

/// <summary>
/// Test a (gate.md, section 2.2): an e-process for the candidate's share of events against stable's, from the counts of each
/// tick. The mean over components that bet on different odds. Owned by one gate and changed in place: a tick allocates nothing.
/// </summary>
/// <remarks>
/// Whatever stable's share does over time, a tick's factor has mean at most 1 for every candidate on the wrong side of the
/// bet, since the alternative is made of the past only. Capital is kept as logarithms: it neither overflows nor dies.
/// </remarks>
internal sealed class BettingStream
{
    private const double LeastShare = 1e-6;
    private const double MostShare = 0.98;
    private const double MostBoundary = 0.9;

    // e^-40 beside 1 is less than the last digit of a double.
    private const double Negligible = 40;

    private readonly Bet _bet;
    private readonly double _perTick;
    private readonly double _logPerTick;
    private readonly double[] _logCapital;
    private double _cash;
    private double _events;
    private double _requests;
    private double _seen;
    private int _tick;

    /// <summary>Initializes a new instance of the <see cref="BettingStream"/> class, before the first tick.</summary>
    /// <param name="bet">What it bets on.</param>
    /// <param name="historyEvents">Stable's events before the candidate took traffic, not divided by a dispersion.</param>
    /// <param name="historyRequests">Stable's requests of that time.</param>
    public BettingStream(Bet bet, double historyEvents, double historyRequests)
    {
        _bet = bet;
        _perTick = bet.PlannedTicks > 0 ? Bet.Later / bet.PlannedTicks : 0;
        _logPerTick = Math.Log(_perTick);
        _logCapital = new double[bet.Odds.Length];
        Array.Fill(_logCapital, bet.PlannedTicks > 0 ? Math.Log(1 - Bet.Later) : 0);
        _cash = bet.PlannedTicks > 0 ? Bet.Later : 0;
        (_events, _requests, _seen) = (historyEvents + 0.5, historyRequests + 1, historyRequests);
    }

    /// <summary>Gets ln E.</summary>
    public double LogEvidence { get; private set; }

    /// <summary>Takes in a tick. An empty one still moves the later stake and lets the estimate age.</summary>
    /// <param name="counts">The tick's counts, divided by the dispersion.</param>
    /// <param name="seconds">The tick's length.</param>
    /// <returns>False when these are no counts or too large to compute with: then nothing has changed.</returns>
    public bool Advance(in PairedCounts counts, double seconds)
    {
        Span<double> factors = stackalloc double[_logCapital.Length];
        if (!counts.AreCounts || !(seconds >= 0) || !TryFactors(counts, factors))
        {
            return false;
        }

        Restart();
        for (var j = 0; j < factors.Length; j++)
        {
            _logCapital[j] += factors[j];
        }

        // Only now, so that the next alternative is made of the past of its own tick.
        var kept = Math.Pow(0.5, seconds / _bet.HalfLifeSeconds);
        _events = (kept * _events) + counts.StableEvents;
        _requests = (kept * _requests) + counts.StableRequests;
        _seen += counts.StableRequests;
        _tick++;
        LogEvidence = Sum();
        return true;
    }

    /// <summary>The same bet from now on, knowing what is known of stable.</summary>
    public BettingStream Begin() => new(_bet, 0, 0) { _events = _events, _requests = _requests, _seen = _seen };

    private void Restart()
    {
        if (_tick < 1 || _tick >= _bet.PlannedTicks)
        {
            return;
        }

        _cash = Math.Max(0, _cash - _perTick);
        for (var j = 0; j < _logCapital.Length; j++)
        {
            _logCapital[j] = Add(_logCapital[j], _logPerTick);
        }
    }

    private bool TryFactors(in PairedCounts counts, Span<double> factors)
    {
        if (!counts.AreComparable || _seen < _bet.LeastHistory)
        {
            factors.Clear();
            return true;
        }

        var stable = Math.Clamp(_events / _requests, LeastShare, MostShare);
        var boundary = Math.Min((_bet.Margin.Ratio * stable) + _bet.Margin.Absolute, MostBoundary);
        var (logBoundary, logRest) = (Math.Log(boundary), Math.Log(1 - boundary));
        var ofStable = (counts.StableEvents * Math.Log(stable)) + ((counts.StableRequests - counts.StableEvents) * Math.Log(1 - stable));
        var isFinite = true;
        for (var j = 0; j < factors.Length; j++)
        {
            var scale = 1 - boundary + (boundary * _bet.Odds[j]);
            var candidate = boundary * _bet.Odds[j] / scale;

            // Where stable nearly always has events, the boundary is capped, and the alternative may be on the side of the
            // null: betting on it there would hold against a candidate that it is better.
            if (!_bet.IsPass && candidate <= (_bet.Margin.Ratio * stable) + _bet.Margin.Absolute)
            {
                factors[j] = 0;
                continue;
            }

            var logScale = Math.Log(scale);
            var ofCandidate = (counts.CandidateEvents * (logBoundary + _bet.LogOdds[j] - logScale))
                + ((counts.CandidateRequests - counts.CandidateEvents) * (logRest - logScale));
            factors[j] = ofCandidate + ofStable - OfNull(counts, candidate, stable);
            isFinite &= double.IsFinite(factors[j]);
        }

        return isFinite;
    }

    private double OfNull(in PairedCounts counts, double candidate, double stable)
    {
        var (c, b) = _bet.Margin.Nearest(counts.CandidateRequests, candidate, counts.StableRequests, stable);
        if (_bet.Margin.IsEquality)
        {
            var events = counts.CandidateEvents + counts.StableEvents;
            return (events * Math.Log(c)) + ((counts.CandidateRequests + counts.StableRequests - events) * Math.Log(1 - c));
        }

        return (counts.CandidateEvents * Math.Log(c)) + ((counts.CandidateRequests - counts.CandidateEvents) * Math.Log(1 - c))
            + (counts.StableEvents * Math.Log(b)) + ((counts.StableRequests - counts.StableEvents) * Math.Log(1 - b));
    }

    private double Sum()
    {
        var mean = LogSum.Of(_logCapital) - Math.Log(_logCapital.Length);
        return _cash > 0 ? Add(mean, Math.Log(_cash)) : mean;
    }

    private static double Add(double x, double y)
    {
        var (large, small) = x > y ? (x, y) : (y, x);
        return large - small > Negligible ? large : large + LogBeta.LogOnePlus(Math.Exp(small - large));
    }
}
