using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A platform that keeps a place of its own for what serves, as compose does for its services.</summary>
public sealed class SettlingIntoItsPlace
{
    [Fact]
    public void A_promoted_version_stays_where_it_was_started_while_stable_is_kept()
    {
        var scene = Kept();

        scene.World.Fields("process/").ShouldBe(["process/ping-1.0.0-run1", "process/ping-1.1.0-run2"]);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
    }

    [Fact]
    public void When_stable_is_due_the_new_version_gets_the_place_first_and_the_traffic_there()
    {
        var scene = Kept();
        var calls = scene.World.Blows.Calls.Count;

        Later(scene);

        scene.World.Blows.Calls.Skip(calls).ShouldBe(["apply settle-ping-1.1.0-run2", "apply settle-traffic-ping-1-1-0-run2", "apply clear-ping-1.1.0-run2", "apply retire-ping-1-0-0-run1"]);
        scene.World.Fields("process/").ShouldBe(["process/ping-1.1.0-run2-settled"]);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2-settled 100");
    }

    [Fact]
    public void A_place_that_cannot_be_had_keeps_stable_and_is_tried_again()
    {
        var scene = Kept();
        scene.World.Blows.Strike("settle-ping-1.1.0-run2", Way.Apply, Blow.FailHalf);

        Later(scene);

        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeTrue("what is kept is not given up for a place that does not serve");
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.State.Due.ShouldHaveSingleItem();
        _ = scene.Tend();
        scene.World.Serving().ShouldBe("ping-1.1.0-run2-settled 100");
    }

    [Fact]
    public void A_rollback_behind_it_starts_the_old_version_beside_and_then_gives_it_the_place()
    {
        var scene = Kept();
        Later(scene);
        var calls = scene.World.Blows.Calls.Count;

        scene.Rollback().Message.ShouldBe("Rolled back 1.1.0: 1.0.0 serves everything in fake.");

        scene.World.Blows.Calls.Skip(calls).Where(c => c.StartsWith("apply ", StringComparison.Ordinal)).ShouldBe(
            ["apply start-stable-ping", "apply return-traffic-ping", "apply settle-ping-1.0.0-run1", "apply settle-traffic-ping-1-0-0-run1", "apply clear-ping-1.0.0-run1"]);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1-settled 100");
    }

    private static Scene Kept()
    {
        var scene = new Scene().Deployed();
        scene.World.KeepsPlaces = true;
        scene.Release("1.1.0").Status.ShouldBe(ExitStatus.Done);
        return scene;
    }

    private static void Later(Scene scene)
    {
        scene.Time.Pass(scene.Options.Platform.KeepStable + TimeSpan.FromSeconds(1));
        _ = scene.Tend();
    }
}
