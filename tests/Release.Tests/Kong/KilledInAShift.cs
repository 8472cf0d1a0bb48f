using Release.Drivers.Kong;
using Release.Runs;
using Release.Tests.Kong.Strict;
using Release.Tests.Processes;

namespace Release.Tests.Kong;

/// <summary>
/// The process dies at each call that a step makes to Kong, before or after the call took effect; another process goes on,
/// or back (invariants 3, 6 and 16).
/// </summary>
public sealed class KilledInAShift
{
    [Theory]
    [InlineData(false, "shift")]
    [InlineData(true, "shift")]
    [InlineData(false, "hold")]
    [InlineData(true, "hold")]
    public async Task Another_process_takes_it_back_from_any_call(bool dbLess, string step)
    {
        var points = 0;
        foreach (var after in new[] { false, true })
        {
            for (var call = 1; await Killed(dbLess, step, call, after) is { } world; call++, points++)
            {
                await using (world.World)
                {
                    world.World.StartAgain();
                    await Step(world.World, step).Undo(world.Before, StepConformance.UndoKey, default);
                    world.World.All().ShouldBe(world.Was, $"killed {(after ? "after" : "before")} call {call}");
                    world.World.Kong.Starved.ShouldBeFalse();
                    world.World.Kong.Violations.ShouldBeEmpty();
                }
            }
        }

        points.ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData(false, "shift")]
    [InlineData(true, "shift")]
    [InlineData(false, "hold")]
    [InlineData(true, "hold")]
    public async Task Another_process_ends_it_from_any_call(bool dbLess, string step)
    {
        foreach (var after in new[] { false, true })
        {
            for (var call = 1; await Killed(dbLess, step, call, after) is { } world; call++)
            {
                await using (world.World)
                {
                    world.World.StartAgain();
                    await Step(world.World, step).Apply(StepConformance.Key, default);
                    (await Step(world.World, step).Observe(default)).State.ShouldBe(StepState.Applied);
                    await Step(world.World, step).Undo(world.Before, StepConformance.UndoKey, default);
                    world.World.All().ShouldBe(world.Was, $"killed {(after ? "after" : "before")} call {call}");
                }
            }
        }
    }

    private static IStep Step(StrictWorld world, string step) => step == "hold" ? world.Router.Expose(StrictWorld.Service)[0] : world.Shift(10);

    // Null when the step makes fewer calls. Kong's client tries again what may be: only a process that is gone does not, so
    // the cut is at the apply's own call, and the exception ends it.
    private static async Task<(StrictWorld World, string Was, Before Before)?> Killed(bool dbLess, string step, int call, bool after)
    {
        var world = await StrictWorld.Start(dbLess);
        var was = world.All();
        var before = new Before((await Step(world, step).Observe(default)).Seen);
        using var killed = new CancellationTokenSource();
        world.Kong.Cut = (world.Kong.Asked.Count + call, after);
        world.Kong.WhenCut = killed.Cancel;
        try
        {
            await Step(world, step).Apply(StepConformance.Key, killed.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or KongException)
        {
            world.Kong.Cut = null;
            return (world, was, before);
        }

        await world.DisposeAsync();
        return null;
    }
}
