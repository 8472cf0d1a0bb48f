using System.Globalization;
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
/// One thing that must hold for the candidate, as a share of events that is allowed: "errors at most 1 %" allows 1 %;
/// "p95 at most 250ms" allows 5 % above 250 ms. A quantile is never interpolated (gate.md, section 2.3).
/// </summary>
public sealed record Objective
{
    private Objective()
    {
    }

    /// <summary>Gets its name.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the share of requests that may be events, 0 to 1.</summary>
    public required double Allowed { get; init; }

    /// <summary>Gets above which duration a request is an event; null when failed requests are.</summary>
    public required TimeSpan? Limit { get; init; }

    /// <summary>Gets how many requests a measurement needs to succeed.</summary>
    public required int MinRequests { get; init; }

    /// <summary>Gets the least length of a measurement that succeeds.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Gets how long measurements must fail in a row before the gate fails; null for none.</summary>
    public required TimeSpan? For { get; init; }

    /// <summary>Gets how many failed measurements are tolerated in total; -1 is off.</summary>
    public required int FailureLimit { get; init; }

    /// <summary>Gets the limit in words: <c>at most 1 % of requests failed</c>.</summary>
    public string Text => Limit is { } limit
        ? $"at most {Wording.Share(Allowed)} of requests over {Wording.Duration(limit)}"
        : $"at most {Wording.Share(Allowed)} of requests failed";

    // Ticks come a little early and a little late; without this an interval of one tick would often need two.
    internal TimeSpan Slack { get; private init; }

    /// <summary>Builds an objective.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="tick">The time between two readings.</param>
    /// <exception cref="FormatException">The limit or the quantile is not one; the message says what was expected.</exception>
    public static Objective From(ObjectiveOptions options, TimeSpan tick)
    {
        var isLatency = options.Type == ObjectiveType.Latency;
        var allowed = isLatency ? AllowedAbove(options) : Rate(options);
        var needed = options.MinRequests
            ?? (allowed > 0 ? (int)Math.Min(int.MaxValue, Math.Max(20, Math.Ceiling((5 / allowed) - 1e-6))) : 20);
        return new Objective
        {
            Id = options.Id,
            Allowed = allowed,
            Limit = isLatency ? DurationOf(options) : null,
            MinRequests = needed,
            Interval = options.Interval ?? tick,
            For = options.For,
            FailureLimit = options.FailureLimit ?? (options.For is null ? 0 : -1),
            Slack = tick / 2,
        };
    }

    /// <summary>Counts the events among the requests of a tick.</summary>
    public ObjectiveReading Read(Counters counters)
    {
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

    /// <summary>Says whether a share of events breaks the objective for certain, however the rest of the measurement goes.</summary>
    internal bool IsBroken(EventCounts counts) => Exceeds(counts.Sure, Math.Max(counts.Requests, MinRequests));

    /// <summary>Says whether what was seen breaks the objective, by more than one event, but not yet for certain.</summary>
    internal bool IsInDoubt(EventCounts counts) => counts.Sure >= 2 && Exceeds(counts.Sure, counts.Requests);

    /// <summary>Says whether the objective is kept by the requests seen.</summary>
    internal bool IsKept(EventCounts counts) => !Exceeds(counts.Possible, counts.Requests);

    // 0.29 * 100 is 28.999999999999996: a candidate that is exactly at its limit keeps it.
    private bool Exceeds(double events, double requests) => events > Allowed * requests * (1 + 1e-9);

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

    private static double Rate(ObjectiveOptions options) =>
        options.Max.EndsWith('%')
        && decimal.TryParse(options.Max.AsSpan(0, options.Max.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent is >= 0 and <= 100
            ? (double)(percent / 100)
            : throw new FormatException($"{options.Id}: max is '{options.Max}', expected a rate from 0% to 100%, such as \"1%\".");

    private static double AllowedAbove(ObjectiveOptions options) =>
        options.Quantile is { } quantile and > 0 and < 1
            ? (double)(1 - (decimal)quantile)
            : throw new FormatException($"{options.Id}: quantile is '{options.Quantile}', expected a number between 0 and 1, such as 0.95.");

    private static TimeSpan DurationOf(ObjectiveOptions options)
    {
        var text = options.Max;
        var unit = text.Length - text.AsSpan().TrimEnd("mshd").Length;
        var seconds = text[^unit..] switch { "ms" => 0.001, "s" => 1, "m" => 60, _ => 0 };
        return seconds > 0
            && double.TryParse(text.AsSpan(0, text.Length - unit), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value > 0 && value * seconds < TimeSpan.FromDays(1).TotalSeconds
                ? TimeSpan.FromSeconds(value * seconds)
                : throw new FormatException($"{options.Id}: max is '{text}', expected a duration, such as \"500ms\" or \"2s\".");
    }
}
