using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Invariant 1: nothing outside changes before the intent, with what undo needs, is durable.</summary>
public class IntentFirst
{
    [Theory]
    [InlineData(Story.FirstRelease)]
    [InlineData(Story.GateSaysNo)]
    [InlineData(Story.Rollback)]
    [InlineData(Story.Down)]
    [InlineData(Story.Up)]
    public void Invariant_1_at_every_change_the_last_record_of_its_step_is_its_intent(Story story)
    {
        var tale = Tale.Of(story);
        var changes = 0;
        tale.Scene.World.BeforeChange = (step, way) =>
        {
            changes++;
            var last = tale.Scene.Journal.Records.Last(r => r.Entry.Step == step);
            last.Type.ShouldBe(way is Way.Apply ? RecordType.StepIntent : RecordType.StepUndoIntent, step);
            _ = last.Entry.Deadline.ShouldNotBeNull();
        };

        tale.TellOrDie().ShouldBeTrue();

        changes.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Invariant_1_a_process_that_dies_at_an_intent_has_not_touched_the_step()
    {
        var steps = 0;
        var intents = IntentsOfARelease();
        foreach (var number in intents)
        {
            var scene = new Scene();
            scene.Cut(number, written: false);
            scene.Killable(p => p.Release()).ShouldBeNull();
            scene.World.Blows.Calls.Count.ShouldBe(steps);
            steps++;
        }

        steps.ShouldBe(13);
    }

    private static IReadOnlyList<int> IntentsOfARelease()
    {
        var scene = new Scene();
        _ = scene.Release();
        return [.. scene.Journal.Records.Where(r => r.Type is RecordType.StepIntent).Select(r => (int)r.Seq)];
    }
}

/// <summary>Invariant 2: a step's outcome is durable before the next step begins.</summary>
public class OutcomeNext
{
    [Fact]
    public void Invariant_2_a_process_that_dies_at_an_outcome_has_begun_nothing_after_it()
    {
        var whole = new Scene();
        _ = whole.Release();
        var outcomes = whole.Journal.Records.Where(r => r.Type is RecordType.StepApplied).ToList();
        outcomes.Count.ShouldBe(13);
        for (var i = 0; i < outcomes.Count; i++)
        {
            var scene = new Scene();
            scene.Cut((int)outcomes[i].Seq, written: false);
            scene.Killable(p => p.Release()).ShouldBeNull();
            scene.World.Blows.Calls.Count.ShouldBe(i + 1);
        }
    }

    [Fact]
    public void Invariant_2_the_outcome_carries_what_was_seen_after_apply()
    {
        var scene = new Scene().Deployed();
        scene.State.Runs[0].Step("start-stable-ping").Outcome!["process/ping-1.0.0-run1"]!.GetValue<string>().ShouldBe("10.0.0.1:80");
    }
}

/// <summary>Invariant 3: what undo needs is recorded at the first intent only.</summary>
public class BeforeOnce
{
    [Theory]
    [InlineData("shift-traffic-ping-10")]
    [InlineData("shift-traffic-ping-50")]
    [InlineData("start-candidate-ping")]
    public void Invariant_3_a_step_torn_by_a_crash_keeps_the_before_of_its_first_intent(string step)
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show();
        scene.World.Blows.Strike(step, Way.Apply, Blow.KillHalf);
        scene.Killable(p => p.Release()).ShouldBeNull();
        var recorded = scene.State.Open!.Step(step).Before.ToJsonString();

        scene.World.Blows.Strike("shift-traffic-ping-100", Way.Apply, Blow.FailHalf);
        scene.Resume().Status.ShouldBe(ExitStatus.Failed);

        scene.State.Runs[^1].Step(step).Before.ToJsonString().ShouldBe(recorded);
        scene.World.Show().ShouldBe(before);
        scene.Journal.Records.Where(r => r.Type is RecordType.StepIntent && r.Entry.Step == step && r.Entry.Run == "2")
            .Select(r => r.Data["before"]!.ToJsonString()).Distinct().ShouldHaveSingleItem();
        JournalRules.Hold(scene);
    }
}

/// <summary>Invariant 4: a step's key is a hash of run, step and direction; no attempt is in it.</summary>
public class SameKeyEverywhere
{
    [Theory]
    [InlineData("tag-release")]
    [InlineData("prepare-ping")]
    [InlineData("start-candidate-ping")]
    [InlineData("shift-traffic-ping-10")]
    [InlineData("shift-traffic-ping-100")]
    [InlineData("push-tag")]
    public void Invariant_4_a_second_and_a_third_machine_use_the_key_of_the_first(string step)
    {
        var scene = new Scene().Deployed();
        scene.World.Blows.Strike(step, Way.Apply, Blow.KillHalf);
        scene.Killable(p => p.Release()).ShouldBeNull();
        var first = scene.KeysOf(step).Last();
        scene.World.Blows.Strike(step, Way.Apply, Blow.KillBefore);
        _ = scene.Killable(p => p.Resume(), new() { Owner = "cy@other", Program = "other" });
        scene.World.Blows.Heal();

        scene.Command(p => p.Resume(), new() { Owner = "di@third", Program = "third" }).Status.ShouldBe(ExitStatus.Done);

        scene.KeysOf(step).Last().ShouldBe(first);
        scene.Journal.Records.Where(r => r.Entry.Run == "2" && r.Entry.Step == step).Select(r => r.Entry.Key).Distinct().ShouldHaveSingleItem();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_4_an_undo_that_was_cut_short_is_repeated_under_its_own_key()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        scene.World.Blows.Strike("start-candidate-ping", Way.Undo, Blow.KillHalf);
        scene.Killable(p => p.Release()).ShouldBeNull();

        scene.Resume().Status.ShouldBe(ExitStatus.Failed);

        var keys = scene.Journal.Records.Where(r => r.Entry.Step == "start-candidate-ping").Select(r => (r.Type is RecordType.StepIntent or RecordType.StepApplied, r.Entry.Key)).Distinct().ToList();
        keys.Count.ShouldBe(2);
        keys[0].Key.ShouldNotBe(keys[1].Key);
    }
}

/// <summary>Invariant 5: everything known about a run is a pure function of its records.</summary>
public class StateIsAFold
{
    [Fact]
    public void Invariant_5_every_prefix_folds_to_what_a_process_knew_that_was_there()
    {
        var scene = Eventful();
        var grown = new EnvironmentState([]);
        var records = scene.Journal.Records;
        for (var i = 0; i < records.Count; i++)
        {
            grown.Add(records[i]);
            JournalRules.Text(grown).ShouldBe(JournalRules.Text(new EnvironmentState(records.Take(i + 1))));
        }

        records.Count.ShouldBeGreaterThan(150);
    }

    [Fact]
    public void Invariant_5_status_says_what_the_records_say_and_leaves_no_trace()
    {
        var scene = new Scene().Promoted();
        var (records, world) = (scene.Journal.Records.Count, scene.World.Show());

        var status = scene.Status();

        status["state"]!.GetValue<string>().ShouldBe("idle");
        status["stable"]!["version"]!.GetValue<string>().ShouldBe("1.1.0");
        status["candidate"].ShouldBeNull();
        status["run"]!["state"]!.GetValue<string>().ShouldBe("promoted");
        status["run"]!["verdict"]!.GetValue<string>().ShouldBe("pass");
        status["run"]!["phases"]!.AsArray().Select(p => $"{p!["name"]} {p["status"]}").ShouldBe(Phases.OfARelease.Select(p => $"{p} done"));
        JsonNode.DeepEquals(status["split"]!["requested"], new JsonObject { ["stable"] = 100.0, ["candidate"] = 0.0 }).ShouldBeTrue();
        status["due"]!.AsArray().Count.ShouldBe(1);
        status["lease"].ShouldBeNull();
        JsonNode.DeepEquals(status, scene.Status()).ShouldBeTrue();
        scene.Journal.Records.Count.ShouldBe(records);
        scene.World.Show().ShouldBe(world);
    }

    [Fact]
    public void Invariant_5_status_of_a_run_that_another_process_has_in_hand_shows_its_split_and_its_watch()
    {
        var scene = new Scene().Deployed();
        JsonObject? seen = null;
        _ = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(3.5), async p =>
            {
                seen = await p.Status();
                return new RunResult(ExitStatus.Done, "");
            }));

        seen!["state"]!.GetValue<string>().ShouldBe("running");
        seen["candidate"]!["version"]!.GetValue<string>().ShouldBe("1.1.0");
        seen["split"]!["requested"]!["candidate"]!.GetValue<double>().ShouldBe(50);
        seen["split"]!["observed"]!["candidate"]!.GetValue<double>().ShouldBeInRange(45, 55);
        seen["watchedBy"]!.GetValue<string>().ShouldContain("person1@host");
    }

    private static Scene Eventful()
    {
        var scene = new Scene("ping", "search").Promoted();
        _ = scene.Rollback();
        _ = scene.Sick("1.2.0").Release();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillHalf);
        _ = scene.Killable(p => p.Release(), new() { Owner = "x", Program = "x", Version = "1.3.0" });
        _ = scene.Resume();
        _ = scene.Down();
        return scene;
    }
}
