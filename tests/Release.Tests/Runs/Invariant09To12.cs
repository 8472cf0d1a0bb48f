using Release.Journal;
using Release.Runs;
using Release.Views;

namespace Release.Tests.Runs;

/// <summary>Invariant 9: a writer whose lease was taken over can append nothing. Invariants 6 and 14: a rollback gets past a holder.</summary>
public class OneWriter
{
    [Fact]
    public void Invariant_9_a_holder_that_does_not_answer_is_taken_over_after_15_s_and_appends_nothing_more()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.Freeze);
        var begin = scene.Time.GetUtcNow();
        var taken = default(DateTimeOffset);
        var records = 0;

        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(4), async p =>
            {
                var result = await p.Rollback();
                taken = scene.Journal.Records.Last(r => r.Type is RecordType.LeaseTaken).Ts;
                records = scene.Journal.Records.Count;
                scene.World.Thawed.SetResult();
                return result;
            }));

        (taken - begin).TotalSeconds.ShouldBeInRange(19, 21);
        results[1].Status.ShouldBe(ExitStatus.Done);
        results[0].Status.ShouldBe(ExitStatus.Open, "the old holder stops: it may not write");
        scene.Journal.Records.Count.ShouldBe(records);
        scene.Journal.Records.Select(r => r.Token).ShouldBeInOrder();
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        JournalRules.TheChainHolds(scene.Journal.Records);
    }

    [Fact]
    public void Invariant_9_a_holder_that_lost_its_lease_between_two_steps_makes_no_further_call()
    {
        var scene = new Scene().Deployed();
        var calls = 0;

        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(2.5), async p =>
            {
                var holder = await scene.Journal.Look(default);
                _ = await scene.Journal.TakeOver(holder!, new LeaseRequest("thief@host", "test"), default);
                calls = scene.World.Blows.Calls.Count;
                return new RunResult(ExitStatus.Done, "");
            }));

        results[0].Status.ShouldBe(ExitStatus.Open);
        results[0].Message.ShouldContain("stopped in");
        scene.World.Blows.Calls.Count.ShouldBe(calls);
    }
}

/// <summary>Invariant 9: no outside call begins under a lease that may be somebody else's by now.</summary>
public class AnOldLease
{
    [Theory]
    [InlineData(RecordType.StepIntent, "shift-traffic-ping-50")]
    [InlineData(RecordType.StepIntent, "start-candidate-ping")]
    [InlineData(RecordType.StepUndoIntent, "start-candidate-ping")]
    public void Invariant_9_a_call_is_not_made_even_when_its_intent_was_still_written(RecordType type, string step)
    {
        var scene = new Scene().Deployed();
        if (type is RecordType.StepUndoIntent)
        {
            _ = scene.Sick("1.1.0");
        }

        scene.Journal.AfterAppend = r => scene.CannotRenew |= r.Type == type && r.Entry.Step == step;

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Open);
        result.LastLine.ShouldContain("The lease could not be renewed for 40 s.");
        scene.World.Blows.Calls.ShouldNotContain($"{(type is RecordType.StepIntent ? "apply" : "undo")} {step}");
        scene.Journal.AfterAppend = null;
        scene.CannotRenew = false;
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }
}

/// <summary>Two commands at once.</summary>
public class TwoAtOnce
{
    [Fact]
    public void Of_two_promotes_one_runs_and_the_other_is_refused_with_4_and_names_the_holder()
    {
        var scene = new Scene();

        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(2), p => p.Release()));

        results[0].Status.ShouldBe(ExitStatus.Done);
        results[1].Status.ShouldBe(ExitStatus.Held);
        results[1].Message.ShouldContain("fake is held by person1@host on memory (process 1)");
        scene.State.Runs.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(2.5)]
    [InlineData(4.5)]
    public void A_rollback_makes_the_holder_undo_and_hand_over(double after)
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show();

        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(after), p => p.Rollback()));

        results[0].Status.ShouldBe(ExitStatus.Failed);
        results[0].Message.ShouldContain("person2@host asked for a rollback: because");
        results[1].Status.ShouldBe(ExitStatus.Done);
        results[1].Message.ShouldContain("was undone by its own process: 1.0.0 serves everything");
        scene.World.Show().ShouldBe(before);
        scene.Journal.Records.Count(r => r.Type is RecordType.LeaseTaken && r.Data.ContainsKey("takenFrom")).ShouldBe(0);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_rollback_that_asks_just_before_the_end_undoes_what_was_promoted_meanwhile()
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show(tags: false);

        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.Zero, async p =>
            {
                while (!scene.State.Runs.Any(r => r.HasFinished(Phases.Verify)))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), scene.Time);
                }

                return await p.Rollback();
            }));

        results[1].Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.Show(tags: false).ShouldBe(before);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_second_rollback_beside_one_that_is_under_way_is_refused_with_4()
    {
        var scene = new Scene().Deployed().Promoted();
        scene.World.Blows.Strike("retire-ping", Way.Apply, Blow.Hang);

        var results = scene.Together((TimeSpan.Zero, p => p.Rollback()), (TimeSpan.FromSeconds(1), p => p.Rollback()));

        results[1].Status.ShouldBe(ExitStatus.Held);
        results[1].Message.ShouldContain("under way already");
        results[0].Status.ShouldBe(ExitStatus.Stuck);
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void A_holder_that_cannot_be_killed_refuses_a_rollback_with_4()
    {
        var scene = new Scene().Deployed();
        scene.Journal.HolderCannotBeKilled = true;
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.Freeze);

        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(4), async p =>
            {
                var result = await p.Rollback();
                scene.World.Thawed.SetResult();
                return result;
            }));

        results[1].Status.ShouldBe(ExitStatus.Held);
        results[1].Message.ShouldContain("could not be taken over from person1@host");
        results[0].Status.ShouldBe(ExitStatus.Failed, "it sees the request when it wakes up, and undoes");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }
}

/// <summary>Invariant 10: an environment whose last run is open and whose process is gone is interrupted.</summary>
public class AnInterruptedEnvironment
{
    [Fact]
    public void Invariant_10_it_refuses_everything_but_the_ways_out_with_5_and_names_them()
    {
        var scene = Interrupted();
        var world = scene.World.Show();

        scene.Status()["state"]!.GetValue<string>().ShouldBe("interrupted");
        foreach (var refused in new[] { scene.Release(), scene.Release("9.9.9"), scene.Release(goal: Phases.Canary), scene.Down() })
        {
            refused.Status.ShouldBe(ExitStatus.Open);
            refused.Message.ShouldContain("Run 2 (release 1.1.0) was interrupted in Promote: nothing else may start before it is ended.");
            refused.Message.ShouldContain("./build.sh Resume --env fake");
            refused.Message.ShouldContain("./build.sh Rollback --env fake");
            refused.Message.ShouldContain("./build.sh Abandon --reason");
        }

        scene.World.Show().ShouldBe(world);
        scene.State.Runs.Count.ShouldBe(2);
    }

    [Fact]
    public void Invariant_10_resume_completes_it()
    {
        var scene = Interrupted();
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_10_rollback_restores_the_start()
    {
        var scene = Interrupted();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_10_abandon_closes_it_as_it_stands_and_the_next_release_goes_from_there()
    {
        var scene = Interrupted();
        var world = scene.World.Show();

        scene.Abandon().Message.ShouldContain("The split that remains: ping: 10.0.0.1:80 has 50%, 10.0.0.2:80 has 50%");

        scene.World.Show().ShouldBe(world);
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.Abandoned);
        scene.State.Stable!.Version.ShouldBe("1.0.0");
        scene.Resume().Message.ShouldBe("There is nothing to resume in fake: no run is open.");
        scene.Abandon().Message.ShouldBe("There is nothing to abandon in fake: no run is open.");
    }

    private static Scene Interrupted()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        return scene;
    }
}

/// <summary>Invariants 11 and 14: a journal that is damaged refuses everything but a rollback.</summary>
public class ADamagedChain
{
    [Fact]
    public void Invariant_11_nothing_may_start_on_it()
    {
        var scene = Damaged();
        var (world, records) = (scene.World.Show(), scene.Journal.Records.Count);

        foreach (var refused in new[] { scene.Release(), scene.Resume(), scene.Down(), scene.Abandon() })
        {
            refused.Status.ShouldBe(ExitStatus.Open);
            refused.Message.ShouldContain("record 18");
            refused.Message.ShouldContain("Rollback");
        }

        scene.World.Show().ShouldBe(world);
        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Fact]
    public void Invariant_11_audit_finds_it()
    {
        var scene = Damaged();
        var view = new AuditView(scene.Process().Environment);
        var lines = new List<string>();
        var result = view.Judge(scene.Time.Run(() => view.Read(default)), lines.Add);
        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("record 18 (line 18): its hash does not hold");
    }

    [Fact]
    public void Invariant_14_a_rollback_says_damage_in_older_records_loudly_and_goes_on()
    {
        var scene = Damaged();
        scene.Damage = new JournalDamage(3, 3, "its hash does not hold");

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.Lines.ShouldContain("! The journal is damaged at record 3 (line 3): its hash does not hold. Going on with what can be read.");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Invariant_14_a_rollback_does_not_guess_from_damaged_records_of_its_own_run()
    {
        var scene = Damaged();

        var result = scene.Rollback();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain("the run that would be undone (2)");
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
    }

    // The probe's record of the promoted run.
    private static Scene Damaged()
    {
        var scene = new Scene().Promoted();
        scene.Damage = new JournalDamage(18, 18, "its hash does not hold");
        return scene;
    }
}

/// <summary>Invariant 12: what must be recorded stops a run when it cannot be.</summary>
public class ThingsThatCannotBeRecorded
{
    [Theory]
    [InlineData(Story.FirstRelease, 65)]
    [InlineData(Story.GateSaysNo, 36)]
    [InlineData(Story.Rollback, 8)]
    [InlineData(Story.Down, 8)]
    public void Invariant_12_a_journal_that_is_full_stops_the_run_at_that_record_with_5(Story story, int least)
    {
        var whole = Tale.Of(story).Told();
        for (var room = 0; ; room++)
        {
            var tale = Tale.Of(story);
            var scene = tale.Scene;
            scene.Room = room;
            var result = tale.Tell();
            if (scene.Room >= 0)
            {
                room.ShouldBeGreaterThan(least);
                break;
            }

            var said = $"{story}, room for {room}: {result.LastLine}";
            result.Status.ShouldBe(ExitStatus.Open, said);
            result.Message.ShouldContain("The disk is full.");
            scene.World.Effects.ShouldAllBe(e => scene.Journal.Records.Any(r => r.Entry.Key == e.Key));
            scene.Room = null;
            if (room % 4 == 0)
            {
                tale.Recover(isRollback: room % 8 == 0, said, whole);
            }
        }
    }

    [Theory]
    [InlineData(Phases.Backup)]
    [InlineData(Phases.Handover)]
    public void Invariant_12_evidence_that_cannot_be_kept_stops_the_run_and_no_rollback(string phase)
    {
        var scene = new Scene().Deployed();
        scene.World.BeforeChange = (step, _) => scene.World.EvidenceIsLost = phase == Phases.Backup || step == "push-tag";

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain($"{(phase == Phases.Backup ? "running.json" : "plan.json")}: the evidence could not be put: The evidence store is gone.");
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void Invariant_12_evidence_that_comes_back_is_put_by_resume()
    {
        var scene = new Scene().Deployed();
        scene.World.BeforeChange = (step, _) => scene.World.EvidenceIsLost = step == "push-tag";
        scene.Release().Status.ShouldBe(ExitStatus.Open);
        scene.World.EvidenceIsLost = false;

        scene.Resume().Status.ShouldBe(ExitStatus.Done);

        scene.World.Evidence.Keys.ShouldBe([
            "deployments-2026-03-04.md", "latest-success.json",
            .. new[] { "checks", "configuration", "gate", "plan", "running", "steps" }.Select(n => $"run-2-{scene.State.Runs[^1].Opening.PlanHash[..8]}/{n}.json"),
            $"run-2-{scene.State.Runs[^1].Opening.PlanHash[..8]}/release.md",
            $"run-2-{scene.State.Runs[^1].Opening.PlanHash[..8]}/release-notes.md",
        ], ignoreOrder: true);
    }
}
