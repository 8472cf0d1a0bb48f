using Release.Drivers.Kong;
using Release.Runs;
using Release.Tests.Kong.Strict;
using Release.Tests.Processes;

namespace Release.Tests.Kong;

public sealed class HoldingRetries
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task They_are_zero_during_the_canary_and_as_before_at_its_end_whoever_ends_it(bool dbLess)
    {
        await using var world = await StrictWorld.Start(dbLess);
        await world.Router.Expose(StrictWorld.Service)[0].Apply(StepConformance.Key, default);
        Retries(world).ShouldBe(0);
        world.All().ShouldContain("release-retries-5");

        world.StartAgain();
        await world.Router.Cover(StrictWorld.Service)[0].Apply(StepConformance.Key, default);
        Retries(world).ShouldBe(5);
        world.All().ShouldNotContain("release-retries");
        (await world.Router.Cover(StrictWorld.Service)[0].Observe(default)).State.ShouldBe(StepState.Applied);
        world.Kong.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_was_abandoned_left_them_held_and_the_next_one_still_knows_how_many_there_were()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        await world.Router.Expose(StrictWorld.Service)[0].Apply(StepConformance.Key, default);

        var next = world.Router.Expose(StrictWorld.Service)[0];
        (await next.Observe(default)).State.ShouldBe(StepState.Applied);
        await world.Router.Cover(StrictWorld.Service)[0].Apply(StepConformance.Key, default);
        Retries(world).ShouldBe(5);
    }

    [Fact]
    public async Task What_somebody_set_meanwhile_stays()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        var step = world.Router.Expose(StrictWorld.Service)[0];
        var before = new Before((await step.Observe(default)).Seen);
        await step.Apply(StepConformance.Key, default);
        world.Kong.Entities.Services[0]["retries"] = 2;
        (await step.Observe(default)).State.ShouldBe(StepState.Torn);

        await step.Undo(before, StepConformance.UndoKey, default);
        Retries(world).ShouldBe(2);
        world.All().ShouldNotContain("release-retries");
    }

    [Fact]
    public async Task Somebody_who_has_none_gets_none_and_no_tag()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.Kong.Entities.Services[0]["retries"] = 0;
        var step = world.Router.Expose(StrictWorld.Service)[0];
        (await step.Observe(default)).State.ShouldBe(StepState.Applied);
        await step.Apply(StepConformance.Key, default);
        world.All().ShouldContain("tags=-");
    }

    [Fact]
    public async Task The_end_can_be_taken_back_too()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        await world.Router.Expose(StrictWorld.Service)[0].Apply(StepConformance.Key, default);
        var held = world.All();
        var end = world.Router.Cover(StrictWorld.Service)[0];
        var before = new Before((await end.Observe(default)).Seen);
        await end.Apply(StepConformance.Key, default);
        await end.Undo(before, StepConformance.UndoKey, default);
        world.All().ShouldBe(held);
    }

    [Fact]
    public async Task Kept_ones_are_nobodys_step_and_PreChecks_says_what_they_may_hide()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.StartAgain(CanaryRetries.Keep);
        world.Router.Expose(StrictWorld.Service).ShouldBeEmpty();
        world.Router.Cover(StrictWorld.Service).ShouldBeEmpty();
        var doubt = (await world.Router.Examine(StrictWorld.Service, default)).ShouldHaveSingleItem();
        doubt.Blocks.ShouldBeFalse();
        doubt.Sentence.ShouldContain("5 times more, on stable too");
    }

    private static int Retries(StrictWorld world) => world.Kong.Entities.Services[0]["retries"]!.GetValue<int>();
}
