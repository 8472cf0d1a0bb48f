using Release.Configuration;
using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A tender that goes on until a signal.</summary>
public class WatchingAnEnvironment
{
    [Theory]
    [InlineData(2, ExitStatus.Interrupted, "Ctrl-C")]
    [InlineData(15, ExitStatus.Terminated, "SIGTERM")]
    public void With_nothing_to_do_it_takes_no_lease_says_so_once_and_ends_with_the_signals_code(int signal, ExitStatus status, string name)
    {
        var scene = new Scene().Deployed();
        var (records, lines) = (scene.Journal.Records.Count, scene.Lines.Count);

        var result = scene.Watched(TimeSpan.FromHours(1), signal: signal);

        result.Status.ShouldBe(status);
        result.LastLine.ShouldBe($"The watch of fake was ended by {name} after 120 looks; done: 0. Nobody tends it now. Again: ./build.sh Tend --watch --env fake.");
        scene.Journal.Records.Count.ShouldBe(records);
        scene.Lines.Skip(lines).ShouldBe(["Watching fake, a look every 30s, until Ctrl-C or SIGTERM.", "Nothing is due in fake."]);
    }

    [Fact]
    public void It_retires_what_is_kept_when_its_time_comes()
    {
        var scene = new Scene().Promoted();

        var result = scene.Watched(scene.Options.Platform.KeepStable + TimeSpan.FromMinutes(1));

        result.Message.ShouldContain("done: 1.");
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void What_fails_is_tried_again_with_a_growing_pause_and_never_ends_the_watch()
    {
        var scene = Tended.Overdue();
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.FailBefore, always: true);
        var begin = scene.Time.GetUtcNow();

        var result = scene.Watched(TimeSpan.FromHours(4));

        result.Status.ShouldBe(ExitStatus.Terminated);
        var tries = scene.Journal.Records.Where(r => r.Type is RecordType.StepFailed).Select(r => Math.Round((r.Ts - begin).TotalMinutes)).ToList();
        tries.ShouldBe([0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181, 211]);
        scene.World.Blows.Heal();
        scene.Watched(TimeSpan.FromMinutes(1)).Message.ShouldContain("done: 1.");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_damaged_journal_is_said_once_and_tending_goes_on_when_it_is_whole()
    {
        var scene = Tended.Overdue();
        scene.Damage = new JournalDamage(3, 3, "it was changed");
        scene.Time.At(TimeSpan.FromHours(1), () => scene.Damage = null);

        scene.Watched(TimeSpan.FromHours(2));

        scene.Lines.Count(l => l.Contains("The journal of fake is damaged at record 3", StringComparison.Ordinal)).ShouldBe(1);
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse();
    }

    [Fact]
    public void A_stuck_run_is_said_once()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("tag-release", Way.Undo, Blow.FailBefore);
        scene.Release().Status.ShouldBe(ExitStatus.Stuck);
        scene.Watched(TimeSpan.FromHours(2));
        scene.Lines.Count(l => l.Contains("is stuck", StringComparison.Ordinal) && l.Contains("--accept-as-is", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void A_configuration_that_is_wrong_for_a_while_is_said_once_and_does_not_end_it()
    {
        var scene = new Scene().Promoted();
        scene.Time.At(TimeSpan.FromMinutes(1), () => scene.Misconfigured = "environments/fake.json is not JSON");
        scene.Time.At(TimeSpan.FromHours(1), () => scene.Misconfigured = null);
        scene.Watched(TimeSpan.FromHours(2));
        scene.Lines.Count(l => l == "! environments/fake.json is not JSON").ShouldBe(1);
        scene.State.Due.ShouldBeEmpty();
    }

    [Fact]
    public void A_full_disk_does_not_end_it()
    {
        var scene = Tended.Overdue();
        scene.Room = 1;
        scene.Time.At(TimeSpan.FromMinutes(5), () => scene.Room = null);
        scene.Watched(TimeSpan.FromHours(1)).Message.ShouldContain("done: 1.");
        scene.State.Due.ShouldBeEmpty();
    }

    [Fact]
    public void Invariant_15_a_canary_that_is_killed_loses_its_share_after_orphan_after()
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        var killed = default(DateTimeOffset);

        scene.Watched(TimeSpan.FromMinutes(10), async () =>
        {
            try
            {
                _ = await scene.Process().Release();
            }
            catch (Release.Tests.Journal.SimulatedCrashException)
            {
                // That was the kill.
            }

            killed = scene.Time.GetUtcNow();
            scene.World.Serving().ShouldBe("ping-1.0.0-run1 50, ping-1.1.0-run2 50");
        });

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        var withdrawn = scene.World.Effects.First(e => e.Way is Way.Undo).At - killed;
        withdrawn.ShouldBeGreaterThanOrEqualTo(scene.Options.OrphanAfter - TimeSpan.FromSeconds(1));
        withdrawn.ShouldBeLessThanOrEqualTo(scene.Options.OrphanAfter + Tended.Every + TimeSpan.FromSeconds(1));
        scene.Lines.Count(l => l.Contains("Run 2 (release 1.1.0) was interrupted", StringComparison.Ordinal)).ShouldBe(1);
        scene.Resume().Status.ShouldBe(ExitStatus.Done);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_second_tender_is_refused_with_4_and_told_who_watches()
    {
        var scene = new Scene().Deployed();
        scene.Watched(TimeSpan.FromMinutes(5), async () =>
        {
            var second = await scene.Process().Watch(Tended.Every);
            second.Status.ShouldBe(ExitStatus.Held);
            second.Message.ShouldContain("fake is watched already, by tender@host (process 7 on memory)");
        });
    }

    [Fact]
    public void Two_that_tend_at_once_do_everything_once()
    {
        var scene = Tended.Overdue();
        var results = scene.Together((TimeSpan.Zero, p => p.Tend()), (TimeSpan.Zero, p => p.Tend()), (TimeSpan.FromSeconds(1), p => p.Tend()));
        results.ShouldAllBe(r => r.Status == ExitStatus.Done);
        scene.World.Blows.Calls.Count(c => c == "apply retire-ping-1-0-0-run1").ShouldBe(1);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Status_names_it_and_says_when_an_orphan_is_watched_or_not()
    {
        var scene = Tended.Killed();
        var unwatched = scene.Status();
        unwatched["watchedBy"].ShouldBeNull();
        unwatched["orphan"]!.GetValue<string>().ShouldContain("and no tender watches");
        scene.Watched(TimeSpan.FromSeconds(10), async () =>
        {
            var status = await scene.Process().Status();
            status["watchedBy"]!.GetValue<string>().ShouldBe("the tender of tender@host (process 7 on memory)");
            status["orphan"]!.GetValue<string>().ShouldContain("on the tender will withdraw the candidate of run 2 (1.1.0)");
        });
        scene.Status()["watchedBy"].ShouldBeNull();
    }

    [Fact]
    public void A_promote_waits_for_a_retirement_and_is_not_sent_away()
    {
        var scene = Tended.Overdue();
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.Hang);
        scene.Watched(TimeSpan.FromMinutes(5), async () => (await scene.Process().Release()).Status.ShouldBe(ExitStatus.Done));
        scene.World.Serving().ShouldBe("ping-1.2.0-run3 100");
        scene.Lines.ShouldContain(l => l.Contains("waiting for the tender, process 1 (tend: retire ping 1.0.0)", StringComparison.Ordinal));
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_rollback_interrupts_a_retirement_of_what_it_goes_back_to_and_that_lives_afterwards()
    {
        var scene = Tended.Overdue();
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.CancelLate);

        scene.Watched(TimeSpan.FromMinutes(5), async () => (await scene.Process().Rollback()).Status.ShouldBe(ExitStatus.Done));

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue();
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(3)]
    public void A_rollback_preempts_a_tender_that_judges(double after)
    {
        var scene = Tended.Orphaned(policy: OrphanPolicy.Resume);

        scene.Watched(TimeSpan.FromMinutes(5), async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(after), scene.Time);
            (await scene.Process().Status())["state"]!.GetValue<string>().ShouldBe("running");
            var result = await scene.Process().Rollback();
            result.Status.ShouldBe(ExitStatus.Done);
            result.Message.ShouldContain("was undone by its own process");
        });

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.Journal.Records.ShouldNotContain(r => r.Data.ContainsKey("takenFrom"));
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_signal_while_it_judges_takes_the_share_back_and_the_next_tender_goes_on()
    {
        var scene = Tended.Orphaned(policy: OrphanPolicy.Resume);

        var result = scene.Watched(TimeSpan.FromSeconds(3), signal: 2);

        result.Status.ShouldBe(ExitStatus.Interrupted);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.State.Open.ShouldNotBeNull();
        scene.Watched(scene.Options.OrphanAfter + TimeSpan.FromMinutes(2)).Message.ShouldContain("done: 1.");
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }
}

/// <summary>Invariant 15: traffic steps that wait for longer than anybody stays need a tender.</summary>
public class NeedingATender
{
    [Fact]
    public void Invariant_15_without_one_nothing_starts_and_the_command_for_one_is_named()
    {
        var scene = new Scene().Deployed().Long();
        var records = scene.Journal.Records.Count;

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldContain("wait at least 6m00s, longer than maxAttended (5m00s): a run that long needs a tender that watches, and there is none");
        result.Message.ShouldContain("./build.sh Tend --watch --env fake");
        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Fact]
    public void Invariant_15_one_that_is_stopped_is_none()
    {
        var scene = new Scene().Deployed().Long();
        scene.TenderIsStopped = true;
        scene.Watched(TimeSpan.FromMinutes(5), async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(2), scene.Time);
            var result = await scene.Process().Release();
            result.Status.ShouldBe(ExitStatus.Usage);
            result.Message.ShouldContain("that of tender@host (process 7 on memory) does not answer since");
        });
    }

    [Fact]
    public void With_one_it_starts_and_judges_itself()
    {
        var scene = new Scene().Deployed().Long();
        scene.Watched(TimeSpan.FromMinutes(1), async () => (await scene.Process().Release()).Status.ShouldBe(ExitStatus.Done));
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.Lines.ShouldContain(l => l.Contains("is watched by the tender of tender@host (process 7 on memory): if this process goes away, it will go on with the run.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invariant_15_when_its_process_goes_away_the_tender_goes_on_judging(bool isKilled)
    {
        var scene = new Scene().Deployed().Long();
        scene.Watched(TimeSpan.FromMinutes(15), async () =>
        {
            var process = scene.Process();
            var release = process.Release();
            while (scene.State.Open?.Step("shift-traffic-ping-50").Status is not StepStatus.Applied)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), scene.Time);
            }

            if (isKilled)
            {
                process.Die();
            }
            else
            {
                process.Stop.Request(new StopCause.Interrupted(15));
            }

            await release.ContinueWith(_ => { }, TaskScheduler.Current);
        });

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.Journal.Records.Last(r => r.Type is RecordType.LeaseTaken && r.Data["purpose"]!.GetValue<string>().StartsWith("tending: go on", StringComparison.Ordinal)).ShouldNotBeNull();
        JournalRules.Hold(scene);
    }
}

/// <summary>A tender is killed at every record; then another one comes, or a rollback.</summary>
public class KillingATender
{
    [Theory]
    [InlineData("retirement", 4)]
    [InlineData("leave", 4)]
    [InlineData("resume", 20)]
    [InlineData("rollback", 10)]
    [InlineData("hold", 8)]
    public void The_next_tender_or_a_rollback_brings_it_to_the_same_end(string story, int least)
    {
        var cuts = 0;
        foreach (var (isRollback, written) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            for (var at = 1; ; at++)
            {
                var scene = Of(story);
                scene.Cut(at, written);
                if (scene.Killable(p => p.Tend()) is not null)
                {
                    break;
                }

                cuts++;
                End(scene, story, isRollback, $"{story}, record {at} {(written ? "written" : "lost")}, then {(isRollback ? "Rollback" : "Tend")}");
            }
        }

        cuts.ShouldBeGreaterThanOrEqualTo(4 * least, "The number of points never shrinks.");
    }

    private static Scene Of(string story) => story switch
    {
        "retirement" => Tended.Overdue(),
        "leave" => Tended.Orphaned(),
        "resume" => Tended.Orphaned(policy: OrphanPolicy.Resume),
        "rollback" => Tended.Orphaned(policy: OrphanPolicy.Rollback),
        _ => Later(Tended.Held(TimeSpan.FromHours(1))),
    };

    private static Scene Later(Scene scene)
    {
        scene.Time.Pass(TimeSpan.FromHours(1));
        return scene;
    }

    private static void End(Scene scene, string story, bool isRollback, string trial)
    {
        if (isRollback)
        {
            scene.Rollback().Status.ShouldBe(ExitStatus.Done, trial);
            scene.World.Serving().ShouldBe("ping-1.0.0-run1 100", trial);
            scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue(trial);
        }
        else
        {
            scene.Time.Pass(scene.Options.OrphanAfter);
            ((int)scene.Tend().Status).ShouldBeOneOf([0, 5]);
            var serving = story is "retirement" or "resume" ? scene.State.Runs[1].Opening.Target.Instances[0].Id : "ping-1.0.0-run1";
            scene.World.Serving().ShouldBe($"{serving} 100", trial);
            (scene.State.Open is not null).ShouldBe(story == "leave", trial);
            scene.State.Due.Count.ShouldBe(story == "resume" ? 1 : 0, trial);
        }

        JournalRules.Hold(scene);
    }
}
