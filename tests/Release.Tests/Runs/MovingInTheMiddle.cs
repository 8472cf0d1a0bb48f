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
}
