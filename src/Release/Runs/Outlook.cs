using Release.Configuration;
using Release.Gates;
using Release.Platforms;

namespace Release.Runs;

/// <summary>Asks before a release what its gates will be able to decide, from stable's own counters. Changes nothing.</summary>
public static class Outlook
{
    /// <summary>The finite bounds of each service's histogram in seconds, as stable shows them; without a service that cannot be read.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<double>>> Bounds(ReleaseEnvironment environment, CancellationToken cancellation)
    {
        var (state, ports, bounds) = (await environment.ReadState(cancellation), environment.Ports, new Dictionary<string, IReadOnlyList<double>>());
        foreach (var service in environment.Options.Services)
        {
            if (state.Stable?.Of(service.Name) is { } stable)
            {
                var view = await ports.Platform.Look(stable.Id, cancellation);
                var readings = await ports.Metrics.Read(MeteredInstance.Of(stable, Variant.Stable, service, view), cancellation);
                bounds[service.Name] = [.. CounterDeltas.Sum(readings.Select(r => r.Counters).OfType<Counters>()).Buckets.Select(b => b.Bound).Where(double.IsFinite)];
            }
        }

        return bounds;
    }

    /// <summary>One per released service that has a stable version; none without one.</summary>
    public static async Task<IReadOnlyList<GateOutlook>> Of(EnvironmentPorts ports, EnvironmentOptions options, IReadOnlyList<ServiceOptions> released, DeployedRelease? stable, CancellationToken cancellation)
    {
        var outlooks = new List<GateOutlook>();
        foreach (var service in released)
        {
            if (stable?.Of(service.Name) is { } instance)
            {
                outlooks.Add(await Of(ports, options, service, instance, cancellation));
            }
        }

        return outlooks;
    }

    private static async Task<GateOutlook> Of(EnvironmentPorts ports, EnvironmentOptions options, ServiceOptions service, Instance instance, CancellationToken cancellation)
    {
        var view = await ports.Platform.Look(instance.Id, cancellation);
        if (view.Addresses.Count == 0)
        {
            return new(service.Name, 0, null, $"stable cannot be read, so what it will find is not known: {view.Detail}");
        }

        var metered = MeteredInstance.Of(instance, Variant.Stable, service, view);
        var readings = await ports.Metrics.Read(metered, cancellation);
        var outlook = Of(options, service, readings, ports.Clock.GetUtcNow());
        var queries = await AskedQueries.Problems(ports.Metrics, options.Gate, instance, cancellation);
        return outlook with
        {
            Mistakes =
            [
                .. ports.Metrics is ICheckedSource source ? await source.Mistakes(metered, options.Gate, cancellation) : [],
                .. queries.Where(q => q.IsMistake).Select(q => q.Sentence),
            ],
            Unasked = [.. queries.Where(q => !q.IsMistake).Select(q => q.Sentence)],
        };
    }

    private static GateOutlook Of(EnvironmentOptions options, ServiceOptions service, IReadOnlyList<InstanceReading> readings, DateTimeOffset now) =>
        readings.FirstOrDefault(r => r.Problem is not null)?.Problem is { } problem
            ? new(service.Name, 0, null, $"stable cannot be measured, and so its successor could not either: {problem}")
            : Of(options, service.Name, readings, now);

    // Over its whole life: a look of seconds would take a quiet minute for a quiet service.
    private static GateOutlook Of(EnvironmentOptions options, string service, IReadOnlyList<InstanceReading> readings, DateTimeOffset now)
    {
        var own = readings.Sum(r => r.StartedAt is { } since && now > since && r.Counters is { } counters ? counters.Requests / (now - since).TotalSeconds : 0);
        var isObserved = readings.All(r => r.StartedAt < now);
        return GateOutlook.Of(options, service, Math.Max(own, options.Traffic.Synthetic?.Rate ?? 0), isObserved, CounterDeltas.Sum(readings.Select(r => r.Counters).OfType<Counters>()));
    }
}
