using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>What people see when nothing goes wrong.</summary>
public class AFirstDay
{
    [Fact]
    public void An_empty_environment_is_deployed_and_the_next_version_released_beside_it()
    {
        var scene = new Scene();

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Done);
        result.LastLine.ShouldMatch(@"^1\.1\.0 serves everything in fake; 1\.0\.0 is kept until 2026-03-04 05:16:..Z\. Take it back: \./build\.sh Rollback --env fake\.$");
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.World.IsHealthy("ping-1.0.0-run1").ShouldBeTrue();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void The_effects_are_those_of_the_plan_in_its_order_and_no_others()
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Effects.Count;

        _ = scene.Release();

        scene.World.Effects.Skip(before).Select(e => $"{e.Step}: {e.Field.Split('/')[0]} {e.From}->{e.To}").ShouldBe(
        [
            "tag-rollback-point: tag ->c0ffee",
            "tag-release: tag ->c0ffee",
            "prepare-ping: artefact ->sha256:ping-1.1.0",
            "prepare-ping: artefact ->yes",
            "start-candidate-ping: process ->10.0.0.2:80",
            "start-candidate-ping: health ->200",
            "shift-traffic-ping-10: weight 100->90",
            "shift-traffic-ping-10: weight ->10",
            "shift-traffic-ping-50: weight 90->50",
            "shift-traffic-ping-50: weight 10->50",
            "shift-traffic-ping-100: weight 50->0",
            "shift-traffic-ping-100: weight 50->100",
            "push-tag: pushed ->yes",
        ]);
        scene.World.Traffic.Generators.ShouldBe(0);
    }

    [Fact]
    public void A_rollback_brings_the_old_version_back_and_a_second_one_finds_nothing()
    {
        var scene = new Scene().Promoted();

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        var (world, records) = (scene.World.Show(), scene.Journal.Records.Count);
        var again = scene.Rollback();
        again.Status.ShouldBe(ExitStatus.Done);
        again.Message.ShouldBe("There is nothing to roll back in fake: 1.0.0 serves and no older version is kept.");
        scene.World.Show().ShouldBe(world);
        scene.Journal.Records.Skip(records).ShouldAllBe(r => r.Type == Release.Journal.RecordType.LeaseTaken || r.Type == Release.Journal.RecordType.LeaseReleased);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void What_is_down_comes_up_again_with_the_next_release()
    {
        var scene = new Scene().Promoted();

        scene.Down().Status.ShouldBe(ExitStatus.Done);
        scene.World.Fields("process/", FakeWorld.Gateway).ShouldBeEmpty();
        scene.State.IsDown.ShouldBeTrue();
        scene.Down().Message.ShouldBe("fake is down already: nothing was changed.");
        scene.Rollback().Message.ShouldContain("nothing to roll back");

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.State.Runs.Select(r => $"{Words.Of(r.Opening.Kind)} {r.Opening.Target.Version}").ShouldBe(
            ["release 1.0.0", "release 1.1.0", "down 1.1.0", "up 1.1.0", "release 1.2.0"]);
        scene.World.Serving().ShouldBe("ping-1.2.0-run5 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void After_a_restart_of_the_machine_the_recorded_stable_is_started_before_anything_is_released()
    {
        var scene = new Scene().Promoted();
        scene.World.Restart();

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.Lines.ShouldContain("fake is not running (was this machine restarted?): starting 1.1.0 again.");
        scene.State.Runs.Select(r => Words.Of(r.Opening.Kind)).ShouldBe(["release", "release", "up", "release"]);
        scene.World.Serving().ShouldBe("ping-1.2.0-run4 100");
        JournalRules.Hold(scene);
    }
}
