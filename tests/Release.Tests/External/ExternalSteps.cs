#pragma warning disable CA2000 // A conformance test disposes of its world.
using Release.Drivers.External;
using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.External;

public sealed class PreparingThroughAProgram : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld();
        var artefact = await stack.Platform.Identify(FolderWorld.Service, "1.0.0", default);
        return new StepWorld(
            stack.Platform.Prepare("prepare-ping", artefact),
            () => Task.FromResult(File.Exists(Path.Combine(stack.World, "artefacts", "1.0.0")) ? "there" : "nothing"),
            keeps: true,
            end: () => End(stack));
    }

    internal static Task End(FolderWorld stack)
    {
        stack.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class StartingThroughAProgram : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld();
        var instance = await stack.Prepared("ping-1.0.0-run1");
        return new StepWorld(
            stack.Platform.Start("start-ping", instance, FolderWorld.Service),
            async () => (await stack.Platform.Look(instance.Id, default)).Liveness.ToString(),
            applyHalf: () => File.WriteAllTextAsync(Path.Combine(stack.World, "instances", instance.Id), "booting\n127.0.0.1:4711\n1\n"),
            end: () => PreparingThroughAProgram.End(stack));
    }
}

public sealed class RetiringThroughAProgram : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld();
        var instance = await stack.Started("ping-1.0.0-run1");
        return new StepWorld(
            stack.Platform.Retire("retire-ping", instance, FolderWorld.Service),
            async () => (await stack.Platform.Look(instance.Id, default)) is var view ? $"{view.Liveness} {view.Address}" : "",
            end: () => PreparingThroughAProgram.End(stack));
    }
}

public sealed class SettingUpThroughAProgram : StepConformance
{
    protected override Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld();
        return Task.FromResult(new StepWorld(
            stack.Router.SetUp(FolderWorld.Service)[0], () => Task.FromResult(File.Exists(Path.Combine(stack.World, "router")) ? "there" : "nothing"), end: () => PreparingThroughAProgram.End(stack)));
    }
}

public sealed class TakingDownThroughAProgram : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld();
        await stack.Router.SetUp(FolderWorld.Service)[0].Apply(Key, default);
        return new StepWorld(
            stack.Router.TakeDown(FolderWorld.Service)[0], () => Task.FromResult(File.Exists(Path.Combine(stack.World, "router")) ? "there" : "nothing"), end: () => PreparingThroughAProgram.End(stack));
    }
}

public sealed class ShiftingThroughAProgram : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld();
        var (stable, candidate) = (await stack.Started("stable"), await stack.Started("candidate"));
        await stack.Router.Shift("first", FolderWorld.Service, null, stable.Id, Percent.Full).Apply(KeyOf("first"), default);
        var place = (await stack.Platform.Look(candidate.Id, default)).Address;
        return new StepWorld(
            stack.Router.Shift("shift-traffic-ping-10", FolderWorld.Service, stable.Id, candidate.Id, new Percent(10)),
            () => Task.FromResult(stack.Show("weights")),
            applyHalf: () => File.AppendAllTextAsync(Path.Combine(stack.World, "weights"), $"{place} 1000\n"), // stable is not yet lowered
            end: () => PreparingThroughAProgram.End(stack));
    }
}

public sealed class ShiftingScaledServicesThroughAProgram : StepConformance
{
    [Fact]
    public async Task Each_version_has_its_parts_divided_among_its_addresses()
    {
        using var stack = new FolderWorld(copies: 3);
        var (stable, candidate) = (await stack.Started("stable"), await stack.Started("candidate"));
        await stack.Router.Shift("first", FolderWorld.Service, null, stable.Id, Percent.Full).Apply(KeyOf("first"), default);
        var step = stack.Router.Shift("shift-traffic-ping-10", FolderWorld.Service, stable.Id, candidate.Id, new Percent(10));
        var before = await step.Observe(default);

        await step.Apply(Key, default);

        var weights = (await stack.Router.Observe(FolderWorld.Service, default))!.Weights;
        weights.Values.Order().ShouldBe([333, 333, 334, 3000, 3000, 3000]);
        (await step.Observe(default)).State.ShouldBe(StepState.Applied);
        await step.Undo(new(before.Seen), Key, default);
        (await stack.Router.Observe(FolderWorld.Service, default))!.Weights.Values.Where(weight => weight > 0).Order().ShouldBe([3333, 3333, 3334]);
    }

    protected override async Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld(copies: 3);
        var (stable, candidate) = (await stack.Started("stable"), await stack.Started("candidate"));
        await stack.Router.Shift("first", FolderWorld.Service, null, stable.Id, Percent.Full).Apply(KeyOf("first"), default);
        var place = (await stack.Platform.Look(candidate.Id, default)).Address;
        return new StepWorld(
            stack.Router.Shift("shift-traffic-ping-10", FolderWorld.Service, stable.Id, candidate.Id, new Percent(10)),
            () => Task.FromResult(stack.Show("weights")),
            applyHalf: () => File.AppendAllTextAsync(Path.Combine(stack.World, "weights"), $"{place} 333\n"), // one copy of three
            end: () => PreparingThroughAProgram.End(stack));
    }
}

public sealed class TakingABackupThroughAProgram : StepConformance
{
    protected override Task<StepWorld> NewWorld()
    {
        var stack = new FolderWorld();
        return Task.FromResult(new StepWorld(
            stack.Backup(BackupPolicy.Discard).Take("before-1.1.0")[0],
            () => Task.FromResult(File.Exists(Path.Combine(stack.World, "backups", "before-1.1.0")) ? "there" : "nothing"),
            keeps: false,
            end: () => PreparingThroughAProgram.End(stack)));
    }

    // A backup of the same name is the run's own: what it discards it has made.
    public override Task What_was_there_before_survives_an_undo() => Task.CompletedTask;
}
