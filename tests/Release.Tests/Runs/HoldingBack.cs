using Release.Configuration;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>After the last step some traffic stays on stable for a while, so that both can be compared.</summary>
public class HoldingBack
{
    private readonly Scene _scene = new Scene("ping").Deployed();

    public HoldingBack()
    {
        var options = _scene.Options;
        _scene.Options = options with { Gate = options.Gate with { Holdback = new HoldbackOptions { Percent = 5, For = TimeSpan.FromMinutes(10) } } };
    }

    private List<(string Step, DateTimeOffset At)> Shifts => [.. _scene.World.Effects
        .Where(e => e.Way is Way.Apply && e.Step.StartsWith("shift-traffic-", StringComparison.Ordinal))
        .Select(e => (e.Step, e.At)).DistinctBy(e => e.Step)];

    [Fact]
    public void A_good_version_serves_the_rest_for_that_long_and_then_everything()
    {
        _scene.Release().Status.ShouldBe(ExitStatus.Done);

        Shifts.Select(s => s.Step).ShouldBe(["shift-traffic-ping-100", "shift-traffic-ping-10", "shift-traffic-ping-50", "shift-traffic-ping-95"], ignoreOrder: true);
        _scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        var held = _scene.World.Effects.First(e => e.Step == "shift-traffic-ping-95").At;
        (_scene.World.Effects.First(e => e.Step == "shift-traffic-ping-100" && e.At > held).At - held).ShouldBeInRange(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
        JournalRules.Hold(_scene);
    }

    [Fact]
    public void One_that_turns_bad_meanwhile_is_found_and_taken_back()
    {
        _scene.World.AfterChange += effect =>
        {
            if (effect is { Step: "shift-traffic-ping-95", Way: Way.Apply })
            {
                _ = _scene.Sick("1.1.0");
            }
        };

        _scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);

        _scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(_scene);
    }

    [Fact]
    public void Its_time_counts_among_the_waits_that_a_tender_must_watch()
    {
        var usual = _scene.Options.DeclaredWaits;
        var hour = _scene.Options with { Gate = _scene.Options.Gate with { Holdback = new HoldbackOptions { Percent = 5, For = TimeSpan.FromHours(1) } } };
        (hour.DeclaredWaits - usual).ShouldBe(TimeSpan.FromMinutes(50));
        hour.NeedsTender.ShouldBeTrue();
    }

    [Fact]
    public void An_emergency_has_none() =>
        new EmergencyOptions().Of(_scene.Options).Shares.ShouldBe(_scene.Options.Traffic.Steps);
}
