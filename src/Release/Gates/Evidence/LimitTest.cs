using Release.Configuration;

namespace Release.Gates.Evidence;

/// <summary>
/// Test c: the candidate alone against its objective's limit (gate.md, section 2.4), and whether stable keeps it over the same
/// time (section 2.6): an outage of both is nobody's regression.
/// </summary>
/// <remarks>
/// A limit between two bounds of a histogram fails by the bound above and passes by the bound below.
/// </remarks>
internal sealed class LimitTest : ITest
{
    private const double MostShare = 1 - 1e-9;

    private static readonly double LogRefuted = Math.Log(100);

    private readonly FixedLimit _limit;
    private readonly double _sureDispersion;
    private readonly double _possibleDispersion;
    private PairedCounts _seen;
    private double _possible;
    private int _eventTicks;

    // Both sides as if neither had had more requests than the other in any tick: whoever has 95 % of the traffic before an
    // outage and half of it during one has a share of events that says little about the outage.
    private PairedCounts _alike;
    private bool _isStableSeen;
    private (double Events, double Requests) _step;

    private LimitTest(TestedObjective objective, double sureDispersion, double possibleDispersion)
    {
        (Objective, _sureDispersion, _possibleDispersion) = (objective, sureDispersion, possibleDispersion);
        _limit = new(objective.Allowed!.Value);
    }

    public TestedObjective Objective { get; }

    public TestKind Kind => TestKind.Limit;

    public bool IsNeeded => Objective.NeedsLimit;

    public double LogFail { get; private set; }

    public double LogPass { get; private set; }

    public string? Problem { get; private set; }

    public bool CanFail => Objective.Type == ObjectiveType.Latency || _eventTicks >= Objective.MinErrorTicks;

    /// <summary>Gets ln E that stable breaks the limit, by all of its requests.</summary>
    public double StableLogFail { get; private set; }

    /// <summary>Gets ln E that stable breaks the limit, by as many of its requests as the candidate had.</summary>
    public double AlikeLogFail { get; private set; }

    /// <summary>Gets by how much (ln) stable's counts are likelier at the limit than at the candidate's share.</summary>
    public double LogKept { get; private set; }

    /// <summary>Begins, knowing stable's counts per tick before the candidate took traffic.</summary>
    public static LimitTest Begin(TestedObjective objective, IReadOnlyList<Counters> history)
    {
        var read = history.Select(c => Read(objective, c)).Where(r => r.Problem is null).ToArray();
        double[] requests = [.. read.Select(r => r.Requests)];
        return new(
            objective,
            Math.Max(objective.MinDispersion, Dispersion.Pearson(requests, [.. read.Select(r => r.Sure)])),
            Math.Max(objective.MinDispersion, Dispersion.Pearson(requests, [.. read.Select(r => r.Possible)])));
    }

    public void Advance(Counters? stable, Counters? candidate, double seconds)
    {
        var ours = Read(Objective, candidate);
        var theirs = Read(Objective, stable);
        var counts = new PairedCounts(ours.Sure, ours.Requests, theirs.Problem is null ? theirs.Sure : 0, theirs.Problem is null ? theirs.Requests : 0);
        Problem = ours.Problem ?? (counts.AreCounts ? null : PairedCounts.NotCounts);
        if (Problem is not null)
        {
            return;
        }

        _seen = _seen.Add(counts);
        _possible += ours.Possible;
        _eventTicks += ours.Sure > 0 ? 1 : 0;
        _step = (_step.Events + ours.Possible, _step.Requests + ours.Requests);
        _alike = _alike.Add(counts.Alike());
        _isStableSeen = counts.StableRequests > 0;
        Judge();
    }

    public void BeginStep()
    {
        _step = (0, 0);
        Judge();
    }

    /// <remarks>
    /// In an outage of both, the side with more requests shows it first. So the candidate is blamed only when stable's counts
    /// refute that it fares alike; where stable has no requests, there is nothing to wait for.
    /// </remarks>
    public Blame Whose(double logEnough) =>
        StableLogFail >= logEnough || AlikeLogFail >= logEnough ? Blame.Both
        : _isStableSeen && LogKept < LogRefuted ? Blame.Unknown
        : Blame.Candidate;

    /// <summary>Gets the candidate's requests of this step, which a pass is a claim about.</summary>
    public double StepRequests => _step.Requests;

    public Seen Look() => new(
        _seen,
        _possible,
        _sureDispersion,
        Objective.Type == ObjectiveType.Errors ? "failed" : $"over {Wording.Seconds(Objective.Limit!.Value)}");

    private static Reading Read(TestedObjective objective, Counters? counters)
    {
        if (counters is null)
        {
            return default;
        }

        if (objective.Type == ObjectiveType.Errors)
        {
            return new(counters.Requests, counters.Errors, counters.Errors, null);
        }

        if (counters.Buckets.IsDefaultOrEmpty)
        {
            return counters.Requests > 0 ? new(0, 0, 0, "requests were counted, but no histogram of their durations") : default;
        }

        var limit = objective.Limit!.Value;
        var sure = Histogram.SurelyAbove(counters.Buckets, limit);
        return double.IsNaN(sure)
            ? new(0, 0, 0, $"buckets too coarse: no bound at or above {Wording.Seconds(limit)}")
            : new(Histogram.Total(counters.Buckets), sure, Histogram.PossiblyAbove(counters.Buckets, limit), null);
    }

    private void Judge()
    {
        LogFail = Judged(_seen.CandidateEvents, _seen.CandidateRequests, _sureDispersion).LogFail;
        LogPass = Judged(_step.Events, _step.Requests, _possibleDispersion).LogPass;
        StableLogFail = Judged(_seen.StableEvents, _seen.StableRequests, _sureDispersion).LogFail;
        AlikeLogFail = Judged(_alike.StableEvents, _alike.StableRequests, _sureDispersion).LogFail;
        LogKept = Kept(_alike.Over(_sureDispersion));
        Problem ??= double.IsNaN(LogFail + StableLogFail + AlikeLogFail) || double.IsNaN(LogPass) ? PairedCounts.NotCounts : null;
    }

    private double Kept(in PairedCounts alike)
    {
        var (limit, share) = (Objective.Allowed!.Value, Math.Min(MostShare, alike.CandidateEvents / alike.CandidateRequests));
        return share > limit
            ? (alike.StableEvents * Math.Log(limit / share)) + ((alike.StableRequests - alike.StableEvents) * Math.Log((1 - limit) / (1 - share)))
            : 0;
    }

    private LimitEvidence Judged(double events, double requests, double dispersion) => _limit.Judge(events / dispersion, requests / dispersion);

    private readonly record struct Reading(double Requests, double Sure, double Possible, string? Problem);
}
