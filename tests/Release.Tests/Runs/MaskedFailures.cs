using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>
/// A candidate breaks connections before it counts anything: by its own counters nothing fails, and where the router tries
/// again elsewhere no client sees it. Attempts are counted, not final answers.
/// </summary>
public class MaskedFailures
{
    private readonly Scene _scene = new Scene("ping").Deployed();

    [Fact]
    public void A_candidate_that_breaks_connections_is_taken_back_for_them()
    {
        _scene.World.Traffic.UnansweredRates["1.1.0"] = 0.1;

        var result = _scene.Release();

        result.Status.ShouldBe(ExitStatus.GateSaidNo, result.Message);
        result.Message.ShouldContain("error-rate");
        _scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(_scene);
    }

    [Fact]
    public void What_stable_breaks_as_well_is_not_held_against_it()
    {
        _scene.World.Traffic.UnansweredRates["1.0.0"] = 0.001;
        _scene.World.Traffic.UnansweredRates["1.1.0"] = 0.001;

        _scene.Release().Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void A_candidate_that_cannot_be_read_passes_nothing_for_what_the_router_counts()
    {
        _scene.World.AfterChange += effect =>
        {
            if (effect is { Step: "shift-traffic-ping-10", Way: Way.Apply })
            {
                _ = _scene.World.Silent.Add("metrics");
            }
        };

        var result = _scene.Release();

        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("unavailable");
    }
}
