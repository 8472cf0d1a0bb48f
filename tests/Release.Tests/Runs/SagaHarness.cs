using Release.Journal;
using Release.Planning;
using Release.Runs;
using Release.Tests.Journal;

namespace Release.Tests.Runs;

/// <summary>How a walk through a plan ended.</summary>
internal enum WalkEnd
{
    /// <summary>Every step is applied.</summary>
    AllNew,

    /// <summary>Everything that began is undone.</summary>
    AllOld,

    /// <summary>Something is left, with a name.</summary>
    Stuck,

    /// <summary>A peer did not answer; the run is open.</summary>
    Open,

    /// <summary>The process was killed.</summary>
    Killed,
}

/// <summary>
/// Takes any plan over the fake world through the saga, back when a step fails, and on from the journal when it is called
/// again. <see cref="Prove"/> strikes every call of it in every way.
/// </summary>
/// <param name="prepare">The world before the plan.</param>
/// <param name="plan">The plan; made anew for every process.</param>
internal sealed class SagaHarness(Func<Scene> prepare, Func<FakeProcess, IReadOnlyList<PlannedStep>> plan)
{
    private static readonly Blow[] Failures = [Blow.FailBefore, Blow.FailHalf, Blow.FailAfter, Blow.Hang];
    private static readonly Blow[] Kills = [Blow.KillBefore, Blow.KillHalf, Blow.KillAfter, Blow.KillLate];

    /// <summary>Strikes every apply and every undo in turn. The number of trials.</summary>
    public int Prove()
    {
        var (before, _) = World(prepare());
        var whole = prepare();
        Walk(whole).ShouldBe((WalkEnd.AllNew, ""));
        var (after, _) = World(whole);
        var calls = whole.World.Blows.Calls.Count - prepare().World.Blows.Calls.Count;
        var trials = 0;
        for (var at = 1; at <= calls; at++)
        {
            foreach (var blow in Failures.Concat(Kills))
            {
                trials++;
                var scene = prepare();
                scene.World.Blows.StrikeCall(at, blow);
                var end = Walk(scene);
                var said = $"call {at} {blow}: {end}";
                if (end.End is WalkEnd.Killed)
                {
                    end = Walk(scene);
                }

                end.End.ShouldBe(Failures.Contains(blow) ? WalkEnd.AllOld : WalkEnd.AllNew, said);
                scene.Time.Pass(TimeSpan.FromSeconds(10));
                World(scene).Shown.ShouldBe(end.End is WalkEnd.AllOld ? before : after, said);
                JournalRules.Hold(scene);
            }
        }

        return trials + ProveUndos(calls, before);
    }

    /// <summary>The last step fails, and so does each call of the way back in turn.</summary>
    private int ProveUndos(int calls, string before)
    {
        var trials = 0;
        foreach (var blow in Failures.Concat(Kills))
        {
            for (var at = 1; ; at++)
            {
                var scene = prepare();
                scene.World.Blows.StrikeCall(calls, Blow.FailHalf);
                scene.World.Blows.StrikeCall(calls + at, blow);
                var end = Walk(scene);
                if (scene.World.Blows.Fallen < 2)
                {
                    break;
                }

                trials++;
                var struck = scene.World.Blows.Calls[^1].Split(' ')[1];
                var said = $"undo call {at} ({struck}) {blow}: {end}";
                end.End.ShouldBe(Failures.Contains(blow) ? WalkEnd.Stuck : WalkEnd.Killed, said);
                if (end.End is WalkEnd.Stuck)
                {
                    end.What.ShouldNotBeNullOrEmpty(said);
                }

                Walk(scene).ShouldBe((WalkEnd.AllOld, ""), said);
                scene.Time.Pass(TimeSpan.FromSeconds(10));
                World(scene).Shown.ShouldBe(before, said);
                JournalRules.Hold(scene);
            }
        }

        return trials;
    }

    private static (string Shown, int Records) World(Scene scene) => (scene.World.Show(), scene.Journal.Records.Count);

    private (WalkEnd End, string What) Walk(Scene scene)
    {
        var process = scene.Process();
        try
        {
            return scene.Time.Run(() => Walk(scene, process));
        }
        catch (SimulatedCrashException)
        {
            return (WalkEnd.Killed, "");
        }
    }

    private async Task<(WalkEnd End, string What)> Walk(Scene scene, FakeProcess process)
    {
        var ports = process.Environment.Ports;
        var steps = plan(process);
        await using var lease = (await ports.Leases.TryTake(new LeaseRequest("harness", "test"), default)).ShouldNotBeNull();
        var state = await process.Environment.ReadState(default);
        var nothing = new DeployedRelease("1.0.0", null, []);
        using var journal = new RunJournal(ports.Journal, lease, state, state.Open?.Id ?? state.NextRun, scene.Time);
        if (state.Open is null)
        {
            var opening = new RunOpening(RunKind.Release, nothing, nothing, "", "", "", "", "", "", "", null);
            await journal.Append(RecordType.RunOpened, opening.ToJson());
        }

        try
        {
            foreach (var planned in steps.Where(_ => !journal.Run.GoesBack))
            {
                await new Saga(journal, process.Environment.Screen).Advance(planned.Step, planned.Phase, default);
            }
        }
        catch (StepFailedException failed)
        {
            await journal.Decide(Decision.GoBack, failed.Message);
        }
        catch (StepUnknownException unknown)
        {
            return (WalkEnd.Open, unknown.Message);
        }

        if (journal.Run.GoesBack && await new Unwinding(journal, process.Environment.Screen).Run(steps) is UnwindOutcome.Partly partly)
        {
            return (WalkEnd.Stuck, string.Join("; ", partly.Left));
        }

        var outcome = journal.Run.GoesBack ? RunOutcome.RolledBack : RunOutcome.Promoted;
        await journal.Append(RecordType.RunClosed, new() { ["outcome"] = Words.Of(outcome), ["reason"] = "" });
        return (outcome is RunOutcome.Promoted ? WalkEnd.AllNew : WalkEnd.AllOld, "");
    }
}
