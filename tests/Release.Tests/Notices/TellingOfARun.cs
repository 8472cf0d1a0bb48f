using Release.Configuration;
using Release.Journal;
using Release.Notices;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Notices;

/// <summary>Everything that happens to a run is told, at least once, by an outbox that is in the journal.</summary>
public class TellingOfARun
{
    [Fact]
    public void A_release_is_told_when_it_begins_and_when_it_serves()
    {
        var (scene, ops) = Told();

        scene.Release();

        ops.Told.ShouldBe(["release-started", "promoted", "promoted"], "the first deployment has nothing beside it that could begin");
        ops.Got[0].Text.ShouldBe("The release of 1.1.0 to fake began (run 2, by ana@laptop); 1.0.0 serves.");
        ops.Got[2].Text.ShouldBe("1.1.0 serves everything in fake (run 2) in place of 1.0.0.");
        ops.Got.Select(n => n.Key).Distinct().Count().ShouldBe(3);
        Unsettled(scene).ShouldBeEmpty();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void The_start_is_told_while_the_run_goes_on()
    {
        var (scene, ops) = Told();
        scene.Deployed();
        ops.Got.Clear();
        var state = "";
        ops.Behaves = (_, notice, _) =>
        {
            state += notice.Kind is NoticeKind.ReleaseStarted ? scene.State.Open?.Id : "";
            return Task.FromResult(new DeliveryReceipt(DeliveryOutcome.Delivered, "ok"));
        };
        scene.Release();
        state.ShouldBe("2");
    }

    [Fact]
    public void A_rollback_a_hold_a_park_and_a_stuck_run_are_told_with_the_command_that_goes_on()
    {
        var (scene, ops) = Told();
        scene.Deployed().Sick("1.1.0");
        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        ops.Told.TakeLast(1).ShouldBe(["rolled-back"]);
        ops.Got[^1].Text.ShouldStartWith("1.1.0 was rolled back in fake (run 2): 1.0.0 serves. Reason: ");

        scene.World.Traffic.ErrorRates.Clear();
        scene.Release("1.2.0", Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        ops.Told.TakeLast(1).ShouldBe(["parked"]);
        ops.Got[^1].Next.ShouldBe("./build.sh Promote --env fake");
        scene.Rollback();

        scene.World.Blows.Strike("tag-release", Way.Undo, Blow.FailBefore);
        scene.Sick("1.3.0");
        scene.Release("1.3.0").Status.ShouldBe(ExitStatus.Stuck);
        ops.Told.TakeLast(1).ShouldBe(["stuck"]);
        (ops.Got[^1].Severity, ops.Got[^1].Next).ShouldBe((1, "./build.sh Status --env fake"));

        var (held, hears) = Told();
        held.Deployed();
        held.Options = held.Options with { Gate = held.Options.Gate with { OnInconclusive = DeadlinePolicy.Hold } };
        held.World.Traffic.Rate = 10;
        held.Release().Status.ShouldBe(ExitStatus.Parked);
        hears.Told.TakeLast(1).ShouldBe(["held"]);
        hears.Got[^1].Next.ShouldBe("./build.sh Decide --go --reason \"…\" --env fake");
    }

    [Fact]
    public void A_channel_hears_of_what_it_asked_for_only()
    {
        var (scene, ops) = Told();
        var pager = new FakeChannel("pager") { Options = ops.Options with { Id = "pager", On = [NoticeKind.Stuck, NoticeKind.RolledBack] } };
        scene.Channels.Add(pager);
        scene.Promoted();
        scene.Rollback();
        pager.Told.ShouldBe(["rolled-back"]);
        pager.Got[0].Text.ShouldBe("1.1.0 was rolled back in fake by run 3: 1.0.0 serves everything. Reason: because");
    }

    [Fact]
    public void Invariant_12_and_14_a_broken_channel_changes_no_outcome_and_hinders_no_rollback()
    {
        var (scene, ops) = Told();
        ops.Behaves = async (_, _, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, scene.Time, cancellation);
            return null!;
        };
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        var begin = scene.Time.GetUtcNow();
        var back = default(DateTimeOffset);
        scene.AtAppend = (_, record) => back = record is { Type: RecordType.RunClosed } ? record.Ts : back;

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.Serves().ShouldBeTrue();
        (back - begin).ShouldBeLessThan(TimeSpan.FromSeconds(1), "traffic is back before anybody waits for the channel");
        (scene.Time.GetUtcNow() - back).ShouldBeLessThan(TimeSpan.FromSeconds(6), "its time-out, once, however much there is to tell");
        scene.Lines.ShouldContain(l => l.Contains("ops could not be told of", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_not_delivered_is_tried_again_after_a_pause_that_doubles_and_under_the_same_key()
    {
        var (scene, ops) = Told();
        scene.Promoted();
        ops.Got.Clear();
        ops.Broken();
        scene.Rollback();
        var tries = new List<int> { 1 };
        for (var minute = 1; minute <= 20; minute++)
        {
            scene.Time.Pass(TimeSpan.FromMinutes(1));
            var before = ops.Got.Count;
            scene.Tend();
            if (ops.Got.Count > before)
            {
                tries.Add(minute);
            }
        }

        // After 1, 2, 4 and 8 minutes; a turn of its own takes no time here.
        tries.ShouldBe([1, 1, 3, 7, 15]);
        ops.Got.Select(n => n.Key).Distinct().ShouldHaveSingleItem();
        ops.Behaves = (_, _, _) => Task.FromResult(new DeliveryReceipt(DeliveryOutcome.Delivered, "ok"));
        scene.Time.Pass(TimeSpan.FromMinutes(20));
        scene.Tend();
        Unsettled(scene).ShouldBeEmpty();
        var count = ops.Got.Count;
        scene.Time.Pass(TimeSpan.FromHours(2));
        scene.Tend();
        ops.Got.Count.ShouldBe(count, "told once it is told");
    }

    [Fact]
    public void A_channel_that_asks_for_time_gets_it_within_reason_and_one_that_refuses_is_left_alone()
    {
        var (scene, ops) = Told();
        ops.Broken(retryAfter: TimeSpan.FromDays(400));
        scene.Promoted();
        var tries = ops.Got.Count;
        scene.Time.Pass(TimeSpan.FromMinutes(50));
        scene.Tend();
        ops.Got.Count.ShouldBe(tries);
        ops.Behaves = (_, _, _) => Task.FromResult(new DeliveryReceipt(DeliveryOutcome.Refused, "422"));
        scene.Time.Pass(TimeSpan.FromMinutes(11));
        scene.Tend();
        Unsettled(scene).ShouldBeEmpty();
    }

    [Fact]
    public void What_nobody_could_be_told_for_a_day_is_history()
    {
        var (scene, ops) = Told();
        ops.Broken();
        scene.Promoted();
        for (var hour = 0; hour < 27; hour++)
        {
            scene.Time.Pass(TimeSpan.FromHours(1));
            scene.Tend();
        }

        Unsettled(scene).ShouldBeEmpty();
        scene.Journal.Records.ShouldContain(r => r.Type == RecordType.Notice && r.Data["outcome"] != null && r.Data["outcome"]!.GetValue<string>() == "given-up");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kill_at_any_record_of_the_outbox_loses_nothing_and_repeats_only_under_the_same_key(bool written)
    {
        for (var at = 1; at < 60; at++)
        {
            var (scene, ops) = Told();
            scene.Promoted();
            ops.Got.Clear();
            scene.Cut(at, written);
            var result = scene.Killable(p => p.Rollback());
            scene.Time.Pass(TimeSpan.FromMinutes(3));
            if (scene.State.Open is not null)
            {
                scene.Rollback();
            }

            scene.Tend();
            ops.Got.Where(n => n.Kind is NoticeKind.RolledBack).Select(n => n.Key).Distinct().Count().ShouldBeLessThanOrEqualTo(1);
            if (scene.State.Runs[^1].Opening.Kind is RunKind.Rollback)
            {
                ops.Told.ShouldContain("rolled-back", $"killed at {at}");
            }

            Unsettled(scene).ShouldBeEmpty($"killed at {at}");
            JournalRules.TheChainHolds(scene.Journal.Records);
            if (result is not null)
            {
                at.ShouldBeGreaterThan(8);
                return;
            }
        }

        Assert.Fail("It never came to its end.");
    }

    [Fact]
    public void Two_that_deliver_at_once_tell_the_same_key()
    {
        var (scene, ops) = Told();
        ops.Broken();
        scene.Promoted();
        ops.Got.Clear();
        ops.Behaves = async (_, _, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), scene.Time, cancellation);
            return new DeliveryReceipt(DeliveryOutcome.Delivered, "ok");
        };
        scene.Time.Pass(TimeSpan.FromMinutes(2));
        _ = scene.Together((TimeSpan.Zero, p => p.Tend()), (TimeSpan.FromMilliseconds(500), p => p.Tend()));
        ops.Got.Select(n => n.Key).Distinct().Count().ShouldBeLessThan(ops.Got.Count + 1);
        Unsettled(scene).ShouldBeEmpty();
        JournalRules.TheChainHolds(scene.Journal.Records);
    }

    [Fact]
    public void Text_from_people_is_made_harmless_before_it_is_recorded_or_sent()
    {
        var (scene, ops) = Told();
        scene.Promoted();
        _ = scene.Command(p => p.Rollback(), new ReleaseInputs { Owner = "ana@laptop", Program = "test", Reason = "\e]0;x\a::error::no\nforged" });
        ops.Got[^1].Text.ShouldNotContain("\e");
        ops.Got[^1].Text.ShouldNotContain("\n");
    }

    [Fact]
    public void An_orphan_stays_one_however_often_somebody_is_told_of_it()
    {
        var (scene, ops) = Told();
        scene.Deployed();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        ops.Broken();
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Time.Pass(TimeSpan.FromSeconds(90));
        scene.Tend();
        scene.Time.Pass(TimeSpan.FromSeconds(40));
        scene.Tend();
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100", "telling of it is no work on it (invariant 15)");
    }

    private static (Scene Scene, FakeChannel Ops) Told()
    {
        var (scene, ops) = (new Scene(), new FakeChannel());
        scene.Channels.Add(ops);
        return (scene, ops);
    }

    // What a fresh process would still deliver, sooner or later.
    private static IReadOnlyList<Notice> Unsettled(Scene scene) =>
        [.. scene.Channels.SelectMany(c => scene.State.Notices.Pending(c.Options, DateTimeOffset.MaxValue).Select(p => p.Notice))];
}
