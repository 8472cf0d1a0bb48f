using Release.Runs;
using Xunit.Abstractions;

namespace Release.Tests.Runs;

/// <summary>
/// Every call of a release fails in turn: before it did anything, half-way, and when all was done; every way back fails in
/// turn; and every call is made twice. The world ends all new, all old, or stuck with a name.
/// </summary>
public class FailingAnywhere(ITestOutputHelper output)
{
    private static readonly Blow[] Failures = [Blow.FailBefore, Blow.FailHalf, Blow.FailAfter, Blow.Hang];

    [Fact]
    public void Invariant_6_a_failed_apply_is_undone_with_all_that_preceded_it()
    {
        var failed = 0;
        foreach (var failure in Failures)
        {
            for (var at = 1; ; at++)
            {
                var scene = new Scene("ping", "search").Deployed();
                var before = scene.World.Show();
                scene.World.Blows.StrikeCall(at, failure);
                var result = scene.Release();
                if (scene.World.Blows.Fallen == 0)
                {
                    break;
                }

                failed++;
                var call = $"{failure} in {scene.World.Blows.Calls.First(c => c.StartsWith("apply", StringComparison.Ordinal))}, call {at}: {result.LastLine}";
                result.Status.ShouldBe(ExitStatus.Failed, call);
                scene.World.Show(tags: false).ShouldBe(before, call);
                scene.World.Fields("tag/").ShouldBe(scene.World.Fields("pushed/").Any() ? ["tag/release/fake/1.1.0"] : [], call);
                scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack, call);
                JournalRules.Hold(scene);
            }
        }

        output.WriteLine($"{failed} failures");
        failed.ShouldBeGreaterThanOrEqualTo(4 * 13);
    }

    [Fact]
    public void Invariant_8_a_failed_undo_is_stuck_with_its_name_and_the_next_rollback_ends_it()
    {
        var stuck = 0;
        foreach (var failure in Failures)
        {
            for (var at = 1; ; at++)
            {
                var scene = new Scene("ping", "search").Deployed().Sick("1.1.0");
                var before = scene.World.Show();
                var undos = Undos(scene);
                scene.World.Blows.Strike(undos[at - 1], Way.Undo, failure);
                var result = scene.Release();
                if (scene.World.Blows.Fallen == 0)
                {
                    // Covered by another one's call: a route goes back in one.
                    scene.World.Show().ShouldBe(before);
                }
                else
                {
                    stuck++;
                    var said = $"{failure} in undo of {undos[at - 1]}: {result.LastLine}";
                    result.Status.ShouldBe(ExitStatus.Stuck, said);
                    result.Message.ShouldContain(undos[at - 1]);
                    scene.Status()["state"]!.GetValue<string>().ShouldBe("stuck");
                    scene.Release().Status.ShouldBe(ExitStatus.Stuck);
                    scene.Resume().Status.ShouldBe(ExitStatus.Stuck);

                    scene.Rollback().Status.ShouldBe(ExitStatus.Done, said);
                    scene.World.Show(tags: false).ShouldBe(before, said);
                }

                JournalRules.Hold(scene);
                if (at == undos.Count)
                {
                    break;
                }
            }
        }

        output.WriteLine($"{stuck} stuck");
        stuck.ShouldBeGreaterThanOrEqualTo(4 * 8);
    }

    [Fact]
    public void Every_apply_and_every_undo_made_twice_is_made_once()
    {
        var (once, twice) = (new Scene("ping", "search").Deployed(), new Scene("ping", "search").Deployed());
        _ = once.Release();
        _ = Twice(twice, p => p.Release());
        twice.World.Show().ShouldBe(once.World.Show());
        Changes(twice).ShouldBe(Changes(once));

        (once, twice) = (new Scene("ping", "search").Deployed().Sick("1.1.0"), new Scene("ping", "search").Deployed().Sick("1.1.0"));
        _ = once.Release();
        Twice(twice, p => p.Release()).Status.ShouldBe(ExitStatus.GateSaidNo);
        twice.World.Show().ShouldBe(once.World.Show());
        Changes(twice).ShouldBe(Changes(once));
    }

    private static RunResult Twice(Scene scene, Func<FakeProcess, Task<RunResult>> command) => scene.Command(p =>
    {
        p.Wrap = s => s is ITrafficStep traffic ? new TwiceShift(traffic) : new TwiceStep(s);
        return command(p);
    });

    private static IReadOnlyList<string> Changes(Scene scene) => [.. scene.World.Effects.Select(e => $"{e.Way} {e.Step} {e.Field} {e.From} {e.To}")];

    private static IReadOnlyList<string> Undos(Scene of)
    {
        var scene = new Scene([.. of.Options.Services.Select(s => s.Name)]).Deployed().Sick("1.1.0");
        _ = scene.Release();
        return [.. scene.World.Blows.Calls.Where(c => c.StartsWith("undo ", StringComparison.Ordinal)).Select(c => c[5..])];
    }

    private class TwiceStep(IStep inner) : IStep
    {
        public string Id => inner.Id;

        public StepSafety Safety => inner.Safety;

        public TimeSpan Deadline => inner.Deadline;

        public string Describe() => inner.Describe();

        public Task<Observation> Observe(CancellationToken cancellation) => inner.Observe(cancellation);

        public async Task Apply(StepKey key, CancellationToken cancellation)
        {
            await inner.Apply(key, cancellation);
            await inner.Apply(key, cancellation);
        }

        public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
        {
            await inner.Undo(before, key, cancellation);
            await inner.Undo(before, key, cancellation);
        }
    }

    private sealed class TwiceShift(ITrafficStep inner) : TwiceStep(inner), ITrafficStep
    {
        public string Route => inner.Route;

        public Percent Share => inner.Share;
    }
}
