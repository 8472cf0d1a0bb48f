using Release.Gates.Evidence;
using Release.Gates.Split;

namespace Release.Gates.Power;

/// <summary>When a candidate that is as good as stable passes the objectives in a step, and what to change when it does not.</summary>
/// <param name="rollout">The rollout.</param>
/// <param name="step">The step.</param>
/// <param name="warmUp">For how long from its beginning nothing is counted.</param>
internal sealed class PassTimes(RolloutForecast rollout, ForecastStep step, TimeSpan warmUp)
{
    // The alternatives of the pass process (gate.md, 2.2): the candidate's odds are so many times below the boundary's.
    private static readonly double[] Multipliers = [1.5, 2, 3, 5];

    // Longer steps are no advice.
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public IEnumerable<PassForecast> Of(ForecastObjective objective)
    {
        if (objective.Limit is { } limit)
        {
            yield return ByLimit(objective, limit);
        }

        // With all traffic on the candidate there is nothing to compare it with.
        if (objective.IsRequired && step.Share < 1 && !objective.PassedBy.IsDefaultOrEmpty)
        {
            // All must pass, so the slowest counts.
            yield return objective.PassedBy
                .Select(share => ByComparison(objective, share))
                .MaxBy(forecast => forecast.Median)!;
        }
    }

    private PassForecast ByLimit(ForecastObjective objective, double limit)
    {
        var observed = objective.AtLimit;
        double Rate(double share) =>
            EvidenceRate.OfKept(rollout.RequestsPerSecond * share, observed.Share, limit, observed.Dispersion);
        var best = Until(LeastRequests(limit, rollout.AlphaPass), rollout.RequestsPerSecond * step.Share / observed.Dispersion);
        var hopeless = limit <= 0
            ? $"{objective.Id}: no number of requests can show that there are no {observed.Events} at all. Allow a small share."
            : observed.Share >= limit
            ? $"{objective.Id}: stable itself has {PowerWords.Share(observed.Share)} {observed.Events} where {PowerWords.Share(limit)} is allowed, "
                + "so a candidate that is as good cannot pass. Raise the limit, or leave it out, so that the candidate is compared with stable."
            : null;
        return Judge(objective.Id, observed.Events, Rate, best, "", hopeless);
    }

    private PassForecast ByComparison(ForecastObjective objective, ObservedShare observed)
    {
        double Rate(double share) => EvidenceRate.OfWithin(
            rollout.RequestsPerSecond * share, rollout.RequestsPerSecond * (1 - share), observed.Share, objective.Margin, observed.Dispersion);
        var hopeless = observed.Share <= 0 && objective.Margin.Absolute <= 0
            ? $"{objective.Id}: stable has had no {observed.Events} at all, and no comparison can show that a candidate has few of what stable has none of. "
                + "Give the objective a limit (max), or set \"required\": false."
            : null;
        var flawless = Multipliers.Max(multiplier => Flawless(objective.Margin, observed, multiplier));
        var best = flawless > 0 ? Math.Log(1 / rollout.AlphaPass) / flawless : double.PositiveInfinity;
        return Judge(objective.Id, observed.Events, Rate, best, ", or set \"required\": false", hopeless);
    }

    private PassForecast Judge(
        string id, string events, Func<double, double> rate, double best, string orElse, string? hopeless = null)
    {
        var needed = EvidenceNeeded.ToPass(rollout.AlphaPass);
        var (dropped, longest) = (warmUp.TotalSeconds, step.Max.TotalSeconds);
        var (median, most) = (dropped + Until(needed.Half, rate(step.Share)), dropped + Until(needed.Most, rate(step.Share)));
        best += dropped;
        var reach = best > longest ? Reach.Never
            : median > longest ? Reach.Seldom
            : most > longest ? Reach.Often
            : Reach.Likely;
        return new PassForecast(id, events, median, most, best, reach, reach is Reach.Never or Reach.Seldom ? hopeless ?? Advice() : null);

        string Advice()
        {
            var seen = rollout.RequestsPerSecond * step.Share * Math.Max(longest - dropped, 0);
            var asked = rollout.RequestsPerSecond * step.Share * (median - dropped);
            var wanting = double.IsInfinity(median)
                ? "cannot be decided"
                : $"needs about {PowerWords.Count(asked)} candidate requests to pass and sees {PowerWords.Count(seen)} in {PowerWords.Time(longest)}";
            var changes = new List<string>();
            if (most <= Day.TotalSeconds)
            {
                changes.Add($"set gate.stepDuration.max to {PowerWords.Setting(most)}");
            }

            if (ShareFor(needed.Most, longest - dropped, rate) is { } share)
            {
                changes.Add($"give the candidate {PowerWords.AtLeastShare(share)}");
            }

            changes.Add("send more requests");
            return $"{id} at {PowerWords.Share(step.Share)} ({events}): {wanting}. To decide, {string.Join(", or ", changes)}{orElse}.";
        }
    }

    // The first share in whole percent that is enough; with a comparison a larger one may again be too much.
    private static double? ShareFor(double needed, double seconds, Func<double, double> rate) => Enumerable.Range(1, 99)
        .Select(percent => (double?)(percent / 100.0))
        .FirstOrDefault(share => rate(share!.Value) * seconds >= needed);

    private static double Until(double needed, double rate) => rate > 0 ? needed / rate : double.PositiveInfinity;

    // How many requests without a single event show that a limit is kept.
    private static double LeastRequests(double limit, double alpha)
    {
        if (limit is <= 0 or >= 1)
        {
            return limit <= 0 ? double.PositiveInfinity : 0;
        }

        var (few, enough) = (0.0, 1.0);
        while (!(ShareEvidence.Below(0, enough, limit) >= Math.Log(1 / alpha)))
        {
            (few, enough) = (enough, enough * 2);
            if (enough > 1e15)
            {
                return double.PositiveInfinity;
            }
        }

        while (enough - few > 0.5)
        {
            var middle = (few + enough) / 2;
            (few, enough) = ShareEvidence.Below(0, middle, limit) >= Math.Log(1 / alpha) ? (few, middle) : (middle, enough);
        }

        return Math.Ceiling(few);
    }

    // Evidence a second of a candidate without a single event beside a stable that is as it was.
    private double Flawless(Margin margin, ObservedShare observed, double multiplier)
    {
        var (candidates, baselines) = (rollout.RequestsPerSecond * step.Share, rollout.RequestsPerSecond * (1 - step.Share));
        var boundary = Math.Min((margin.Ratio * observed.Share) + margin.Absolute, 0.9);
        var alternative = boundary / multiplier / (1 - boundary + (boundary / multiplier));
        var (c, b) = Divergence.Nearest(candidates, baselines, alternative, observed.Share, margin);
        return ((candidates * Math.Log((1 - alternative) / (1 - c))) + (baselines * Divergence.Of(observed.Share, b))) / observed.Dispersion;
    }
}
