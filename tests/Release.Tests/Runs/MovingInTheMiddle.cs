using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>What restarts an engine under a canary gives its containers other addresses.</summary>
public class MovingInTheMiddle
{
    [Theory]
    [InlineData("ping-1.0.0-run1")]
    [InlineData("ping-1.1.0-run2")]
    public void An_instance_that_is_reached_elsewhere_is_found_again_and_judged(string instance)
    {
        var scene = new Scene("ping").Deployed();
        scene.World.Restarts["ping-1.1.0-run2"] = 3; // of a time before its traffic
        scene.World.AfterChange += effect =>
        {
            if (effect is { Step: "shift-traffic-ping-50", Way: Way.Apply })
            {
                scene.World.Moved[instance] = "10.9.9.9:80";
            }
        };

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Done, result.Message);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_candidate_that_crashed_and_was_started_again_by_its_platform_is_taken_back()
    {
        var scene = new Scene("ping").Deployed();
        scene.World.AfterChange += effect =>
        {
            if (effect is { Step: "shift-traffic-ping-100", Way: Way.Apply })
            {
                scene.World.Restarts["ping-1.1.0-run2"] = 1;
            }
        };

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.GateSaidNo, result.Message);
        result.Message.ShouldContain("crashed while it had traffic, and its platform started it again");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }
}
