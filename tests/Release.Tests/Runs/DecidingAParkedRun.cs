using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A person answers a run that waits for one.</summary>
public class DecidingAParkedRun
{
    [Fact]
    public void The_last_line_of_a_held_run_names_who_is_waited_for_until_when_and_what_goes_on()
    {
        var scene = new Scene().Deployed();
        scene.Options = scene.Options with { Gate = scene.Options.Gate with { OnInconclusive = Release.Configuration.DeadlinePolicy.Hold, HoldFor = TimeSpan.FromHours(2) } };
        scene.World.Traffic.Rate = 100;

        var parked = scene.Release();

        parked.Status.ShouldBe(ExitStatus.Parked);
        parked.LastLine.ShouldMatch("""is parked: the gate is inconclusive: .*\. It waits for a person's decision until .*Z, then it is undone\. Go on all the same: \./build\.sh Decide --go --reason "…" --env fake; take it back: \./build\.sh Decide --no-go --reason "…" --env fake; judge it again: \./build\.sh Promote --env fake\.$""");
    }

    [Fact]
    public void Status_lists_what_it_waits_for()
    {
        var due = Tended.Held(TimeSpan.FromHours(2)).Status()["due"]!.AsArray().ShouldHaveSingleItem()!;
        due["step"]!.GetValue<string>().ShouldBe("decide");
        due["waitsFor"]!.GetValue<string>().ShouldBe("a person's decision");
        due["then"]!.GetValue<string>().ShouldBe("rollback");
        due["at"].ShouldNotBeNull();
    }

    [Fact]
    public void Go_overrides_the_verdict_of_that_share_once_and_the_next_share_is_judged()
    {
        var scene = Tended.Held();
        var before = scene.Journal.Records.Count;

        var result = scene.Decide(go: true);

        result.Status.ShouldBe(ExitStatus.Parked, "there is too little traffic at the next share, too");
        scene.State.Open!.Waits!.Share.ShouldBe(50);
        var records = scene.Journal.Records.Skip(before).ToList();
        records.Single(r => r.Data["decision"]?.GetValue<string>() == "go").Data["by"]!.GetValue<string>().ShouldBe("bob@desk");
        records.Single(r => r.Data["decision"]?.GetValue<string>() == "go").Data["reason"]!.GetValue<string>().ShouldBe("bob@desk: because");
        records.Single(r => r.Data.ContainsKey("overridden")).Data["share"]!.GetValue<int>().ShouldBe(10);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");

        scene.Decide(go: true).Status.ShouldBe(ExitStatus.Parked);
        scene.State.Open!.Waits!.Share.ShouldBe(100);
        scene.Decide(go: true).Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.Journal.Records.Count(r => r.Data.ContainsKey("overridden")).ShouldBe(3);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Go_with_enough_traffic_goes_on_to_the_end()
    {
        var scene = Tended.Held();
        scene.World.Traffic.Rate = 20_000;
        scene.Decide(go: true).Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void One_go_is_enough_for_every_service_that_was_held()
    {
        var scene = Tended.Held(null, "ping", "search");
        scene.State.Open!.Waits!.Gate.Keys.Order().ShouldBe(["ping", "search"]);
        _ = scene.Decide(go: true);
        scene.State.Open!.Waits!.Share.ShouldBe(50);
    }

    [Fact]
    public void Go_does_not_override_a_gate_that_says_no()
    {
        var scene = Tended.Held().Sick("1.1.0");
        scene.World.Traffic.Rate = 20_000;
        scene.Decide(go: true).Status.ShouldBe(ExitStatus.GateSaidNo);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void No_go_undoes_it_and_says_what_was_undone()
    {
        var scene = Tended.Held();

        var result = scene.Decide(go: false);

        result.Status.ShouldBe(ExitStatus.Done);
        result.Message.ShouldContain("Rolled back 1.1.0: 1.0.0 serves everything; undone: ");
        result.Message.ShouldContain("bob@desk: because");
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_phase_that_was_run_alone_is_decided_too()
    {
        var scene = new Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        scene.Status()["due"]!.AsArray().ShouldHaveSingleItem()!["waitsFor"]!.GetValue<string>().ShouldBe("a person to start MetricsGate");
        scene.Decide(go: true).Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.Journal.Records.ShouldNotContain(r => r.Data.ContainsKey("overridden"));
    }

    [Fact]
    public void Promote_still_judges_it_again()
    {
        var scene = Tended.Held();
        scene.World.Traffic.Rate = 20_000;
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.Journal.Records.ShouldNotContain(r => r.Data.ContainsKey("overridden"));
    }

    [Fact]
    public void Where_nothing_waits_it_is_refused_with_2_and_nothing_is_touched()
    {
        foreach (var scene in new[] { new Scene(), new Scene().Promoted(), Tended.Killed() })
        {
            var (records, world) = (scene.Journal.Records.Count, scene.World.Show());
            foreach (var go in new[] { true, false })
            {
                var result = scene.Decide(go);
                result.Status.ShouldBe(ExitStatus.Usage);
                result.Message.ShouldContain("There is nothing to decide in fake");
            }

            scene.Journal.Records.Count.ShouldBe(records);
            scene.World.Show().ShouldBe(world);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killed_at_any_record_it_is_gone_on_with_or_taken_back(bool go)
    {
        for (var at = 1; at < 200; at++)
        {
            var scene = Tended.Held();
            scene.World.Traffic.Rate = 20_000;
            scene.Cut(at, written: true);
            var ended = scene.Killable(p => p.Decide(go)) is not null;
            var trial = $"cut at {at}";
            if (scene.State.Open is { IsParked: true })
            {
                scene.Decide(go).Status.ShouldBe(ExitStatus.Done, trial);
            }
            else if (scene.State.Open is not null)
            {
                ((int)scene.Resume().Status).ShouldBeOneOf([0, 1]);
            }

            scene.State.Open.ShouldBeNull(trial);
            scene.World.Serving().ShouldBe(scene.State.Runs[1].Outcome is RunOutcome.Promoted ? "ping-1.1.0-run2 100" : "ping-1.0.0-run1 100", trial);
            JournalRules.Hold(scene);
            if (ended)
            {
                at.ShouldBeGreaterThan(8);
                return;
            }
        }

        throw new InvalidOperationException("It never came to its end.");
    }
}

/// <summary>A run that the gate holds waits until a declared time; then whoever acts next undoes it.</summary>
public class WaitingTooLong
{
    private static readonly TimeSpan HoldFor = TimeSpan.FromHours(2);

    [Fact]
    public void A_tender_undoes_it_then_and_not_before()
    {
        var scene = Tended.Held(HoldFor);
        scene.Time.Pass(HoldFor - TimeSpan.FromMinutes(1));
        scene.Tend().LastLine.ShouldContain("is parked and waits for a person's decision until");
        scene.State.Open.ShouldNotBeNull();
        scene.Time.Pass(TimeSpan.FromMinutes(1));

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Done);
        result.Message.ShouldContain("nobody decided until");
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Deciding_comes_too_late()
    {
        foreach (var go in new[] { true, false })
        {
            var scene = Late();
            var result = scene.Decide(go);
            result.Status.ShouldBe(ExitStatus.Failed);
            result.Message.ShouldStartWith("Too late to decide. Rolled back 1.1.0");
            scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        }
    }

    [Fact]
    public void Promote_undoes_it_and_says_so_and_releases_the_next()
    {
        var scene = Late();
        scene.World.Traffic.Rate = 20_000;
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.State.Run("2")!.Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.State.Run("3")!.Outcome.ShouldBe(RunOutcome.Promoted);
        scene.Lines.ShouldContain(l => l.Contains("Run 2 (1.1.0) is overdue: nobody decided until", StringComparison.Ordinal));
    }

    [Fact]
    public void Resume_undoes_it_and_down_goes_on_from_there()
    {
        var resumed = Late();
        resumed.Resume().Status.ShouldBe(ExitStatus.Failed);
        resumed.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);

        var downed = Late();
        downed.Down().Status.ShouldBe(ExitStatus.Done);
        downed.World.Fields("process/").ShouldBeEmpty();
        JournalRules.Hold(downed);
    }

    [Fact]
    public void Who_only_looks_reports_it()
    {
        var scene = Late();
        var records = scene.Journal.Records.Count;
        scene.Status()["due"]!.AsArray().ShouldHaveSingleItem();
        scene.Journal.Records.Count.ShouldBe(records);
    }

    private static Scene Late()
    {
        var scene = Tended.Held(HoldFor);
        scene.Time.Pass(HoldFor);
        return scene;
    }
}

/// <summary>A version that was kept, and its time has come: whoever changes something retires it.</summary>
public class DoingWhatIsOverdue
{
    [Fact]
    public void Resume_does_it() => Retires(s =>
    {
        Stop(s);
        s.Resume().Status.ShouldBe(ExitStatus.Done);
    });

    [Fact]
    public void Abandon_does_it() => Retires(s =>
    {
        Stop(s);
        s.Abandon().Status.ShouldBe(ExitStatus.Done);
    });

    [Fact]
    public void Invariant_2_not_before_a_call_whose_outcome_is_not_known_is_settled()
    {
        var scene = new Scene().Promoted();
        scene.World.Blows.Strike("tag-release", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        Later(scene);

        scene.Tend().Status.ShouldBe(ExitStatus.Open);
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeTrue();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_does_it(bool go) => Retires(s =>
    {
        s.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        Later(s);
        s.Decide(go).Status.ShouldBe(ExitStatus.Done);
    });

    [Fact]
    public void Rollback_does_it_when_traffic_is_safe() => Retires(s =>
    {
        s.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        Later(s);
        s.Rollback().Status.ShouldBe(ExitStatus.Done);
        var retired = s.World.Effects.Select((e, i) => (e, i)).First(e => e.e.Step == "retire-ping-1-0-0-run1").i;
        s.Journal.Records.Last(r => r.Type is RecordType.RunClosed).Ts.ShouldBeLessThanOrEqualTo(s.World.Effects[retired].At);
    });

    [Fact]
    public void Invariant_14_a_rollback_is_not_kept_by_it()
    {
        var scene = new Scene().Promoted();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        Later(scene);
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.FailBefore);
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
    }

    private static void Stop(Scene scene)
    {
        scene.Interrupted(2, () => scene.State.Open?.Step("shift-traffic-ping-10").Status is StepStatus.Applied).Status.ShouldBe(ExitStatus.Interrupted);
        Later(scene);
    }

    private static void Later(Scene scene) => scene.Time.Pass(scene.Options.Platform.KeepStable);

    private static void Retires(Action<Scene> act)
    {
        var scene = new Scene().Promoted();
        act(scene);
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
        scene.Lines.ShouldContain(l => l.StartsWith("Due since ", StringComparison.Ordinal));
        JournalRules.Hold(scene);
    }
}
