namespace Release.Probes;

/// <summary>Whether all is as it should be. Unavailable is not pass.</summary>
/// <param name="Reports">What was found.</param>
public sealed record ProbeSummary(IReadOnlyList<ProbeReport> Reports)
{
    /// <summary>Gets whether every probe passed; true when there is none.</summary>
    public bool Passed => Failed.Count == 0 && Unavailable.Count == 0;

    /// <summary>Gets the ids of those that found something wrong.</summary>
    public IReadOnlyList<string> Failed => Ids(ProbeVerdict.Fail);

    /// <summary>Gets the ids of those that could not look.</summary>
    public IReadOnlyList<string> Unavailable => Ids(ProbeVerdict.Unavailable);

    /// <summary>One sentence: <c>2 of 4 checks passed; failed: disk; could not look: gateway-up.</c></summary>
    public override string ToString()
    {
        var passed = Reports.Count - Failed.Count - Unavailable.Count;
        var failed = Failed.Count == 0 ? "" : $"; failed: {string.Join(", ", Failed)}";
        var unavailable = Unavailable.Count == 0 ? "" : $"; could not look: {string.Join(", ", Unavailable)}";
        return $"{passed} of {Reports.Count} checks passed{failed}{unavailable}.";
    }

    private List<string> Ids(ProbeVerdict verdict)
        => [.. Reports.Where(report => report.Result.Verdict == verdict).Select(report => report.Id)];
}
