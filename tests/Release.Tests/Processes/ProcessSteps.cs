#pragma warning disable CA2000 // A conformance test disposes of its world.
using Release.Drivers.Processes;
using Release.Platforms;
using Release.Runs;

namespace Release.Tests.Processes;

public sealed class PreparingAnArtefact : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var world = new DriverWorld();
        var artefact = await world.Platform.Identify(DriverWorld.Service, "1.0.0", default);
        var folder = Path.Combine(world.Context.State, "artefacts", "ping");
        return new StepWorld(
            world.Platform.Prepare("prepare-ping-1.0.0", artefact),
            () => Task.FromResult(Directory.Exists(Path.Combine(folder, "1.0.0")) ? "published" : "nothing"),
            applyHalf: () =>
            {
                _ = Directory.CreateDirectory(Path.Combine(folder, ".1.0.0.tmp"));
                return File.WriteAllTextAsync(Path.Combine(folder, ".1.0.0.tmp", "half"), "of a copy");
            },
            keeps: true,
            end: async () => await world.DisposeAsync());
    }
}

public sealed class StartingAnInstance : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var world = new DriverWorld();
        var instance = await world.Prepared("ping-1.0.0-run1");
        return new StepWorld(
            world.Platform.Start("start-ping-1.0.0", instance, DriverWorld.Service),
            async () => (await world.Platform.Look(instance.Id, default)).Liveness.ToString(),
            applyHalf: () => Halved(world, instance),
            end: async () => await world.DisposeAsync());
    }

    // Without any time to boot the process is started and nobody waits for its health.
    private static async Task Halved(DriverWorld world, Instance instance)
    {
        using var hurried = new ProcessPlatform(
            world.Options with { BootTimeout = TimeSpan.Zero }, world.Context, (_, _) => Task.FromResult<int?>(null));
        _ = await Should.ThrowAsync<ReleaseException>(
            () => hurried.Start("start-ping-1.0.0", instance, DriverWorld.Service).Apply(Key, default));
        (await world.Platform.Look(instance.Id, default)).Liveness.ShouldBe(Liveness.Alive);
    }
}

public sealed class RetiringAnInstance : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var world = new DriverWorld();
        var (instance, _) = await world.Started("ping-1.0.0-run1");
        return new StepWorld(
            world.Platform.Retire("retire-ping-1.0.0", instance, DriverWorld.Service),
            async () => (await world.Platform.Look(instance.Id, default)) is var view ? $"{view.Liveness} {view.Address}" : "",
            end: async () => await world.DisposeAsync());
    }
}
