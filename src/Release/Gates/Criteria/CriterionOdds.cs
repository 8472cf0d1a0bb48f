using System.Globalization;
using Release.Gates.Power;

namespace Release.Gates.Criteria;

/// <summary>What a criterion does to candidates that are as good as stable.</summary>
/// <param name="Criterion">The criterion.</param>
/// <param name="Share">Stable's share of events today, 0 to 1.</param>
/// <param name="Checks">How many checks there are in the time.</param>
/// <param name="Window">The time.</param>
/// <param name="EachCheck">The chance that one check fails.</param>
/// <param name="FalseAlarm">The chance that the criterion rolls such a candidate back.</param>
public sealed record CriterionOdds(
    Criterion Criterion, double Share, int Checks, TimeSpan Window, double EachCheck, double FalseAlarm)
{
    /// <summary>Gets it in words, to be read beside the rule.</summary>
    public string Sentence
    {
        get
        {
            var rule = Criterion.Limits.FailuresInRow is { } row && row > 1
                ? $"rolled back after {row} failed checks in a row"
                : Criterion.Limits.FailureLimit == CriterionLimits.Off && Criterion.Limits.FailuresInRow is null
                ? "never rolled back for it"
                : $"rolled back at the {Ordinal(Criterion.Limits.FailuresInRow ?? (Criterion.Limits.FailureLimit + 1))} failed check";
            return $"{Criterion.Id}: {rule}; a healthy candidate at today's {PowerWords.Share(Share)} fails {OneIn(EachCheck)}, "
                + $"so this rule rolls back {Releases(FalseAlarm)} in {PowerWords.Time(Window.TotalSeconds)}.";
        }
    }

    /// <summary>Computes it.</summary>
    /// <param name="criterion">A criterion on a share of requests, broken above its limit.</param>
    /// <param name="requestsPerSecond">The candidate's requests a second.</param>
    /// <param name="share">Stable's share of events today, 0 to 1.</param>
    /// <param name="window">How long the criterion is watched.</param>
    /// <param name="dispersion">How much more than independent events these vary, 1 or more.</param>
    public static CriterionOdds Of(
        Criterion criterion, double requestsPerSecond, double share, TimeSpan window, double dispersion = 1)
    {
        var intervals = (int)Math.Floor((window / criterion.Interval) + 1e-9);
        var checks = Math.Max(0, intervals - criterion.Pooled + 1);
        var each = CheckOdds.OfFailure(
            requestsPerSecond * criterion.Interval.TotalSeconds * criterion.Pooled,
            share,
            criterion.Condition.Limit,
            dispersion,
            criterion.MinRequests);

        // Pooled checks overlap, so they fail together: counted as if they were separate, this is an upper estimate.
        var alarm = Math.Max(
            CheckOdds.OfMoreThan(checks, criterion.Limits.FailureLimit, each),
            criterion.Limits.FailuresInRow is { } row ? CheckOdds.OfRow(checks, row, each) : 0);
        return new CriterionOdds(criterion, share, checks, window, each, alarm);
    }

    private static string OneIn(double chance) => chance switch
    {
        >= 0.995 => "every check",
        > 0.4 => string.Create(CultureInfo.InvariantCulture, $"{chance * 100:0} % of the checks"),
        > 1e-6 => string.Create(CultureInfo.InvariantCulture, $"one check in {1 / chance:#,0}"),
        _ => "fewer than one check in a million",
    };

    private static string Releases(double chance) => chance switch
    {
        >= 0.9995 => "every good release",
        > 1e-5 => $"{PowerWords.Share(chance)} of good releases",
        _ => "fewer than one in 100,000 good releases",
    };

    private static string Ordinal(int number) => (number % 100, number % 10) switch
    {
        (11 or 12 or 13, _) => $"{number}th",
        (_, 1) => number == 1 ? "first" : $"{number}st",
        (_, 2) => $"{number}nd",
        (_, 3) => $"{number}rd",
        _ => $"{number}th",
    };
}
