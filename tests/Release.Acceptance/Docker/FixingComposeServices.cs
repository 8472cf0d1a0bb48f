using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Compose;
using Release.Output;
using Release.Platforms;
using Release.Runs;
using Release.Tools;

namespace Release.Acceptance.Docker;

/// <summary>What Doctor's <c>--fix</c> changes in a stack that a real compose runs: one service, and its version stays.</summary>
[Collection(DockerStack.Row)]
public sealed class FixingComposeServices(DockerStack docker) : IDisposable
{
    private static readonly StepKey Key = new("0123456789abcdef0123456789abcdef");
    private readonly string _state = Directory.CreateTempSubdirectory("release-fix-").FullName;

    private static SampleService Sample => OpsConductorImages.Services[0];

    private static ServiceOptions Service => new() { Name = Sample.Name, Port = Sample.Port, Health = "/health", Version = $"{Sample.Path}/health/info", Image = $"{Sample.Image("{version}")}" };

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [DockerFact]
    public async Task A_restart_keeps_the_container_and_one_cut_short_is_gone_on_with()
    {
        using var platform = Platform();
        var instance = await Serving(platform);
        var before = (await docker.Stack.Containers(Sample.Name)).ShouldHaveSingleItem();
        var since = await Since(before.Id);
        var restart = await Ordered(platform, instance);

        (await restart.Observe(default)).State.ShouldBe(StepState.Pending);
        await docker.Engine.Client.Stop(before.Id, TimeSpan.FromSeconds(5), default);
        (await restart.Observe(default)).State.ShouldBe(StepState.Pending, "stopped is not restarted");
        await Take(restart);

        (await docker.Stack.Containers(Sample.Name)).ShouldHaveSingleItem().Id.ShouldBe(before.Id);
        (await Since(before.Id)).ShouldNotBe(since);
        var again = await Ordered(platform, instance);
        (await again.Observe(default)).State.ShouldBe(StepState.Pending, "another order is another restart");
        await Take(again);
    }

    [DockerFact]
    public async Task A_service_runs_in_two_copies_and_in_one_again_and_those_that_stay_are_not_touched()
    {
        using var platform = Platform();
        var instance = await Serving(platform);
        var first = (await docker.Stack.Containers(Sample.Name)).ShouldHaveSingleItem();
        var up = await Scaling(platform, instance, 2);
        var before = await up.Step.Observe(default);
        (await platform.Look(up.Stays, default)).Addresses.Count.ShouldBe(1);

        await Take(up.Step);

        (await docker.Stack.Containers(Sample.Name)).Select(c => c.Id).ShouldContain(first.Id);
        (await platform.Look(instance.Id, default)).Addresses.Count.ShouldBe(2);
        var down = await Scaling(platform, instance, 1);
        (await platform.Look(down.Stays, default)).Addresses.ShouldHaveSingleItem();
        await Take(down.Step);
        (await docker.Stack.Containers(Sample.Name)).ShouldHaveSingleItem().Id.ShouldBe(first.Id, "the last ones go, which lost their traffic first");
        await Take(up.Step);
        await up.Step.Undo(new(before.Seen), Key, default);
        (await docker.Stack.Containers(Sample.Name)).ShouldHaveSingleItem().Id.ShouldBe(first.Id);
    }

    private ComposePlatform Platform() => new(
        new ComposePlatformOptions
        {
            Type = "compose",
            Project = OpsConductor.Project,
            Folder = docker.Stack.Folder,
            Engine = docker.Engine.Address,
            BootTimeout = TimeSpan.FromSeconds(40),
            StopTimeout = TimeSpan.FromSeconds(5),
        },
        new DriverContext(_state, "opsconductor", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _ => { }) { Services = [Service] },
        (_, _) => Task.FromResult<int?>(null));

    private static async Task<Instance> Serving(ComposePlatform platform) => (await platform.Running(Service, default))!.ShouldHaveSingleItem();

    private static async Task<IStep> Ordered(ComposePlatform platform, Instance instance)
    {
        var order = new FixOrder(FixKind.RestartService, Sample.Name, null);
        return platform.Restart("restart", instance, Service, order with { Mark = await platform.Examine(order, instance, Service, default) });
    }

    private static async Task<Scaling> Scaling(ComposePlatform platform, Instance instance, int copies)
    {
        var order = new FixOrder(FixKind.ScaleService, Sample.Name, copies);
        return platform.Scale("scale", instance, Service, order with { Mark = await platform.Examine(order, instance, Service, default) });
    }

    private async Task<DateTimeOffset?> Since(string container) => (await docker.Engine.Client.Container(container, default))!.State.StartedAt;

    private static async Task Take(IStep step)
    {
        await step.Apply(Key, CancellationToken.None);
        var seen = await step.Observe(CancellationToken.None);
        seen.State.ShouldBe(StepState.Applied, seen.Detail);
    }
}
