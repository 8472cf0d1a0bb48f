using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A router that takes up weights later than it was told, or whose routes lead past them.</summary>
public class SharesThatComeLate
{
    [Fact]
    public void No_request_for_the_candidate_while_stable_has_traffic_ends_the_run_and_says_what_the_router_says()
    {
        var scene = new Scene().Deployed();
        scene.World.Traffic.RealShare = 0;
        scene.World.Doubts.Clear();
        scene.World.Traffic.WhenCandidateHasShare = () => scene.World.Doubts.Add(new(true, "The route ai-route goes past the upstream."));

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.GateSaidNo);
        result.Message.ShouldContain("reached the candidate of ping");
        result.Message.ShouldContain("The route ai-route goes past the upstream");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void A_route_that_leads_elsewhere_is_found_before_anything_is_changed()
    {
        var scene = new Scene().Deployed();
        var effects = scene.World.Effects.Count;
        scene.World.Doubts.Add(new(true, "The route ai-route goes past the upstream."));

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("a candidate would not get its share of the traffic: The route ai-route goes past the upstream");
        scene.World.Effects.Count.ShouldBe(effects);
    }

    [Fact]
    public void What_only_may_hide_failures_is_said_and_goes_on()
    {
        var scene = new Scene().Deployed();
        scene.World.Doubts.Add(new(false, "Kong tries a failed request 5 times more."));
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.Lines.ShouldContain(line => line.Contains("tries a failed request 5 times more"));
    }

    [Fact]
    public void The_clock_of_a_step_begins_when_its_share_is_seen()
    {
        var scene = new Scene().Deployed();
        scene.World.Traffic.RealShare = 0;
        scene.World.Traffic.WhenCandidateHasShare = () => scene.Time.At(TimeSpan.FromSeconds(6), () => scene.World.Traffic.RealShare = null);
        scene.Release().Status.ShouldBe(ExitStatus.Done);

        var shift = scene.Journal.Records.First(r => r.Type == Release.Journal.RecordType.StepApplied && r.Entry.Step == "shift-traffic-ping-10");
        var steps = scene.Journal.Records.Where(r => r.Type == Release.Journal.RecordType.Sample && r.Data["share"]!.GetValue<double>() == 10)
            .Select(r => Release.Gates.GateLook.FromJson(r.Data["gate"]!.AsObject()).StepAt).Distinct().Order().ToList();
        (steps[^1] - shift.Ts).ShouldBeGreaterThan(TimeSpan.FromSeconds(5));
    }
}
