#pragma warning disable CA2000 // A conformance test disposes of its world.
using Release.Configuration;
using Release.Conformance;
using Release.Platforms;
using Release.Tests.Processes;

namespace Release.Tests.Kong.Strict;

public abstract class StrictRouterConformance(bool dbLess) : TrafficRouterConformance
{
    private StrictWorld _world = null!;

    protected override ITrafficRouter Router => _world.Router;

    protected override ServiceOptions Service => StrictWorld.Service;

    public override async Task InitializeAsync() => _world = await StrictWorld.Start(dbLess);

    public override async Task DisposeAsync()
    {
        _world.Kong.Violations.ShouldBeEmpty();
        _world.Kong.Starved.ShouldBeFalse();
        await _world.DisposeAsync();
    }

    protected override string PlaceOf(string instance) => _world.Addresses[instance][0].Routed;

    [Fact]
    public async Task Every_behaviour_that_a_release_relies_on()
    {
        using var scratch = new TemporaryFolder();
        var subject = new Subject(TimeProvider.System, "strict", scratch.Path) { Late = TimeSpan.FromMilliseconds(300) };
        var behaviours = new RouterBehaviours(_world.Router, StrictWorld.Service, new("stable", "candidate", "other"), _world.Look, TimeSpan.FromSeconds(10), subject);
        var reports = await Trial.Of(behaviours.All, TimeProvider.System, _ => { }, default);
        reports.Where(report => report.Found is not null).Select(report => $"{report.Name}: {report.Found}").ShouldBeEmpty();
        await behaviours.Clean(default);
        _world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=10000");
    }
}

public sealed class KongWithADatabaseAsRouter() : StrictRouterConformance(dbLess: false);

public sealed class KongWithoutADatabaseAsRouter() : StrictRouterConformance(dbLess: true);

public abstract class StrictStepConformance(bool dbLess, bool shifts) : StepConformance
{
    protected override async Task<StepWorld> NewWorld()
    {
        var world = await StrictWorld.Start(dbLess);
        return new StepWorld(shifts ? world.Shift(10) : world.Router.Expose(StrictWorld.Service)[0], () => Task.FromResult(world.All()), end: async () =>
        {
            world.Kong.Violations.ShouldBeEmpty();
            await world.DisposeAsync();
        });
    }
}

public sealed class ShiftingWithADatabase() : StrictStepConformance(dbLess: false, shifts: true);

public sealed class ShiftingWithoutADatabase() : StrictStepConformance(dbLess: true, shifts: true);

public sealed class HoldingRetriesWithADatabase() : StrictStepConformance(dbLess: false, shifts: false);

public sealed class HoldingRetriesWithoutADatabase() : StrictStepConformance(dbLess: true, shifts: false);
