#pragma warning disable CA2000 // A conformance test disposes of its world.
using Release.Tests.Processes;

namespace Release.Tests.Kong;

public sealed class ShiftingTraffic : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var world = await KongWorld.Create();
        return new StepWorld(
            world.Shift(10),
            world.Weights,

            // The candidate was raised, stable not yet lowered.
            applyHalf: () => world.Set("127.0.0.1:1002", 1000),
            end: async () => await world.DisposeAsync());
    }
}

public sealed class SettingUpARoute : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var world = KongWorld.Empty();
        var steps = world.Router.SetUp(KongWorld.Service);
        await steps[0].Apply(Key, default);
        var admin = await world.Admin();
        return new StepWorld(
            steps[1],
            async () =>
            {
                var found = new List<string>();
                foreach (var path in new[] { "upstreams/ping", "services/ping", "routes/ping" })
                {
                    found.Add(await admin.Find(path, default) is null ? "-" : path);
                }

                return string.Join(' ', found);
            },
            applyHalf: () => admin.Put("upstreams/ping", new() { ["name"] = "ping" }, default),
            end: async () =>
            {
                admin.Dispose();
                await world.DisposeAsync();
            });
    }
}

public sealed class StartingTheGateway : StepConformance
{
    protected override Task<StepWorld> NewWorld()
    {
        var world = KongWorld.Empty();
        return Task.FromResult(new StepWorld(
            world.Router.SetUp(KongWorld.Service)[0],
            async () => await world.Weights() == "no answer" ? "dead" : "alive",
            end: async () => await world.DisposeAsync()));
    }
}

public sealed class StoppingTheGateway : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var world = await KongWorld.Create();
        return new StepWorld(
            world.Router.TakeDown(KongWorld.Service)[0], world.Weights, end: async () => await world.DisposeAsync());
    }
}
