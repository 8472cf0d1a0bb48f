using Release.Configuration;
using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>One turn of a tender, in every situation that it can find.</summary>
public class TendingOnce
{
    [Fact]
    public void An_environment_with_nothing_to_do_is_left_alone_without_a_lease_or_a_record()
    {
        foreach (var scene in new[] { new Scene(), new Scene().Deployed(), new Scene().Promoted(), new Scene().Promoted().Downed(), Tended.Held() })
        {
            var (records, world) = (scene.Journal.Records.Count, scene.World.Show());

            scene.Tend().Status.ShouldBe(ExitStatus.Done);

            scene.Journal.Records.Count.ShouldBe(records);
            scene.World.Show().ShouldBe(world);
        }
    }

    [Fact]
    public void It_says_what_is_due_next() =>
        new Scene().Promoted().Tend().LastLine.ShouldMatch(@"^Nothing is due in fake before .*Z: then ping 1\.0\.0 is retired\.$");

    [Fact]
    public void A_kept_version_whose_time_has_come_is_retired_and_no_other()
    {
        var scene = Tended.Overdue();

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Done);
        result.LastLine.ShouldContain("retire ping 1.0.0: ping 1.0.0 is retired, due since");
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.State.Due.ShouldBeEmpty();
        scene.Tend().LastLine.ShouldBe("Nothing is due in fake.");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_retirement_that_fails_is_said_with_5_and_done_by_the_next_turn()
    {
        var scene = Tended.Overdue();
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.FailHalf);

        var failed = scene.Tend();

        failed.Status.ShouldBe(ExitStatus.Open);
        failed.LastLine.ShouldStartWith("Not done: retire ping 1.0.0: ");
        scene.Tend().Status.ShouldBe(ExitStatus.Done);
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_7_a_platform_that_does_not_answer_leaves_it_due()
    {
        var scene = Tended.Overdue();
        _ = scene.World.Silent.Add("platform");
        scene.Tend().Status.ShouldBe(ExitStatus.Open);
        scene.State.Due.ShouldHaveSingleItem();
        scene.World.Silent.Clear();
        scene.Tend().Status.ShouldBe(ExitStatus.Done);
        scene.State.Due.ShouldBeEmpty();
    }

    [Fact]
    public void What_an_abandoned_run_left_is_taken_away()
    {
        var scene = Tended.Killed();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");

        scene.Tend().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        JournalRules.TheChainHolds(scene.Journal.Records);
    }

    [Fact]
    public void Invariant_13_what_an_abandoned_run_left_stays_while_it_is_all_that_answers()
    {
        var scene = Tended.Killed();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);
        scene.World.Kill("ping-1.0.0-run1");

        scene.Tend().Status.ShouldBe(ExitStatus.Open);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue();
    }

    [Fact]
    public void Invariant_15_a_candidate_whose_process_is_gone_keeps_its_share_for_two_minutes_and_no_longer()
    {
        var scene = Tended.Killed();

        var early = scene.Tend();

        early.Status.ShouldBe(ExitStatus.Done);
        early.LastLine.ShouldContain("has no process since");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        scene.Time.Pass(scene.Options.OrphanAfter);

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Open, "a person must say what becomes of the run");
        result.LastLine.ShouldContain("the candidate of run 2 has no share any more");
        result.LastLine.ShouldContain("Go on: ./build.sh Resume --env fake; take it back: ./build.sh Rollback --env fake");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeTrue();
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Left_by_policy_it_is_said_at_every_turn_and_nothing_is_recorded_again()
    {
        var scene = Tended.Orphaned();
        _ = scene.Tend();
        var records = scene.Journal.Records.Count;
        scene.Time.Pass(scene.Options.OrphanAfter);

        scene.Tend().Status.ShouldBe(ExitStatus.Open);

        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Theory]
    [InlineData("tag-release")]
    [InlineData("start-candidate-ping")]
    [InlineData("shift-traffic-ping-10")]
    [InlineData("shift-traffic-ping-100")]
    [InlineData("push-tag")]
    public void By_policy_resume_it_goes_on_and_judges_afresh(string step)
    {
        var scene = Tended.Orphaned(step, OrphanPolicy.Resume);

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Done);
        result.LastLine.ShouldContain("go on with run 2 (1.1.0), whose process is gone: 1.1.0 serves everything");
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.State.Open.ShouldBeNull();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void By_policy_resume_a_sick_candidate_is_taken_back()
    {
        var scene = Tended.Orphaned(policy: OrphanPolicy.Resume).Sick("1.1.0");

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Done, "nothing is left for a person");
        result.LastLine.ShouldContain("Rolled back 1.1.0: 1.0.0 serves everything");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData("tag-release")]
    [InlineData("start-candidate-ping")]
    [InlineData("shift-traffic-ping-50")]
    public void By_policy_rollback_it_is_undone(string step)
    {
        var scene = Tended.Orphaned(step, OrphanPolicy.Rollback);

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Done);
        result.LastLine.ShouldContain("and onOrphan is rollback");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(OrphanPolicy.Rollback)]
    [InlineData(OrphanPolicy.Resume)]
    public void A_run_that_was_going_back_is_finished_whatever_the_policy(OrphanPolicy? policy)
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.Options = scene.Options with { OnOrphan = policy };
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.KillBefore);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Time.Pass(scene.Options.OrphanAfter);

        scene.Tend().Status.ShouldBe(ExitStatus.Done);

        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_rollback_whose_process_is_gone_is_finished_and_what_it_goes_back_to_is_not_retired_meanwhile()
    {
        var scene = new Scene().Promoted();
        scene.World.Blows.Strike("return-traffic-ping", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Rollback()).ShouldBeNull();
        scene.Time.Pass(scene.Options.Platform.KeepStable);

        scene.Tend().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue();
        scene.World.Blows.Calls.ShouldNotContain("apply retire-ping-1-0-0-run1");
        scene.State.Open.ShouldBeNull();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_run_that_a_person_stopped_with_ctrl_c_is_left_to_that_person()
    {
        var scene = new Scene().Deployed();
        scene.Options = scene.Options with { OnOrphan = OrphanPolicy.Resume };
        scene.Interrupted(2, () => scene.State.Open?.Step("shift-traffic-ping-50").Status is StepStatus.Applied).Status.ShouldBe(ExitStatus.Interrupted);
        scene.Time.Pass(scene.Options.OrphanAfter);
        var records = scene.Journal.Records.Count;

        scene.Tend().Status.ShouldBe(ExitStatus.Open);

        scene.Journal.Records.Count.ShouldBe(records);
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void A_run_that_ended_with_its_terminal_is_gone_on_with_by_policy()
    {
        var scene = new Scene().Deployed();
        scene.Options = scene.Options with { OnOrphan = OrphanPolicy.Resume };
        scene.Interrupted(15, () => scene.State.Open?.Step("shift-traffic-ping-50").Status is StepStatus.Applied).Status.ShouldBe(ExitStatus.Terminated);
        scene.Time.Pass(scene.Options.OrphanAfter);

        scene.Tend().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_8_a_stuck_run_is_for_a_person_with_6_and_not_touched()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("tag-release", Way.Undo, Blow.FailBefore);
        scene.Release().Status.ShouldBe(ExitStatus.Stuck);
        scene.Time.Pass(scene.Options.OrphanAfter);
        var records = scene.Journal.Records.Count;

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Stuck);
        result.LastLine.ShouldContain("Resume --accept-as-is");
        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Fact]
    public void Invariant_13_a_share_is_not_withdrawn_to_a_dead_stable()
    {
        var scene = Tended.Orphaned();
        scene.World.Kill("ping-1.0.0-run1");
        _ = scene.World.DoNotBoot.Add("1.0.0");

        scene.Tend().Status.ShouldBe(ExitStatus.Stuck);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
    }

    [Fact]
    public void Invariant_11_a_damaged_journal_is_for_a_person_and_nothing_is_touched()
    {
        var scene = Tended.Overdue();
        scene.Damage = new JournalDamage(3, 3, "it was changed");
        scene.Tend().Status.ShouldBe(ExitStatus.Open);
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeTrue();
    }

    [Fact]
    public void What_somebody_works_on_is_left_alone_and_is_no_error()
    {
        var scene = new Scene().Deployed();

        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(2), p => p.Tend()));

        results[0].Status.ShouldBe(ExitStatus.Done);
        results[1].Status.ShouldBe(ExitStatus.Done);
        results[1].Message.ShouldContain("fake is left alone: person1@host");
    }

    [Fact]
    public void Somebody_who_asked_for_a_rollback_goes_first()
    {
        var scene = Tended.Overdue();
        _ = scene.Time.Run(async () =>
        {
            await scene.Journal.AskToStop(new StopRequest("ana", "", scene.Time.GetUtcNow(), "1"), default);
            return true;
        });

        scene.Tend().Message.ShouldContain("ana is about to roll it back");
        scene.Time.Pass(TimeSpan.FromMinutes(2));
        scene.Tend().Message.ShouldContain("retire ping 1.0.0", Case.Sensitive, "one that never came is no reason to wait for ever");
    }

    [Theory]
    [InlineData(2, ExitStatus.Interrupted)]
    [InlineData(15, ExitStatus.Terminated)]
    public void A_signal_in_a_step_ends_it_and_the_next_turn_does_the_rest(int signal, ExitStatus status)
    {
        var scene = Tended.Overdue();
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.Hang);

        var result = scene.Command(async p =>
        {
            var tending = p.Tend();
            await Task.Delay(TimeSpan.FromSeconds(1), scene.Time);
            p.Stop.Request(new StopCause.Interrupted(signal));
            return await tending;
        });

        result.Status.ShouldBe(status);
        scene.State.Due.ShouldHaveSingleItem();
        scene.Tend().Status.ShouldBe(ExitStatus.Done);
        scene.State.Due.ShouldBeEmpty();
        JournalRules.Hold(scene);
    }
}
