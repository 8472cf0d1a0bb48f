using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Invariant 14 where records are damaged: a rollback needs those of the run that it undoes, and no others.</summary>
public class RollingBackAnyway
{
    [Fact]
    public void Invariant_14_every_older_record_may_be_lost_alone_and_it_goes_where_it_would_have_gone()
    {
        var last = GoingBackTo.Three().State.Runs[^1].OpenedSeq;
        last.ShouldBeGreaterThan(70);
        for (var lost = 1; lost < last; lost++)
        {
            var scene = GoingBackTo.Three();
            scene.Damage = new JournalDamage(lost, lost, "its hash does not hold");

            var result = scene.Rollback();

            result.Message.ShouldBe("Rolled back 1.2.0: 1.1.0 serves everything in fake.", $"record {lost}");
            scene.World.Serving().ShouldBe("ping-1.1.0-run2 100", $"record {lost}");
        }
    }

    [Fact]
    public void Invariant_14_of_its_own_run_no_record_may_be_lost_unless_a_person_says_so()
    {
        var last = GoingBackTo.Three();
        for (var lost = last.State.Runs[^1].OpenedSeq; lost <= last.Journal.Records.Count; lost++)
        {
            var scene = GoingBackTo.Three();
            scene.Damage = new JournalDamage(lost, (int)lost, "its hash does not hold");
            var world = scene.World.Show();

            scene.Rollback().Status.ShouldBe(ExitStatus.Open, $"record {lost}");

            scene.World.Show().ShouldBe(world, $"record {lost}");
        }
    }

    [Fact]
    public void Invariants_13_and_14_with_accept_journal_stable_gets_everything_whichever_record_of_an_open_run_is_lost()
    {
        var first = Interrupted();
        var (opened, all) = (first.State.Open!.OpenedSeq, first.Journal.Records.Count);
        for (var lost = opened; lost <= all; lost++)
        {
            var scene = Interrupted();
            scene.Damage = new JournalDamage(lost, (int)lost, "its hash does not hold");

            var result = scene.Command(p => p.Rollback(), new() { Owner = "bob@desk", Program = "test", Reason = "because", AcceptJournal = true });

            result.Status.ShouldBe(ExitStatus.Done, $"record {lost}: {result.LastLine}");
            scene.World.Serving().ShouldBe("ping-1.1.0-run2 100", $"record {lost}: {result.LastLine}");
            scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue($"record {lost}");
        }
    }

    [Fact]
    public void Invariants_13_and_14_with_accept_journal_a_dead_stable_is_started_first_also_when_no_shift_can_be_read()
    {
        var scene = Interrupted();
        var shift = scene.Journal.Records.Last(r => r.Entry.Step == "shift-traffic-ping-10").Seq;
        scene.Damage = new JournalDamage(shift, (int)shift, "its hash does not hold");
        scene.World.Kill("ping-1.1.0-run2");

        scene.Command(p => p.Rollback(), new() { Owner = "bob@desk", Program = "test", Reason = "because", AcceptJournal = true }).Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.World.IsHealthy("ping-1.1.0-run2").ShouldBeTrue();
    }

    [Fact]
    public void Invariant_14_a_word_of_another_version_in_an_older_run_is_said_and_does_not_block()
    {
        var scene = GoingBackTo.Three();
        scene.Instead = records => records.Select(r => r.Seq == 20 ? r with { Entry = r.Entry with { Type = RecordType.Decision, Data = new JsonObject { ["decision"] = "bless" } } } : r);

        scene.Release().Status.ShouldBe(ExitStatus.Open);
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.Lines.ShouldContain(l => l.StartsWith("! The journal is damaged at record 20", StringComparison.Ordinal) && l.Contains("'bless' is not a Decision", StringComparison.Ordinal));
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
    }

    [Fact]
    public void Invariant_14_a_holder_that_undoes_and_is_silent_longer_than_its_call_may_take_is_taken_over()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.Freeze);
        _ = scene.Sick("1.1.0");

        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(40), p => p.Rollback()),
            (TimeSpan.FromSeconds(90), async p =>
            {
                var result = await p.Rollback();
                scene.World.Thawed.SetResult();
                return result;
            }));

        results[1].Status.ShouldBe(ExitStatus.Held, "its call may still take a while");
        results[1].Message.ShouldContain("If it shows no sign of life until");
        results[2].Status.ShouldBe(ExitStatus.Done);
        scene.Lines.ShouldContain(l => l.Contains("undoes run 2, but has not been heard of since", StringComparison.Ordinal));
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.TheChainHolds(scene.Journal.Records);
    }

    [Fact]
    public void Invariant_14_a_holder_that_freezes_while_it_undoes_on_request_is_taken_over_by_who_asked()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.Freeze);

        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(4), async p =>
            {
                var result = await p.Rollback();
                scene.World.Thawed.SetResult();
                return result;
            }));

        results[1].Status.ShouldBe(ExitStatus.Done, results[1].LastLine);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    // 1.2.0 has half of the traffic, and its process was killed.
    private static Scene Interrupted()
    {
        var scene = new Scene().Promoted();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        return scene;
    }
}

/// <summary>When what is taken back gave its last answer.</summary>
public class TheLastAnswer
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_is_measured_by_its_counters_and_recorded_with_the_run(bool isPromoted)
    {
        var scene = new Scene().Deployed();
        if (!isPromoted)
        {
            scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        }

        _ = scene.Killable(p => p.Release());

        var result = scene.Rollback();

        var last = scene.State.Runs[^1].LastAnswer.ShouldNotBeNull();
        last.After!.Value.TotalSeconds.ShouldBeInRange(0, 1);
        result.LastAnswer.ShouldBe(last);
        scene.Journal.Records.Last(r => r.Type is RecordType.RunClosed).Data["lastCandidateAnswerSeconds"]!.GetValue<double>().ShouldBe(last.After.Value.TotalSeconds);
        scene.Lines.ShouldContain($"  last answer of 1.1.0: {last.Text}");
    }

    [Fact]
    public void It_counts_from_the_request_where_the_holder_undoes()
    {
        var scene = new Scene().Deployed();

        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(4), p => p.Rollback()));

        results[1].LastAnswer.ShouldNotBeNull().After!.Value.TotalSeconds.ShouldBeInRange(0.03, 1);
    }

    [Theory]
    [InlineData("metrics")]
    [InlineData("")]
    public void A_source_that_does_not_answer_and_a_candidate_that_is_gone_mean_that_nothing_is_known_and_hinder_nothing(string silent)
    {
        var scene = new Scene().Promoted();
        _ = scene.World.Silent.Add(silent);
        if (silent.Length == 0)
        {
            scene.World.Kill("ping-1.1.0-run2");
        }

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.State.Runs[^1].LastAnswer.ShouldBeNull();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }
}
