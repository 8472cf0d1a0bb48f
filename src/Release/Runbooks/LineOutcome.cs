namespace Release.Runbooks;

/// <summary>What became of a line. In JSON kebab-case: add, never rename.</summary>
public enum LineStatus
{
    /// <summary>The program saw that it was carried out.</summary>
    Passed,

    /// <summary>It was not, or somebody said so.</summary>
    Failed,

    /// <summary>Somebody signed that it was carried out.</summary>
#pragma warning disable CA1720 // by hand, and no number with a sign
    Signed,
#pragma warning restore CA1720

    /// <summary>Its outcome is still to come.</summary>
    Open,

    /// <summary>Its time is over, and it has no outcome.</summary>
    Missing,

    /// <summary>It does not apply, for a reason.</summary>
    NotApplicable,
}

/// <summary>What one tie, or a whole line, came to.</summary>
/// <param name="Status">What.</param>
/// <param name="At">When it was seen or said; null where nothing was.</param>
/// <param name="By">Who saw or said it; empty where nobody did.</param>
/// <param name="Evidence">What shows it, or why there is nothing.</param>
internal sealed record LineOutcome(LineStatus Status, DateTimeOffset? At, string By, string Evidence)
{
    /// <summary>Who sees what a program sees.</summary>
    public const string Program = "Release";

    public static LineOutcome Passed(DateTimeOffset at, string evidence) => new(LineStatus.Passed, at, Program, evidence);

    public static LineOutcome Failed(DateTimeOffset at, string evidence) => new(LineStatus.Failed, at, Program, evidence);

    public static LineOutcome NotApplicable(string reason) => new(LineStatus.NotApplicable, null, "", reason);

    /// <summary>Nothing was seen: it may still come, or it is too late.</summary>
    public static LineOutcome None(bool isPast, string what) => new(isPast ? LineStatus.Missing : LineStatus.Open, null, "", what);

    /// <summary>All must hold: the worst of them decides, and what does not apply decides nothing.</summary>
    public static LineOutcome All(IReadOnlyList<LineOutcome> outcomes) =>
        Of(outcomes, [LineStatus.Failed, LineStatus.Missing, LineStatus.Open, LineStatus.Signed, LineStatus.Passed, LineStatus.NotApplicable]);

    /// <summary>One is enough: the best of them decides.</summary>
    public static LineOutcome One(IReadOnlyList<LineOutcome> outcomes) =>
        Of(outcomes, [LineStatus.Signed, LineStatus.Passed, LineStatus.Open, LineStatus.Failed, LineStatus.Missing, LineStatus.NotApplicable]);

    private static LineOutcome Of(IReadOnlyList<LineOutcome> outcomes, IReadOnlyList<LineStatus> order)
    {
        var status = order.First(s => outcomes.Any(o => o.Status == s));
        var told = outcomes.Where(o => o.Status == status || (status is LineStatus.Signed && o.Status is LineStatus.Passed)).ToList();
        return new LineOutcome(
            status,
            told.Max(o => o.At),
            string.Join(", ", told.Select(o => o.By).Where(b => b.Length > 0).Distinct()),
            told.Count == 1 ? told[0].Evidence : string.Join("; ", told.Select(o => o.Evidence.TrimEnd('.')).Where(e => e.Length > 0).Distinct()));
    }
}
