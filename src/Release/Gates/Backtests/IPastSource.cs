using System.Collections.Immutable;
using Release.Configuration;

namespace Release.Gates.Backtests;

/// <summary>What stable's instances had counted at one time in the past.</summary>
/// <param name="At">The time.</param>
/// <param name="Instances">Those that the source knows of that time.</param>
/// <param name="Queries">What the criteria's queries would have yielded, by the criterion's id.</param>
public sealed record PastReading(DateTimeOffset At, ImmutableArray<InstanceReading> Instances, ImmutableSortedDictionary<string, double> Queries);

/// <summary>What a source remembers.</summary>
/// <param name="Readings">In the order of time, one a step; a time of which nothing is known is left out.</param>
/// <param name="Asked">What was asked for, for a person.</param>
/// <param name="Problem">Why there is no more, or null.</param>
public sealed record PastReadings(ImmutableArray<PastReading> Readings, string Asked, string? Problem);

/// <summary>A source of counters that remembers them.</summary>
public interface IPastSource
{
    /// <summary>
    /// Raw cumulative counters of a service's stable instances at every step. Changes nothing. Whatever the source answers or does not is told; only
    /// cancellation throws.
    /// </summary>
    /// <param name="stable">The instances that serve now.</param>
    /// <param name="criteria">The criteria whose queries are asked as well.</param>
    /// <param name="from">From when.</param>
    /// <param name="until">Up to when.</param>
    /// <param name="every">The time between two readings.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<PastReadings> Remember(
        IReadOnlyList<MeteredInstance> stable,
        IReadOnlyList<CriterionOptions> criteria,
        DateTimeOffset from,
        DateTimeOffset until,
        TimeSpan every,
        CancellationToken cancellation);
}
