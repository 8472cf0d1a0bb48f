using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Simulation;

/// <summary>What holds when every command of an act has ended: exit codes say what is, and no share is left unwatched.</summary>
internal sealed class ActLaws(Scene scene, Weather weather, IReadOnlyList<Command> commands, EnvironmentState before, DateTimeOffset began)
{
    private readonly EnvironmentState _after = scene.State;

    public void Hold()
    {
        if (commands is [{ Result: { } result } command])
        {
            ExitCodeAgrees(command, result);
        }

        NoShareIsUnwatched();
    }

    private void ExitCodeAgrees(Command command, RunResult result)
    {
        var (said, open) = ($"{command} ended with {(int)result.Status}: {result.LastLine}", _after.Open);
        result.Message.ShouldNotBeNullOrEmpty(said);
        switch (result.Status)
        {
            case ExitStatus.Done when command.Goal is Phases.PreChecks:
                _after.LastSeq.ShouldBe(before.LastSeq, said);
                break;
            case ExitStatus.Done:
                open.ShouldBeNull(said);
                ItIsDone(command, said);
                break;
            case ExitStatus.Failed:
                open.ShouldBeNull(said);
                break;
            case ExitStatus.Usage:
                _after.Runs.Count.ShouldBe(before.Runs.Count, said);
                (open?.LastSeq).ShouldBe(before.Open?.LastSeq, said);
                break;
            case ExitStatus.GateSaidNo:
                open.ShouldBeNull(said);
                _after.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack, said);
                break;
            case ExitStatus.Held:
                Assert.Fail(said + " (nobody else was there)");
                break;
            case ExitStatus.Open:
                (open is not null || weather.CouldNotRecord || weather.IsRough).ShouldBeTrue(said);
                break;
            case ExitStatus.Stuck:
                open.ShouldNotBeNull(said).StuckBecause.ShouldNotBeNull(said);
                break;
            case ExitStatus.Parked:
                open.ShouldNotBeNull(said).IsParked.ShouldBeTrue(said);
                break;
            case ExitStatus.Interrupted:
            case ExitStatus.Terminated:
                command.WasInterrupted.ShouldBeTrue(said);
                break;
            default:
                Assert.Fail(said);
                break;
        }
    }

    private void ItIsDone(Command command, string said)
    {
        if (command.Verb is Verb.Promote && command.Version is { } version)
        {
            _after.Stable!.Version.ShouldBe(version, said);
        }
        else if (command.Verb is Verb.Down)
        {
            (_after.IsDown || _after.Stable is null).ShouldBeTrue(said);
        }
    }

    // What a killed process left, or had called, is somebody's matter only when its time is over: then whoever acts next.
    private bool SomebodyActsOn(RunState left) => commands.Any(c => c is { Goal: not Phases.PreChecks, WasInterrupted: false }
        && c.Result?.Status is not (ExitStatus.Usage or ExitStatus.Held)
        && began + c.After >= left.LastAt + scene.Options.OrphanAfter);

    // Invariant 15. A killed process cannot take its share along, nor one that cannot record or whose peers are away.
    private void NoShareIsUnwatched()
    {
        if (_after.Open is { StuckBecause: null, IsPromoted: false, Opening: { Kind: RunKind.Release, IsFirst: false } } open
            && !weather.IsRough && !weather.CouldNotRecord && commands.All(c => c is { WasKilled: false, WasFrozen: false })
            && (before.Open?.Id != open.Id || !before.Open.CandidateMayHaveTraffic || SomebodyActsOn(before.Open)))
        {
            foreach (var instance in open.Opening.Target.Instances)
            {
                (scene.World[$"weight/{instance.Artefact.Service}/{scene.World.AddressOf(instance.Id)}"] ?? "0")
                    .ShouldBe("0", $"{instance.Id} has a share and nobody watches it (invariant 15)");
            }
        }
    }
}
