using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>Can this gate decide (gate.md, section 4)? From stable's counters and the configuration, before any traffic moves.</summary>
public sealed class LookingAhead
{
    private static readonly Counters Life = Scene.Timed(100_000, 10_000, 1_000, 100).Counts with { Errors = 100 };

    [Fact]
    public void It_says_what_each_step_will_see_and_the_smallest_change_that_is_found()
    {
        var outlook = Look(500, Life);
        outlook.Forecast!.Steps.Select(s => Math.Round(s.CandidateRequests)).ShouldBe([3_000, 15_000, 30_000]);
        outlook.Lines[0].ShouldBe("gate of ping, at about 500 requests a second:");
        outlook.Lines.ShouldContain(l => l.StartsWith("  10 %: the candidate gets 150 to 3,000 requests in", StringComparison.Ordinal));
        outlook.Lines.ShouldContain(l => l.Contains("Smallest rise found by the end", StringComparison.Ordinal));
        outlook.Hopeless.ShouldBeEmpty();
    }

    [Fact]
    public void A_limit_that_stable_itself_breaks_is_said_and_does_not_keep_its_repair_from_being_released()
    {
        var outlook = Look(500, Life with { Errors = 2_000 });
        outlook.Lines.ShouldContain(l => l.Contains("stable itself has 2", StringComparison.Ordinal));
        outlook.Hopeless.ShouldBeEmpty();
    }

    [Fact]
    public void How_many_requests_come_may_not_be_known()
    {
        Look(0, Life, isObserved: false).Lines.Single().ShouldContain("how many requests come is not known");
        Look(500, Life, isObserved: false).Lines[0].ShouldBe("gate of ping, at no fewer than 500 requests a second:");
    }

    [Fact]
    public void Too_few_requests_for_a_pass_are_hopeless_too() =>
        Look(0.5, Life).Hopeless.ShouldContain(h => h.StartsWith("error-rate", StringComparison.Ordinal));

    [Fact]
    public void Without_a_past_nothing_is_said() =>
        Look(500, new Counters(10, 0, [])).Lines.Single().ShouldBe("gate of ping: stable has answered 10 requests, too few to say what it will find");

    private static GateOutlook Look(double rate, Counters life, bool isObserved = true) => GateOutlook.Of(
        new EnvironmentOptions
        {
            Name = "local",
            Services = [new ServiceOptions { Name = "ping" }],
            Platform = new FakePlatform { Type = "fake" },
            Traffic = new FakeTraffic { Type = "fake", Steps = [10, 50, 100] },
            Gate = new GateOptions
            {
                Metrics = new MetricsOptions { Type = "scrape" },
                Tick = TimeSpan.FromSeconds(1),
                WarmUp = TimeSpan.Zero,
                StepDuration = new StepDurationOptions { Min = TimeSpan.FromSeconds(3), Max = TimeSpan.FromSeconds(60) },
                Objectives = [Scene.ErrorRate, Scene.P95],
            },
        },
        "ping",
        rate,
        isObserved,
        life);

    private sealed record FakePlatform : PlatformOptions;

    private sealed record FakeTraffic : TrafficOptions;
}
