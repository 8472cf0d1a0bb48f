using Release.Configuration;
using Release.Platforms;
using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.Kong;

/// <summary>
/// What a release relies on in every router. The subject starts with all traffic on the instance <c>stable</c>; there
/// is an instance <c>candidate</c> too, and none is called <c>nowhere</c>.
/// </summary>
public abstract class TrafficRouterConformance : IAsyncLifetime
{
    protected abstract ITrafficRouter Router { get; }

    protected abstract ServiceOptions Service { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    protected abstract string PlaceOf(string instance);

    [ProgramsFact(["sh"])]
    public async Task Shares_add_up_and_are_what_was_asked_for()
    {
        foreach (var share in new[] { 1m, 10m, 33.33m, 50m, 100m, 0m })
        {
            await Shift(new Percent(share)).Apply(StepConformance.Key, default);
            var observed = await Observed();
            observed.ShareOf([PlaceOf("candidate")]).ShouldBe(new Percent(share));
            observed.ShareOf([PlaceOf("stable")]).ShouldBe(new Percent(share).Rest);
        }
    }

    [ProgramsFact(["sh"])]
    public async Task The_first_steps_before_brings_the_first_split_back_from_any_later_one()
    {
        var first = Shift(new Percent(10));
        var before = new Before((await first.Observe(default)).Seen);
        foreach (var share in new[] { 10, 50, 100 })
        {
            await Shift(new Percent(share)).Apply(StepConformance.Key, default);
        }

        await first.Undo(before, StepConformance.UndoKey, default);

        (await Observed()).ShareOf([PlaceOf("stable")]).ShouldBe(Percent.Full);
        (await first.Observe(default)).State.ShouldBe(StepState.Pending);
    }

    [ProgramsFact(["sh"])]
    public async Task Another_steps_split_is_pending_and_not_torn()
    {
        await Shift(new Percent(10)).Apply(StepConformance.Key, default);
        (await Shift(new Percent(50)).Observe(default)).State.ShouldBe(StepState.Pending);
    }

    [ProgramsFact(["sh"])]
    public async Task An_instance_without_an_address_gets_no_traffic()
    {
        var step = Router.Shift("shift-traffic-ping-nowhere", Service, "stable", "nowhere", new Percent(10));

        (await step.Observe(default)).State.ShouldBe(StepState.Pending);
        _ = await Should.ThrowAsync<ReleaseException>(() => step.Apply(StepConformance.Key, default));

        (await Observed()).ShareOf([PlaceOf("stable")]).ShouldBe(Percent.Full);
    }

    [ProgramsFact(["sh"])]
    public async Task It_knows_its_endpoints() => (await Router.Endpoints(default)).ShouldNotBeNull();

    protected ITrafficStep Shift(Percent share) =>
        Router.Shift($"shift-traffic-ping-{share.Value}", Service, "stable", "candidate", share);

    protected async Task<RoutedWeights> Observed() => (await Router.Observe(Service, default)).ShouldNotBeNull();
}

public sealed class KongRouterConformance : TrafficRouterConformance
{
    private KongWorld _world = null!;

    protected override ITrafficRouter Router => _world.Router;

    protected override ServiceOptions Service => KongWorld.Service;

    public override async Task InitializeAsync() => _world = await KongWorld.Create();

    public override async Task DisposeAsync() => await _world.DisposeAsync();

    protected override string PlaceOf(string instance) => _world.Addresses[instance];
}
