namespace Release.Reports;

/// <summary>What the gate of one service measured.</summary>
/// <param name="Name">The service.</param>
/// <param name="Samples">How many ticks were recorded.</param>
/// <param name="Requested">The candidate's share that was asked for, at each change.</param>
/// <param name="Observed">Its share of the requests since the last change, at each tick.</param>
/// <param name="Objectives">What had to hold.</param>
/// <param name="StableRequests">Requests that stable answered.</param>
/// <param name="CandidateRequests">Requests that the candidate answered.</param>
/// <param name="Problems">What could not be read, each once; at most twenty.</param>
public sealed record ReportedService(
    string Name,
    int Samples,
    IReadOnlyList<SharePoint> Requested,
    IReadOnlyList<SharePoint> Observed,
    IReadOnlyList<ReportedObjective> Objectives,
    double StableRequests,
    double CandidateRequests,
    IReadOnlyList<string> Problems)
{
    /// <summary>Gets how each plain rule stood at the end.</summary>
    public IReadOnlyList<ReportedRule> Rules { get; init; } = [];
}

/// <summary>A plain rule at the end of a run.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Sentence">How it stood.</param>
/// <param name="Outcome">What its checks came to, in the journal's word.</param>
public sealed record ReportedRule(string Id, string Sentence, string Outcome);

/// <summary>The candidate's share at a time.</summary>
/// <param name="At">When.</param>
/// <param name="Percent">0 to 100.</param>
public readonly record struct SharePoint(DateTimeOffset At, double Percent);

/// <summary>One objective: its limit, and what both versions did.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Text">The limit in words; empty when the recorded configuration does not say.</param>
/// <param name="Allowed">The share of requests that may be events, 0 to 1; null when not known.</param>
/// <param name="Judged">Which buckets stand for the limit where it lies between two, or null.</param>
/// <param name="Points">What was counted, a tick each.</param>
public sealed record ReportedObjective(string Id, string Text, double? Allowed, string? Judged, IReadOnlyList<ObjectivePoint> Points)
{
    /// <summary>Gets the candidate's counts in its last step, as the last verdict saw them.</summary>
    public EventShare Candidate => Points.Count > 0 ? Points[^1].CandidateInStep : default;

    /// <summary>Gets stable's counts meanwhile.</summary>
    public EventShare Stable => Points.Count > 0 ? Points[^1].StableInStep : default;

    /// <summary>Gets a value indicating whether the candidate kept it in its last step; null without a limit or requests.</summary>
    public bool? IsKept => Allowed is { } allowed && Candidate.Share is { } share ? share <= allowed * (1 + 1e-9) : null;
}

/// <summary>One tick of one objective.</summary>
/// <param name="At">When.</param>
/// <param name="Stable">Stable's counts in the tick.</param>
/// <param name="Candidate">The candidate's counts in the tick.</param>
/// <param name="StableInStep">Stable's counts since the traffic step began.</param>
/// <param name="CandidateInStep">The candidate's counts since then.</param>
/// <param name="Lower">The least that the candidate's true share is, with 95 % at every tick at once; null where it was not recorded.</param>
/// <param name="Upper">The most that it is.</param>
/// <param name="Evidence">E against the candidate; the gate fails where the objectives' mean reaches 1 / alpha. Null where it was not recorded.</param>
public readonly record struct ObjectivePoint(
    DateTimeOffset At, EventShare Stable, EventShare Candidate, EventShare StableInStep, EventShare CandidateInStep, double? Lower, double? Upper, double? Evidence);

/// <summary>Requests and the events among them.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Events">Failed or slow ones, at most.</param>
public readonly record struct EventShare(double Requests, double Events)
{
    /// <summary>Gets their share, 0 to 1; null without requests.</summary>
    public double? Share => Requests > 0 ? Events / Requests : null;
}
