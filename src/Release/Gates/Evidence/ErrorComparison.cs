namespace Release.Gates.Evidence;

/// <summary>Test a: the candidate's share of failed requests against stable's (gate.md, section 2.2).</summary>
internal sealed class ErrorComparison : ITest
{
    private readonly BettingStream _fail;
    private readonly double _dispersion;
    private BettingStream _pass;
    private PairedCounts _seen;
    private int _errorTicks;

    private ErrorComparison(TestedObjective objective, double dispersion, BettingStream fail, BettingStream pass)
    {
        Objective = objective;
        (_dispersion, _fail, _pass) = (dispersion, fail, pass);
    }

    public TestedObjective Objective { get; }

    public TestKind Kind => TestKind.Errors;

    public bool IsNeeded => Objective.NeedsComparison;

    public double LogFail => _fail.LogEvidence;

    public double LogPass => _pass.LogEvidence;

    public string? Problem { get; private set; }

    public bool CanFail => _errorTicks >= Objective.MinErrorTicks;

    /// <summary>Begins, knowing stable's counts per tick before the candidate took traffic.</summary>
    public static ErrorComparison Begin(TestedObjective objective, int plannedTicks, IReadOnlyList<Counters> history)
    {
        var (requests, errors) = (history.Select(c => c.Requests).ToArray(), history.Select(c => c.Errors).ToArray());
        return new(
            objective,
            Math.Max(objective.MinDispersion, Dispersion.Pearson(requests, errors)),
            new(Bet.FailErrors(objective.FailMargin, plannedTicks), errors.Sum(), requests.Sum()),
            new(Bet.PassErrors(objective.WithinMargin), errors.Sum(), requests.Sum()));
    }

    public void Advance(Counters? stable, Counters? candidate, double seconds)
    {
        var counts = new PairedCounts(candidate?.Errors ?? 0, candidate?.Requests ?? 0, stable?.Errors ?? 0, stable?.Requests ?? 0);
        var deflated = counts.Over(_dispersion);
        if (!_fail.Advance(deflated, seconds) || !_pass.Advance(deflated, seconds))
        {
            Problem = PairedCounts.NotCounts;
            return;
        }

        Problem = null;
        _seen = _seen.Add(counts);
        _errorTicks += counts.CandidateEvents > 0 ? 1 : 0;
    }

    public void BeginStep() => _pass = _pass.Begin();

    public Blame Whose(double logEnough) => Blame.Candidate;

    public Seen Look() => new(_seen, _seen.CandidateEvents, _dispersion, "failed");
}
