using System.Collections.Immutable;
using Release.Configuration;
using Release.Platforms;

namespace Release.Gates;

/// <summary>Which side of the comparison an instance is on.</summary>
public enum Variant
{
    /// <summary>What serves now.</summary>
    Stable,

    /// <summary>What is being released.</summary>
    Candidate,
}

/// <summary>A histogram's cumulative count at one upper bound.</summary>
/// <param name="Bound">Upper bound in seconds; <see cref="double.PositiveInfinity"/> for the last.</param>
/// <param name="Count">Observations at or below it.</param>
public readonly record struct Bucket(double Bound, double Count);

/// <summary>Raw cumulative counters of one instance from one scrape, or the difference of two.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Errors">Of them failed.</param>
/// <param name="Buckets">Duration histogram, ascending bounds, cumulative counts; empty when the service has none.</param>
public sealed record Counters(double Requests, double Errors, ImmutableArray<Bucket> Buckets);

/// <summary>One reading of one instance.</summary>
/// <param name="Instance">The instance's id.</param>
/// <param name="Variant">Its side, by its revision.</param>
/// <param name="StartedAt">When its process started, if it says so.</param>
/// <param name="Counters">What it counted; null when it could not be read.</param>
/// <param name="Problem">Why it could not be read, or null.</param>
public sealed record InstanceReading(string Instance, Variant Variant, DateTimeOffset? StartedAt, Counters? Counters, string? Problem)
{
    /// <summary>
    /// Gets up to when the counters count; null for now. A source whose data arrive late sets it at every good reading: the tick is then of
    /// that time, and a reading that is not newer than the last one adds nothing and is not fresh.
    /// </summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Gets a value indicating whether the router counted it and not the instance: attempts that never got an answer. They
    /// add to the instance's own counts, and say nothing on whether it can be read.
    /// </summary>
    public bool IsOfRouter { get; init; }
}

/// <summary>An instance to read.</summary>
/// <param name="Id">The instance's id; of a scaled one's copies each has its own.</param>
/// <param name="Variant">Its side.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Version">The version that it runs.</param>
/// <param name="Metrics">Where its metrics are, for sources that ask the instance itself.</param>
public sealed record MeteredInstance(string Id, Variant Variant, string Service, string Version, Uri Metrics)
{
    /// <summary>Gets its address as the router knows it; null where nobody said.</summary>
    public string? Routed { get; init; }

    /// <summary>What is to be read of an instance: each of its copies.</summary>
    public static IReadOnlyList<MeteredInstance> Of(Instance instance, Variant variant, ServiceOptions service, InstanceView view) =>
        [.. view.Addresses.Select(address => new MeteredInstance(
            view.Addresses.Count == 1 ? instance.Id : $"{instance.Id}@{address.Routed}",
            variant,
            service.Name,
            instance.Artefact.Version,
            new Uri(new Uri($"http://{address.Reached}"), service.Metrics ?? "/metrics")) { Routed = address.Routed })];
}

/// <summary>
/// Raw cumulative counters per instance. An implementation never extrapolates, rates or sums: the gate subtracts
/// (gate.md, section 1, "Ticks from raw counters").
/// </summary>
/// <remarks>
/// Data that end earlier than now (a server that scrapes, a cloud that publishes a minute's sums two minutes later) are told
/// by <see cref="InstanceReading.At"/>. The gate's own clock then runs on the data: warm-up, shortest and longest time of a step
/// begin with the first counts that are of them, and what was counted before a shift is not counted for the new share. Such a
/// source gives only what is complete up to <see cref="InstanceReading.At"/>: one that has sums of periods in place of counters adds
/// up the whole periods since it was made, and says the end of the last one.
/// A source that finds several instances where one was asked for gives a reading for each, under ids that stay the same.
/// </remarks>
public interface IMetricSource
{
    /// <summary>Reads every instance once, concurrently. A missing one has a problem, it is not left out.</summary>
    Task<IReadOnlyList<InstanceReading>> Read(IReadOnlyList<MeteredInstance> instances, CancellationToken cancellation);
}
