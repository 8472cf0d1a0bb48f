namespace Release.Gates.Power;

/// <summary>Can this gate decide (gate.md, section 4)? Times are in seconds since its counts began; infinite for never.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Plan">The traffic that it will see.</param>
/// <param name="Median">When the change is found in half of the runs.</param>
/// <param name="Most">When it is found in nine of ten.</param>
/// <param name="Smallest">The candidate's smallest share of events that is found by the end in nine of ten; null when none is.</param>
/// <param name="NeededShare">
/// The share that would find the change by the end in nine of ten; null when the plan does, or when none would.
/// </param>
public sealed record DetectionPower(
    PowerQuestion Question, TrafficPlan Plan, double Median, double Most, double? Smallest, double? NeededShare)
{
    private const double Precise = 1e-9;

    /// <summary>Gets a value indicating whether the change is found by the end in nine of ten.</summary>
    public bool IsEnough => Most <= Plan.Window.TotalSeconds * (1 + Precise);

    /// <summary>Gets how many events a candidate with the change is expected to have.</summary>
    public double ExpectedEvents => Plan.CandidateRequests * Question.Sought;

    /// <summary>
    /// Gets the lines that are printed: <c>errors: 6,000 candidate and 54,000 baseline requests in 10 min; …</c>.
    /// </summary>
    public string Sentence => PowerWords.Of(this);

    /// <summary>Computes it.</summary>
    public static DetectionPower Of(PowerQuestion question, TrafficPlan plan)
    {
        var sought = question.Rate(question.Sought);
        var needed = question.Needed;
        var most = plan.SecondsUntil(needed.Most, sought);
        return new DetectionPower(
            question,
            plan,
            plan.SecondsUntil(needed.Half, sought),
            most,
            SmallestChange(question, plan),
            most <= plan.Window.TotalSeconds ? null : LeastShare(plan, needed.Most, sought));
    }

    private static double? SmallestChange(PowerQuestion question, TrafficPlan plan)
    {
        var needed = question.Needed.Most;
        var (hidden, found) = (question.Baseline, 1.0);
        if (!(question.Baseline < 1) || plan.Evidence(question.Rate(found)) < needed)
        {
            return null;
        }

        while (found - hidden > Precise * found)
        {
            var middle = (hidden + found) / 2;
            (hidden, found) = plan.Evidence(question.Rate(middle)) < needed ? (middle, found) : (hidden, middle);
        }

        return found;
    }

    // A comparison's evidence rises with the share up to somewhere about the middle and falls to nothing at 1, where stable
    // has no requests.
    private static double? LeastShare(TrafficPlan plan, double needed, Func<double, double, double> rate)
    {
        var best = Enumerable.Range(1, 99).MaxBy(percent => Evidence(percent / 100.0)) / 100.0;
        var (low, high) = (0.0, best);
        if (Evidence(best) < needed)
        {
            return null;
        }

        while (high - low > Precise)
        {
            var middle = (low + high) / 2;
            (low, high) = Evidence(middle) < needed ? (middle, high) : (low, middle);
        }

        return high;

        double Evidence(double share) => TrafficPlan.Constant(plan.RequestsPerSecond, share, plan.Window).Evidence(rate);
    }
}
