using Release.Configuration;

namespace Release.Gates;

/// <summary>Requests and the events among them. Both numbers of events are the same unless a limit lies between two buckets.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Sure">Events for certain: above the next bound at or over the limit. These can fail a candidate.</param>
/// <param name="Possible">Events at most: above the next bound at or below the limit. These can keep it from passing.</param>
public readonly record struct EventCounts(double Requests, double Sure, double Possible)
{
    /// <summary>Adds the counts of another stretch.</summary>
    public EventCounts Add(EventCounts other) =>
        new(Requests + other.Requests, Sure + other.Sure, Possible + other.Possible);
}

/// <summary>What an objective makes of counters.</summary>
/// <param name="Counts">The events.</param>
/// <param name="Judged">Which buckets stand for the limit, where it lies between two; else null.</param>
/// <param name="Problem">Why the objective cannot be measured from these counters, or null.</param>
public readonly record struct ObjectiveReading(EventCounts Counts, string? Judged, string? Problem);

/// <summary>
/// What is counted as an event, and the share of requests that may be one: "errors at most 1 %" allows 1 %; "p95 at most
/// 250ms" allows 5 % above 250 ms. A quantile is never interpolated (gate.md, section 2.3).
/// </summary>
public sealed record Objective
{
    private Objective()
    {
    }

    /// <summary>Gets its name.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what is measured.</summary>
    public required ObjectiveType Type { get; init; }

    /// <summary>Gets the share of requests that may be events, 0 to 1; null where there is no limit.</summary>
    public required double? Allowed { get; init; }

    /// <summary>Gets above which duration a request is an event; null when failed requests are, or without a limit.</summary>
    public required TimeSpan? Limit { get; init; }

    /// <summary>Gets a value indicating whether events can be counted without asking stable what is slow.</summary>
    public bool IsCounted => Type is ObjectiveType.Errors || Limit is not null;

    /// <summary>Gets what is counted: <c>failed</c>, <c>over 250ms</c>.</summary>
    public string What => Limit is { } limit ? $"over {Wording.Duration(limit)}" : Type is ObjectiveType.Errors ? "failed" : "slow";

    /// <summary>Gets the limit in words: <c>at most 1 % of requests failed</c>.</summary>
    public string Text => Allowed is not { } allowed ? "no worse than stable" : $"at most {Wording.Share(allowed)} of requests {What}";

    /// <summary>Builds one of an objective's options.</summary>
    /// <exception cref="FormatException">The limit or the quantile is not one; the message says what was expected.</exception>
    public static Objective From(ObjectiveOptions options) => Of(options.Id, options.Type, options.Max, options.Quantile);

    /// <summary>Builds one of a criterion's options.</summary>
    /// <inheritdoc cref="From(ObjectiveOptions)"/>
    public static Objective From(CriterionOptions options) => Of(
        options.Id, options.Type ?? throw new FormatException($"{options.Id}: type is missing, expected \"errors\" or \"latency\"."), options.Max, options.Quantile);

    /// <summary>Counts the events among the requests of a tick.</summary>
    public ObjectiveReading Read(Counters counters)
    {
        if (!IsCounted)
        {
            return default;
        }

        if (Limit is not { } limit)
        {
            return new(new(counters.Requests, counters.Errors, counters.Errors), null, null);
        }

        if (counters.Buckets.IsDefaultOrEmpty)
        {
            // Many clients show a histogram only after the first request.
            return new(default, null, counters.Requests > 0 ? "requests were counted, but no histogram of their durations" : null);
        }

        return ReadAbove(limit.TotalSeconds, counters);
    }

    private static Objective Of(string id, ObjectiveType type, string? max, double? quantile)
    {
        var isLatency = type == ObjectiveType.Latency;
        return new Objective
        {
            Id = id,
            Type = type,
            Allowed = max is null ? null : isLatency ? AllowedAbove(id, quantile) : Rate(id, max),
            Limit = max is not null && isLatency ? DurationOf(id, max) : null,
        };
    }

    private static ObjectiveReading ReadAbove(double limit, Counters counters)
    {
        var buckets = counters.Buckets;
        var all = buckets[^1].Count;
        var over = buckets.FirstOrDefault(b => b.Bound >= limit && double.IsFinite(b.Bound), new Bucket(double.NaN, 0));
        if (double.IsNaN(over.Bound))
        {
            var highest = buckets.LastOrDefault(b => double.IsFinite(b.Bound)).Bound;
            var seen = highest > 0 ? $"the highest bound is {Wording.Seconds(highest)}" : "the instances have no bound in common";
            return new(default, null, $"buckets too coarse: {seen}, the limit {Wording.Seconds(limit)}");
        }

        // Without a bound below, any request may have been too slow: such an objective can fail but not pass.
        var under = buckets.LastOrDefault(b => b.Bound <= limit);
        var judged = over.Bound == under.Bound ? null
            : under.Bound > 0
            ? $"{Wording.Seconds(limit)} lies between two buckets: it fails by those over {Wording.Seconds(over.Bound)} and passes by those over {Wording.Seconds(under.Bound)}"
            : $"no bucket at or below {Wording.Seconds(limit)}: it fails by those over {Wording.Seconds(over.Bound)} and cannot pass";
        return new(new(all, Math.Max(0, all - over.Count), Math.Max(0, all - under.Count)), judged, null);
    }

    private static double Rate(string id, string max) =>
        ValueText.TryPercent(max, out var percent)
            ? percent.Fraction
            : throw new FormatException($"{id}: max is '{max}', expected a rate from 0% to 100%, such as \"1%\".");

    private static double AllowedAbove(string id, double? quantile) =>
        quantile is { } part and > 0 and < 1
            ? (double)(1 - (decimal)part)
            : throw new FormatException($"{id}: quantile is '{quantile}', expected a number between 0 and 1, such as 0.95.");

    private static TimeSpan DurationOf(string id, string max) =>
        ValueText.TryDuration(max, out var limit) && limit > TimeSpan.Zero
            ? limit
            : throw new FormatException($"{id}: max is '{max}', expected a duration, such as \"500ms\" or \"2s\".");
}
