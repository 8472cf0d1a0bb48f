using Release.Configuration;
using Release.Gates;
using Release.Platforms;

namespace Release.Runs;

/// <summary>Asks before a release what its gates will be able to decide, from stable's own counters. Changes nothing.</summary>
internal static class Outlook
{
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

        var readings = await ports.Metrics.Read(MeteredInstance.Of(instance, Variant.Stable, service, view), cancellation);
        return readings.FirstOrDefault(r => r.Problem is not null)?.Problem is { } problem
            ? new(service.Name, 0, null, $"stable cannot be measured, and so its successor could not either: {problem}")
            : Of(options, service.Name, readings, ports.Clock.GetUtcNow());
    }

    // Over its whole life: a look of seconds would take a quiet minute for a quiet service.
    private static GateOutlook Of(EnvironmentOptions options, string service, IReadOnlyList<InstanceReading> readings, DateTimeOffset now)
    {
        var own = readings.Sum(r => r.StartedAt is { } since && now > since && r.Counters is { } counters ? counters.Requests / (now - since).TotalSeconds : 0);
        var isObserved = readings.All(r => r.StartedAt < now);
        return GateOutlook.Of(options, service, Math.Max(own, options.Traffic.Synthetic?.Rate ?? 0), isObserved, CounterDeltas.Sum(readings.Select(r => r.Counters).OfType<Counters>()));
    }
}
