using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Platforms;
using Release.Runs;

namespace Release.Watching;

/// <summary>What one look saw of one service.</summary>
/// <param name="Service">The service.</param>
/// <param name="State">What the next look subtracts from.</param>
/// <param name="Counts">What was counted since the last look; null where it could not be read, and at the first look.</param>
/// <param name="IsDown">Whether nothing of it lives; null where the platform does not say.</param>
/// <param name="Problems">Why something could not be read.</param>
internal sealed record ServiceLook(string Service, CounterState State, Counters? Counts, bool? IsDown, IReadOnlyList<string> Problems)
{
    /// <summary>Looks: reads the counters of what serves and subtracts what the last look had.</summary>
    public static async Task<ServiceLook> Of(EnvironmentPorts ports, ServiceOptions service, Instance instance, CounterState before, CancellationToken cancellation)
    {
        var view = await ports.Platform.Look(instance.Id, cancellation);
        bool? isDown = view.Liveness switch { Liveness.Alive => false, Liveness.Dead => true, Liveness.Unknown or _ => null };
        var readings = await Read(ports.Metrics, instance, service, view, cancellation);
        var delta = CounterDeltas.Advance(before, readings, ports.Clock.GetUtcNow());
        var isFirst = before.At is null;
        List<string> problems = [.. delta.Stable.Problems, .. readings.Count == 0 ? [$"{instance.Id} has no address: {view.Detail}"] : Array.Empty<string>()];
        return new(service.Name, delta.State, isFirst || delta.Stable.Fresh == 0 ? null : delta.Stable.Counts, isDown, [.. problems.Select(ports.Shown)]);
    }

    /// <summary>For the journal.</summary>
    public JsonObject ToJson() => new()
    {
        ["counters"] = State.ToJson(),
        ["counts"] = Counts is null ? null : GateJson.Counters(Counts),
        ["down"] = IsDown,
    };

    // What was promoted is stable now. A source that tells the two by a label may know it as the candidate until it is put into its place.
    private static async Task<IReadOnlyList<InstanceReading>> Read(IMetricSource metrics, Instance instance, ServiceOptions service, InstanceView view, CancellationToken cancellation)
    {
        var readings = await metrics.Read(MeteredInstance.Of(instance, Variant.Stable, service, view), cancellation);
        if (readings.All(r => r.Problem is null))
        {
            return readings;
        }

        var others = await metrics.Read(MeteredInstance.Of(instance, Variant.Candidate, service, view), cancellation);
        return others.All(r => r.Problem is null) ? [.. others.Select(r => r with { Variant = Variant.Stable })] : readings;
    }
}
