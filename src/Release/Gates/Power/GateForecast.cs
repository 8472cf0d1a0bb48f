using System.Collections.Immutable;

namespace Release.Gates.Power;

/// <summary>Whether an objective lets a candidate that is as good as stable pass within a step.</summary>
public enum Reach
{
    /// <summary>In nine of ten of the runs or more.</summary>
    Likely,

    /// <summary>In at least half of them.</summary>
    Often,

    /// <summary>In less than half of them.</summary>
    Seldom,

    /// <summary>Not even a candidate without a single event would pass.</summary>
    Never,
}

/// <summary>Whether one objective can pass within one step.</summary>
/// <param name="Id">The objective's name.</param>
/// <param name="Events">What is counted: <c>errors</c>, <c>requests over 250ms</c>.</param>
/// <param name="Median">Seconds until half of the runs pass; infinite for never.</param>
/// <param name="Most">Seconds until nine of ten pass.</param>
/// <param name="Best">Seconds until a candidate without a single event passes.</param>
/// <param name="Reach">What that means within the step's longest time.</param>
/// <param name="Advice">What to change so that half of the runs pass; null when they do.</param>
public sealed record PassForecast(
    string Id, string Events, double Median, double Most, double Best, Reach Reach, string? Advice);

/// <summary>What one step will see.</summary>
/// <param name="Step">The step.</param>
/// <param name="CandidateRequests">The candidate's requests within the step's longest time, without the warm-up.</param>
/// <param name="BaselineRequests">Stable's.</param>
/// <param name="LeastCandidateRequests">The candidate's requests within the step's shortest time.</param>
/// <param name="Passes">What must pass in this step.</param>
public sealed record StepForecast(
    ForecastStep Step,
    double CandidateRequests,
    double BaselineRequests,
    double LeastCandidateRequests,
    ImmutableArray<PassForecast> Passes);

/// <summary>What a gate will be able to say about a rollout, before any traffic moves.</summary>
/// <param name="Steps">Step by step.</param>
/// <param name="Detections">What each comparison and each limit finds over the whole rollout, when every step takes its longest.</param>
/// <param name="Problems">
/// Why the gate could never let this rollout pass, or seldom, one sentence each with what to change: an error of the
/// configuration, not of the candidate.
/// </param>
/// <param name="Warnings">What somebody should know who relies on it.</param>
public sealed record GateForecast(
    ImmutableArray<StepForecast> Steps,
    ImmutableArray<DetectionPower> Detections,
    ImmutableArray<string> Problems,
    ImmutableArray<string> Warnings)
{
    /// <summary>Computes it.</summary>
    public static GateForecast Of(RolloutForecast rollout)
    {
        var steps = Forecast(rollout);
        var detections = rollout.Objectives.SelectMany(o => Detect(rollout, o)).ToImmutableArray();
        return new GateForecast(
            steps,
            detections,
            [.. Silent(rollout), .. steps.SelectMany(Blocking)],
            [.. steps.SelectMany(Slow), .. detections.Where(d => !d.IsEnough).Select(d => d.Sentence)]);
    }

    private static ImmutableArray<StepForecast> Forecast(RolloutForecast rollout)
    {
        var (steps, warmUp) = (ImmutableArray.CreateBuilder<StepForecast>(), rollout.WarmUp);
        foreach (var step in rollout.Steps)
        {
            // A step that passed early hands the rest of a warm-up to the next one.
            var counted = Positive(step.Max - warmUp).TotalSeconds;
            var (candidates, baselines) = (rollout.RequestsPerSecond * step.Share, rollout.RequestsPerSecond * (1 - step.Share));
            steps.Add(new StepForecast(
                step,
                candidates * counted,
                baselines * counted,
                candidates * Positive(step.Min - warmUp).TotalSeconds,
                [.. rollout.Objectives.SelectMany(new PassTimes(rollout, step, warmUp).Of)]));
            warmUp = Positive(warmUp - step.Min);
        }

        return steps.ToImmutable();
    }

    private static IEnumerable<DetectionPower> Detect(RolloutForecast rollout, ForecastObjective objective)
    {
        // The best of an objective's bounds finds a change first.
        if (!objective.Compared.IsDefaultOrEmpty)
        {
            yield return objective.Compared
                .Select(share => Detect(rollout, Named(objective, share), share.Share, share.Dispersion, isLimit: false))
                .MinBy(power => power.Median)!;
        }

        if (objective.Limit is { } limit)
        {
            yield return Detect(rollout, objective.Id, limit, objective.AtLimit.Dispersion, isLimit: true);
        }
    }

    private static DetectionPower Detect(RolloutForecast rollout, string id, double baseline, double dispersion, bool isLimit) =>
        DetectionPower.Of(
            new PowerQuestion
            {
                Id = id,
                Baseline = baseline,
                IsLimit = isLimit,
                Alpha = rollout.Alpha,
                Weight = rollout.Weight,
                Dispersion = dispersion,
            },
            rollout.LongestPlan);

    private static string Named(ForecastObjective objective, ObservedShare share) =>
        objective.Compared.Length == 1 ? objective.Id : $"{objective.Id}, {share.Events}";

    private static IEnumerable<string> Silent(RolloutForecast rollout) => rollout.RequestsPerSecond > 0
        ? []
        : ["There are no requests, so no gate could decide: send some (traffic.synthetic), or look whether the metrics are named right."];

    private static IEnumerable<string> Blocking(StepForecast step) =>
        step.CandidateRequests > 0 ? step.Passes.Where(p => p.Reach is Reach.Never or Reach.Seldom).Select(p => p.Advice).OfType<string>() : [];

    private static IEnumerable<string> Slow(StepForecast step) => step.Passes
        .Where(p => p.Reach is Reach.Often)
        .Select(p => $"{p.Id} at {PowerWords.Share(step.Step.Share)}: one good candidate in ten or more does not pass within "
            + $"{PowerWords.Time(step.Step.Max.TotalSeconds)}; {PowerWords.AtLeast(p.Most)} would do.");

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
