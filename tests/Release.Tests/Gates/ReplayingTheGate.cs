using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

public sealed class ReplayingTheGate
{
    /// <summary>Random rollouts, one gone on with and one begun again from what was counted, at every tick: they must agree to the letter.</summary>
    [Fact]
    public void From_the_recorded_counts_gives_the_same_gate()
    {
        var random = new Chance(3);
        for (var rollout = 0; rollout < 20; rollout++)
        {
            var (kept, replayed) = (Begin(), Begin());
            for (var tick = 0; tick < 40; tick++)
            {
                var (candidate, stable) = (Any(random), Any(random));
                if (random.Next(10) == 0)
                {
                    var share = random.Next(1, 101);
                    (kept, replayed) = (kept.Step(share), replayed.Step(share));
                }

                kept.Tick(candidate, stable);
                replayed.Replay().Tick(candidate, stable);
                replayed.Gate.Look().ToJson().ToJsonString().ShouldBe(kept.Gate.Look().ToJson().ToJsonString());
            }
        }
    }

    [Fact]
    public void What_is_recorded_of_it_can_be_read()
    {
        var look = Begin().Tick(Scene.Timed(500, 60, 20, 2), Scene.Timed(500, 60, 20, 2), times: 5).Gate.Look();
        var json = look.ToJson().ToJsonString();
        GateLook.FromJson(JsonNode.Parse(json)!.AsObject()).ToJson().ToJsonString().ShouldBe(json);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"startedAt":5}""")]
    [InlineData("""{"startedAt":"yesterday"}""")]
    public void What_is_none_is_refused(string json)
    {
        Should.Throw<FormatException>(() => GateLook.FromJson(JsonNode.Parse(json)!.AsObject()));
        Should.Throw<FormatException>(() => GateJson.CountersFromJson(JsonNode.Parse(json)!.AsObject()));
        Should.Throw<FormatException>(() => GateJson.TickFromJson(JsonNode.Parse(json)!.AsObject()));
    }

    [Fact]
    public void A_gate_that_lost_what_it_knew_has_half_of_alpha_left()
    {
        var (whole, half) = (Lost(false), Lost(true));
        var ticks = 0;
        while (whole.Verdict.Outcome is not GateOutcome.Fail)
        {
            var tick = new GateTick(Scene.Noon.AddSeconds(++ticks), Scene.Counted(450, 0), Scene.Counted(50, 1));
            (_, _) = (whole.Advance(tick), half.Advance(tick));
        }

        half.Verdict.Outcome.ShouldNotBe(GateOutcome.Fail);
    }

    [Fact]
    public void A_ticks_sample_reads_well() =>
        new GateTick(Scene.Noon, VariantDelta.Absent, Scene.Timed(10, 4, 2, 1) with { Problems = ["b: gone"] }).ToJson().ToJsonString().ShouldBe(
            """{"at":"2026-08-21T12:00:00.0000000Z","stable":{"requests":0,"errors":0,"buckets":[],"instances":0,"problems":[]}"""
            + ""","candidate":{"requests":10,"errors":0,"buckets":[{"le":0.1,"count":6},{"le":0.25,"count":8},{"le":0.5,"count":9},{"le":"\u002BInf","count":10}]"""
            + ""","instances":1,"problems":["b: gone"]}}""");

    [Fact]
    public void A_verdict_reads_well() =>
        new GateVerdict(GateOutcome.Inconclusive, GateCause.Both, Scene.Noon, "so").ToJson().ToJsonString().ShouldBe(
            """{"outcome":"inconclusive","cause":"both","at":"2026-08-21T12:00:00.0000000Z","reason":"so"}""");

    private static Gate Lost(bool hasLostState) => Gate.Begin(
        new GateOptions
        {
            Metrics = new MetricsOptions { Type = "scrape" },
            Tick = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.Zero,
            Objectives = [Scene.ErrorRate with { Max = null }],
        },
        new GateStart([new Counters(4_500, 4, [])], new Percent(10), Scene.Noon, TimeSpan.FromMinutes(90), HasLostState: hasLostState));

    private static Scene Begin() => new(
        o => o with
        {
            MaxGap = TimeSpan.FromSeconds(3),
            WarmUp = TimeSpan.FromSeconds(2),
            Criteria = [new() { Id = "rule", Type = ObjectiveType.Errors, Max = "30%", For = TimeSpan.FromSeconds(20), Interval = TimeSpan.FromSeconds(2) }],
        },
        Scene.ErrorRate,
        Scene.P95 with { Max = "300ms", Required = true });

    private static VariantDelta Any(Chance random) => random.Next(4) == 0
        ? Scene.Unread("gone")
        : Scene.Timed(random.Next(400, 800), random.Next(60, 200), random.Next(0, 60), random.Next(0, 30)) with { Fresh = random.Next(2) };
}
