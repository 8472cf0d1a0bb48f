using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Tests.Processes;

/// <summary>What a release relies on in every platform. The subject is a platform whose sources do not change.</summary>
public abstract class PlatformConformance : IAsyncLifetime
{
    protected abstract IPlatform Platform { get; }

    protected abstract ServiceOptions Service { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [ProgramsFact(["sh"])]
    public async Task An_artefact_is_the_same_whenever_it_is_identified()
    {
        var first = await Platform.Identify(Service, "1.0.0", default);
        (await Platform.Identify(Service, "1.0.0", default)).ShouldBe(first);
        (await Platform.Identify(Service, "1.0.1", default)).Digest.ShouldNotBe(first.Digest);
    }

    [ProgramsFact(["sh"])]
    public async Task What_was_never_started_is_dead_and_nowhere()
    {
        var view = await Platform.Look("never-started", default);
        view.Liveness.ShouldBe(Liveness.Dead);
        view.Address.ShouldBeNull();
    }

    [ProgramsFact(["sh"])]
    public async Task A_candidate_runs_beside_stable()
    {
        var stable = await Started("stable", "1.0.0");
        var candidate = await Started("candidate", "1.1.0");

        candidate.Address.ShouldNotBe(stable.Address);
        (await Platform.Look("stable", default)).Liveness.ShouldBe(Liveness.Alive);
    }

    [ProgramsFact(["sh"])]
    public async Task A_retired_instance_is_dead_and_keeps_its_address()
    {
        var before = await Started("stable", "1.0.0");
        var instance = new Instance("stable", await Platform.Identify(Service, "1.0.0", default), []);
        var retire = Platform.Retire("retire-stable", instance, Service);
        var seen = new Before((await retire.Observe(default)).Seen);

        await retire.Apply(StepConformance.Key, default);
        var dead = await Platform.Look("stable", default);
        await retire.Undo(seen, StepConformance.UndoKey, default);
        var again = await Platform.Look("stable", default);

        (dead.Liveness, dead.Address).ShouldBe((Liveness.Dead, before.Address));
        (again.Liveness, again.Address).ShouldBe((Liveness.Alive, before.Address));
    }

    [ProgramsFact(["sh"])]
    public async Task An_instance_of_something_that_was_not_prepared_does_not_start()
    {
        var instance = new Instance("early", await Platform.Identify(Service, "9.9.9", default), []);
        _ = await Should.ThrowAsync<ReleaseException>(
            () => Platform.Start("start-early", instance, Service).Apply(StepConformance.Key, default));
    }

    private async Task<InstanceView> Started(string id, string version)
    {
        var artefact = await Platform.Identify(Service, version, default);
        await Platform.Prepare("prepare-" + id, artefact).Apply(StepConformance.Key, default);
        await Platform.Start("start-" + id, new Instance(id, artefact, []), Service).Apply(StepConformance.Key, default);
        return await Platform.Look(id, default);
    }
}

#pragma warning disable CA1001 // The runner calls DisposeAsync.
public sealed class ProcessPlatformConformance : PlatformConformance
{
    private readonly DriverWorld _world = new();

    protected override IPlatform Platform => _world.Platform;

    protected override ServiceOptions Service => DriverWorld.Service;

    // Named beforehand, so that they end with the world whatever a test does.
    public override async Task InitializeAsync()
    {
        _ = await _world.Prepared("stable");
        _ = await _world.Prepared("candidate");
    }

    public override async Task DisposeAsync() => await _world.DisposeAsync();
}
