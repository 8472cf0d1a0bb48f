using System.Collections.Immutable;
using System.Globalization;

namespace Release.Gates.Kayenta;

/// <summary>A metric with its values, one a minute; NaN where a minute has none.</summary>
/// <param name="Metric">How it is judged.</param>
/// <param name="Control">Stable's.</param>
/// <param name="Experiment">The candidate's.</param>
public sealed record KayentaSeries(KayentaMetric Metric, IReadOnlyList<double> Control, IReadOnlyList<double> Experiment);

/// <summary>How a metric was judged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classification">What it says.</param>
public sealed record KayentaOpinion(string Name, KayentaClassification Classification);

/// <summary>What Kayenta's judge says.</summary>
/// <param name="Metrics">Metric by metric.</param>
/// <param name="Score">The score.</param>
/// <param name="Outcome">Pass; inconclusive where Kayenta says marginal; fail.</param>
/// <param name="Summary">A sentence.</param>
public sealed record KayentaJudgement(
    ImmutableArray<KayentaOpinion> Metrics, KayentaScore Score, GateOutcome Outcome, string Summary);

/// <summary>From which score on a candidate passes.</summary>
public sealed record KayentaThresholds
{
    /// <summary>Gets the score that passes, 0 to 100.</summary>
    public double Pass { get; init; } = 95;

    /// <summary>Gets the score below which it fails, 0 to 100.</summary>
    public double Marginal { get; init; } = 75;

    /// <summary>Gets weights in percent by group; what they leave is shared by the groups without one.</summary>
    public ImmutableDictionary<string, double> Weights { get; init; } = ImmutableDictionary<string, double>.Empty;
}

/// <summary>
/// The judge of Spinnaker's Kayenta (NetflixACAJudge), as a second opinion for teams that come from there. It decides
/// nothing here. It is meant to be asked once: asked again and again its false alarms add up, and rare errors escape it,
/// since a minute with none and a minute with one are all that it ranks (gate.md, section 6).
/// </summary>
public static class KayentaJudge
{
    /// <summary>Judges.</summary>
    /// <param name="metrics">The metrics, at least one.</param>
    /// <param name="thresholds">From which score on a candidate passes; null for Kayenta's own.</param>
    public static KayentaJudgement Judge(IReadOnlyList<KayentaSeries> metrics, KayentaThresholds? thresholds = null)
    {
        var limits = thresholds ?? new KayentaThresholds();
        ImmutableArray<KayentaOpinion> opinions =
        [
            .. metrics.Select(m => new KayentaOpinion(m.Metric.Name, KayentaClassifier.Classify(m.Metric, m.Control, m.Experiment))),
        ];
        var score = KayentaScore.Of(
            [.. metrics.Zip(opinions, (m, o) => new KayentaVote(o.Classification.Label, m.Metric.Groups, o.Classification.IsCritical))],
            limits.Weights);
        var outcome = score.Score >= limits.Pass ? GateOutcome.Pass
            : score.Score >= limits.Marginal ? GateOutcome.Inconclusive
            : GateOutcome.Fail;
        return new KayentaJudgement(opinions, score, outcome, Summary(opinions, score, limits));
    }

    /// <summary>
    /// Asked every so often on all the minutes so far: the minute of the first High, null when there is none. This is how a
    /// rollout is judged that does not wait for the end, and what its false alarms must be counted for.
    /// </summary>
    /// <param name="series">The metric and its minutes.</param>
    /// <param name="every">Minutes between two looks.</param>
    public static int? FirstHigh(KayentaSeries series, int every = 5)
    {
        for (var minute = every; minute <= Math.Min(series.Control.Count, series.Experiment.Count); minute += every)
        {
            var seen = KayentaClassifier.Classify(
                series.Metric, [.. series.Control.Take(minute)], [.. series.Experiment.Take(minute)]);
            if (seen.Label is KayentaLabel.High)
            {
                return minute;
            }
        }

        return null;
    }

    private static string Summary(ImmutableArray<KayentaOpinion> opinions, KayentaScore score, KayentaThresholds limits)
    {
        var score100 = score.Score.ToString("0.##", CultureInfo.InvariantCulture);
        var (pass, marginal) = (limits.Pass.ToString("0.##", CultureInfo.InvariantCulture), limits.Marginal.ToString("0.##", CultureInfo.InvariantCulture));
        var why = score.Reason is { } reason ? $": {reason}" : "";
        var notable = opinions.Where(o => o.Classification.Reason.Length > 0 && o.Classification.Label is not KayentaLabel.Pass)
            .Select(o => o.Classification.Reason);
        var details = string.Join("; ", notable);
        return $"Kayenta scores {score100} of 100 (passes from {pass}, fails below {marginal}){why}{(details.Length > 0 ? $". {details}" : "")}.";
    }
}
