using Release.Gates.Split;

namespace Release.Gates.Evidence;

/// <summary>How many requests a limit takes to be shown to be kept.</summary>
internal static class RequestsNeeded
{
    private const double Half = 0.1;

    /// <summary>
    /// About so many of the candidate's requests in all, if it goes on as it did: half of such runs pass by then (gate.md,
    /// section 4). 0 where that cannot be said: of a comparison, and of a candidate that has more events than the limit allows.
    /// </summary>
    public static double InAll(SequentialGate gate, ITest test)
    {
        if (test.Kind != TestKind.Limit || test.LogPass >= gate.Options.LogEnoughToPass)
        {
            return 0;
        }

        // Half an event more than seen: nobody has none for ever.
        var (seen, allowed) = (test.Look(), test.Objective.Allowed!.Value);
        var share = (seen.Possible + 0.5) / (seen.Counts.CandidateRequests + 1);
        if (share >= allowed)
        {
            share = 0.5 * allowed;
            return seen.Possible > allowed * seen.Counts.CandidateRequests ? 0 : Requests(share);
        }

        return Requests(share);

        double Requests(double p) => (gate.Options.LogEnoughToPass + Half) * seen.Dispersion
            / ((p * Math.Log(p / allowed)) + ((1 - p) * (LogBeta.LogOnePlus(-p) - LogBeta.LogOnePlus(-allowed))));
    }
}
