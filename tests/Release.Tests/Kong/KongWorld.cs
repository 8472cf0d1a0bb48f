using Release.Configuration;
using Release.Drivers.Kong;
using Release.Platforms;
using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.Kong;

/// <summary>The embedded gateway as a real process, with a route to one service whose instances are only addresses.</summary>
public sealed class KongWorld : IAsyncDisposable
{
    private readonly DriverWorld _world = new();

    private KongWorld() =>
        Router = new KongRouter(new KongTrafficOptions { Type = "kong" }, _world.Context, (instance, _) => Task.FromResult(Look(instance)));

    public static ServiceOptions Service => DriverWorld.Service;

    /// <summary>Where the instances are; one that is not named was never started.</summary>
    public Dictionary<string, string> Addresses { get; } = new()
    {
        ["stable"] = "127.0.0.1:1001",
        ["candidate"] = "127.0.0.1:1002",
    };

    public KongRouter Router { get; }

    public DriverWorld Drivers => _world;

    /// <summary>A world in which nothing was ever started.</summary>
    public static KongWorld Empty() => new();

    /// <summary>A world with a gateway, a route, and all traffic on stable.</summary>
    public static async Task<KongWorld> Create()
    {
        var world = new KongWorld();
        foreach (var step in world.Router.SetUp(Service))
        {
            await step.Apply(StepConformance.Key, default);
        }

        await world.Router.Shift("first", Service, null, "stable", Percent.Full).Apply(StepConformance.Key, default);
        return world;
    }

    public ITrafficStep Shift(int share) =>
        Router.Shift($"shift-traffic-ping-{share}", Service, "stable", "candidate", new Percent(share));

    /// <summary>The weights as text, those of 0 too.</summary>
    public async Task<string> Weights() => await Router.Observe(Service, default) is { } observed
        ? string.Join(' ', observed.Weights.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"))
        : "no answer";

    /// <summary>A client of its own, to be somebody else.</summary>
    public async Task<KongAdmin> Admin() =>
        new((await Router.Endpoints(default))!.Admin!, TimeProvider.System);

    /// <summary>Sets a target's weight behind the router's back.</summary>
    public async Task Set(string target, int weight)
    {
        using var admin = await Admin();
        _ = await admin.Add("upstreams/ping/targets", new() { ["target"] = target, ["weight"] = weight }, default);
        await admin.Patch($"upstreams/ping/targets/{target}", new() { ["weight"] = weight }, default);
    }

    public async ValueTask DisposeAsync()
    {
        Router.Dispose();
        await _world.DisposeAsync();
    }

    public Task<InstanceView> Look(string instance, CancellationToken cancellation) => Task.FromResult(Look(instance));

    private InstanceView Look(string instance) => Addresses.TryGetValue(instance, out var address)
        ? InstanceView.At(instance, Liveness.Alive, address, "")
        : InstanceView.At(instance, Liveness.Dead, null, "It was never started.");
}
