using System.Text.Json.Nodes;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>
/// Sets the feature flags that an instance is started with, here and later in compose's own service. A flag is a variable of a
/// container: set in one that runs it changes nothing, so it comes and goes with the instance.
/// </summary>
internal sealed class SetFlagsStep(string id, Instance instance, IReadOnlyDictionary<string, string> flags, FlagStore store) : IStep
{
    public string Id => id;

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => TimeSpan.FromSeconds(10);

    public string Describe() => $"Set {Said(flags)} for {instance.Id}.";

    public Task<Observation> Observe(CancellationToken cancellation)
    {
        var now = store.Of(instance.Id);
        var isSet = now is not null && now.Count == flags.Count && flags.All(f => now.GetValueOrDefault(f.Key) == f.Value);
        var seen = new JsonObject { ["flags"] = now is null ? null : new JsonObject(now.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))) };
        return Task.FromResult<Observation>(new(
            isSet ? StepState.Applied : StepState.Pending, seen, now is null or { Count: 0 } ? $"{instance.Id} has no flags." : $"{instance.Id} has {Said(now)}."));
    }

    public Task Apply(StepKey key, CancellationToken cancellation)
    {
        store.Set(instance.Id, flags);
        return Task.CompletedTask;
    }

    public Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (before.Seen["flags"] is JsonObject were)
        {
            store.Set(instance.Id, were.ToDictionary(f => f.Key, f => f.Value!.GetValue<string>(), StringComparer.Ordinal));
        }
        else
        {
            store.Clear(instance.Id);
        }

        return Task.CompletedTask;
    }

    private static string Said(IReadOnlyDictionary<string, string> flags) => string.Join(", ", flags.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}"));
}
