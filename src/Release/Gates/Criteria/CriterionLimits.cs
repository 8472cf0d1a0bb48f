namespace Release.Gates.Criteria;

/// <summary>
/// How many checks may end how. The names and their meaning are Argo Rollouts' as its code counts (analysis/analysis.go),
/// which its guide does not say everywhere: <c>failureLimit: 3</c> needs a fourth failure and <c>consecutiveErrorLimit: 4</c>
/// a fifth error, while <c>consecutiveSuccessLimit: 4</c> is content with four.
/// </summary>
public sealed record CriterionLimits
{
    /// <summary>What an Argo analysis has that says nothing.</summary>
    public static readonly CriterionLimits Argo = new();

    /// <summary>The first failure fails, and nothing else ends it.</summary>
    public static readonly CriterionLimits Immediate = new() { InconclusiveLimit = Off };

    /// <summary>A limit that is switched off.</summary>
    public const int Off = -1;

    /// <summary>Gets how many failures are tolerated in all, in a row or not; one more fails. -1 is off.</summary>
    public int FailureLimit { get; init; }

    /// <summary>Gets how many inconclusive checks are tolerated in all; one more is inconclusive. -1 is off.</summary>
    public int InconclusiveLimit { get; init; }

    /// <summary>Gets how many errors in a row are tolerated; one more is unavailable.</summary>
    public int ConsecutiveErrorLimit { get; init; } = 4;

    /// <summary>Gets how many successes in a row pass; 0 is off.</summary>
    public int ConsecutiveSuccessLimit { get; init; }

    /// <summary>Gets after how many checks, errors left out, it ends; null for never.</summary>
    public int? Count { get; init; }

    /// <summary>
    /// Gets how many failures in a row fail; null for none. This one is ours: what a runbook calls "for 10 minutes". Only a
    /// success ends the row.
    /// </summary>
    public int? FailuresInRow { get; init; }

    /// <summary>Fails after so many failures in a row, however many there were before.</summary>
    public static CriterionLimits InRow(int failures) =>
        new() { FailureLimit = Off, InconclusiveLimit = Off, FailuresInRow = failures };
}
