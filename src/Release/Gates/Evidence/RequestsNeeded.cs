using Release.Gates.Split;

namespace Release.Gates.Evidence;

/// <summary>How many requests a limit takes to be shown to be kept in a step.</summary>
/// <param name="Seen">The candidate's requests of this step.</param>
/// <param name="InAll">
/// About so many of them in all, if it goes on as it did: half of such runs pass by then (gate.md, section 4). 0 where that cannot be
/// said: of a comparison, and of a candidate that has more events than the limit allows.
/// </param>
internal readonly record struct RequestsNeeded(double Seen, double InAll)
{
    private const double Half = 0.1;

    /// <summary>Gets how many are still to come; 0 for none or unknown.</summary>
    public double More => Math.Max(0, InAll - Seen);

    public static RequestsNeeded Of(SequentialGate gate, ITest test) =>
        test is LimitTest limit && !(limit.LogPass >= gate.Options.LogEnoughToPass) ? new(limit.StepRequests, About(limit, gate.Options.LogEnoughToPass)) : default;

    private static double About(LimitTest test, double logEnough)
    {
        // Half an event more than seen: nobody has none for ever.
        var (seen, allowed) = (test.Look(), test.Objective.Allowed!.Value);
        var share = (seen.Possible + 0.5) / (seen.Counts.CandidateRequests + 1);
        return share < allowed ? Requests(share)
            : seen.Possible > allowed * seen.Counts.CandidateRequests ? 0
            : Requests(0.5 * allowed);

        double Requests(double p) => (logEnough + Half) * seen.Dispersion
            / ((p * Math.Log(p / allowed)) + ((1 - p) * (LogBeta.LogOnePlus(-p) - LogBeta.LogOnePlus(-allowed))));
    }
}
