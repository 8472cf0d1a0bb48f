using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates.Evidence;
using Release.Gates.Power;

namespace Release.Gates;

/// <summary>What the gate of one service will be able to say about the next release, before any traffic moves (gate.md, section 4).</summary>
/// <param name="Service">The service.</param>
/// <param name="RequestsPerSecond">Of both versions together, as far as it is known.</param>
/// <param name="Forecast">What each step will see and find; null when stable has answered too few requests to say.</param>
/// <param name="Unknown">Why there is no forecast; null when there is one.</param>
public sealed record GateOutlook(string Service, double RequestsPerSecond, GateForecast? Forecast, string? Unknown)
{
    private const double LeastRequests = 1000;

    /// <summary>Gets a value indicating whether so many requests really came; else it is the least that is known to come.</summary>
    public bool IsObserved { get; init; }

    /// <summary>Gets what is wrong with the names, labels and queries that it would read by, one sentence each: it could not measure.</summary>
    public IReadOnlyList<string> Mistakes { get; init; } = [];

    /// <summary>Gets which queries yield no number now, one sentence each; they may later.</summary>
    public IReadOnlyList<string> Unasked { get; init; } = [];

    /// <summary>Gets why a good release could never pass, one sentence each with what to change; empty when it can.</summary>
    public IReadOnlyList<string> Hopeless => Forecast is null
        ? []
        : [.. Forecast.Steps.SelectMany(s => s.Passes).Where(p => p.Reach is Reach.Never).Select(p => p.Advice).OfType<string>().Distinct()];

    /// <summary>Gets it as lines for a person.</summary>
    public IReadOnlyList<string> Lines => [.. Foreseen, .. Mistakes.Select(m => $"  cannot measure: {m}"), .. Unasked.Select(q => $"  no number now: {q}")];

    private IReadOnlyList<string> Foreseen => Forecast is null
        ? [$"gate of {Service}: {Unknown}"]
        :
        [
            $"gate of {Service}, at {(IsObserved ? "about" : "no fewer than")} {PowerWords.Count(RequestsPerSecond)} requests a second:",
            .. Forecast.Steps.Select(s => $"  {PowerWords.Share(s.Step.Share)}: the candidate gets {PowerWords.Count(s.LeastCandidateRequests)} to {PowerWords.Count(s.CandidateRequests)} requests"
                + $" in {PowerWords.Time(s.Step.Min.TotalSeconds)} to {PowerWords.Time(s.Step.Max.TotalSeconds)}{Passes(s)}"),
            .. Forecast.Detections.Select(d => $"  {d.Sentence}"),
            .. Forecast.Problems.Select(p => $"  {p}"),
            .. Forecast.Warnings.Except(Forecast.Detections.Select(d => d.Sentence)).Select(w => $"  {w}"),
        ];

    /// <summary>Computes it.</summary>
    /// <param name="environment">The environment's options.</param>
    /// <param name="service">The service.</param>
    /// <param name="requestsPerSecond">Of both versions together.</param>
    /// <param name="isObserved">Whether so many really came.</param>
    /// <param name="life">All that stable ever counted; null when it could not be read.</param>
    public static GateOutlook Of(EnvironmentOptions environment, string service, double requestsPerSecond, bool isObserved, Counters? life)
    {
        if (life is null || life.Requests < LeastRequests)
        {
            var seen = life is null ? "no counters of stable can be read" : $"stable has answered {Wording.Count(life.Requests)} requests";
            return new(service, requestsPerSecond, null, $"{seen}, too few to say what it will find");
        }

        if (!isObserved && !(requestsPerSecond > 0))
        {
            return new(service, 0, null, "stable does not say when it started, so how many requests come is not known");
        }

        var gate = environment.Gate;
        return new(service, requestsPerSecond, GateForecast.Of(new RolloutForecast
        {
            RequestsPerSecond = requestsPerSecond,
            Steps = [.. environment.Shares.Select(s => Step(s, gate.DurationOf(new Percent(s))))],
            Objectives = [.. gate.Objectives.Select(o => Objective(o, life))],
            WarmUp = gate.WarmUp,
            Alpha = gate.Alpha,
            AlphaPass = gate.PassAlpha,
            Services = environment.Services.Count,
        }), null)
        {
            IsObserved = isObserved,
        };
    }

    /// <summary>For <c>Preview --json</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["service"] = Service,
        ["requestsPerSecond"] = Math.Round(RequestsPerSecond, 3),
        ["steps"] = new JsonArray([.. (Forecast?.Steps ?? []).Select(s => (JsonNode)new JsonObject
        {
            ["share"] = s.Step.Share,
            ["candidateRequests"] = Math.Round(s.CandidateRequests),
            ["stableRequests"] = Math.Round(s.BaselineRequests),
        })]),
        ["findings"] = new JsonArray([.. (Forecast?.Detections ?? []).Select(d => (JsonNode)d.Sentence)]),
        ["problems"] = new JsonArray([.. (Forecast?.Problems ?? []).Select(p => (JsonNode)p)]),
        ["unknown"] = Unknown,
        ["mistakes"] = new JsonArray([.. Mistakes.Select(m => (JsonNode)m)]),
        ["says"] = new JsonArray([.. Lines.Select(l => (JsonNode)l)]),
    };

    private static ForecastStep Step(int share, StepDurationOptions duration) => new(share / 100.0, duration.Min, duration.Longest);

    private static string Passes(StepForecast step) => step.Passes.IsEmpty
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"; a good one has passed after {PowerWords.Time(step.Passes.Max(p => p.Median))} (half), {PowerWords.Time(step.Passes.Max(p => p.Most))} (9 of 10)");

    private static ForecastObjective Objective(ObjectiveOptions options, Counters life)
    {
        var objective = Gates.Objective.From(options);
        var (compared, passedBy) = options.Type is ObjectiveType.Errors ? (Errors(life), Errors(life)) : Slow(options, life);
        return new ForecastObjective
        {
            Id = options.Id,
            Compared = options.Compare ? compared : [],
            PassedBy = options.Compare ? passedBy : [],
            IsRequired = options is { Compare: true, Required: true },
            Margin = MarginOf(options),
            Limit = options.Required == false ? null : objective.Allowed,
            AtLimit = objective.Read(life).Counts is { Requests: > 0 } counts ? new($"requests {objective.What}", counts.Possible / counts.Requests) : default,
        };
    }

    private static ImmutableArray<ObservedShare> Errors(Counters life) => [new("errors", Math.Min(1, life.Errors / life.Requests))];

    private static (ImmutableArray<ObservedShare> Fail, ImmutableArray<ObservedShare> Pass) Slow(ObjectiveOptions options, Counters life)
    {
        var total = Histogram.Total(life.Buckets);
        if (!(total > 0))
        {
            return ([], []);
        }

        var bounds = Histogram.Common([life.Buckets]);
        double[] above = [.. bounds.Select(b => Above(life, b))];
        var chosen = LatencyBounds.Choose(bounds, above, total, options.Quantile ?? 0.95);
        return (Shares(chosen.Fail), Shares(chosen.Pass));

        ImmutableArray<ObservedShare> Shares(ImmutableArray<double> of) =>
            [.. of.Select(b => new ObservedShare($"requests over {Wording.Seconds(b)}", Above(life, b) / total))];
    }

    private static double Above(Counters life, double bound)
    {
        var place = 0;
        return Histogram.Above(life.Buckets, bound, ref place);
    }

    private static Margin MarginOf(ObjectiveOptions options) => options.PassMargin is { } margin ? new(margin.Ratio, margin.Absolute.Fraction)
        : options.Type is ObjectiveType.Errors ? Margin.Errors : Margin.Latency;
}
