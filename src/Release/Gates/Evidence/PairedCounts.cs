namespace Release.Gates.Evidence;

/// <summary>Events among the requests of both sides, over the same time. Fractions where counts were divided by a dispersion.</summary>
/// <param name="CandidateEvents">e_c, 0 up to <paramref name="CandidateRequests"/>.</param>
/// <param name="CandidateRequests">n_c.</param>
/// <param name="StableEvents">e_b, 0 up to <paramref name="StableRequests"/>.</param>
/// <param name="StableRequests">n_b.</param>
internal readonly record struct PairedCounts(double CandidateEvents, double CandidateRequests, double StableEvents, double StableRequests)
{
    /// <summary>What is wrong with what is not counts.</summary>
    public const string NotCounts = "what was read are no counts that can be computed with";

    /// <summary>Gets a value indicating whether these are counts at all: finite, not negative, no more events than requests.</summary>
    public bool AreCounts =>
        double.IsFinite(CandidateRequests) && double.IsFinite(StableRequests)
        && CandidateEvents >= 0 && CandidateEvents <= CandidateRequests && StableEvents >= 0 && StableEvents <= StableRequests;

    /// <summary>Gets a value indicating whether both sides had requests: else nothing can be compared.</summary>
    public bool AreComparable => CandidateRequests > 0 && StableRequests > 0;

    /// <summary>Divides all counts by a dispersion (gate.md, section 2.5).</summary>
    public PairedCounts Over(double dispersion) =>
        new(CandidateEvents / dispersion, CandidateRequests / dispersion, StableEvents / dispersion, StableRequests / dispersion);

    /// <summary>Both sides thinned to the requests of the one that has fewer; nothing where one has none.</summary>
    public PairedCounts Alike()
    {
        if (!AreComparable)
        {
            return default;
        }

        var fewer = Math.Min(CandidateRequests, StableRequests);
        return new(CandidateEvents * (fewer / CandidateRequests), fewer, StableEvents * (fewer / StableRequests), fewer);
    }

    public PairedCounts Add(PairedCounts other) => new(
        CandidateEvents + other.CandidateEvents,
        CandidateRequests + other.CandidateRequests,
        StableEvents + other.StableEvents,
        StableRequests + other.StableRequests);
}
