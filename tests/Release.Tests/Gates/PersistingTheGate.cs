using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

public sealed class PersistingTheGate
{
    /// <summary>Random rollouts, one written down and read at every tick and one not: they must agree to the letter.</summary>
    [Fact]
    public void At_every_tick_changes_nothing()
    {
        var random = new Chance(3);
        for (var rollout = 0; rollout < 100; rollout++)
        {
            var (kept, written) = (Begin(), Begin());
            for (var tick = 0; tick < 40; tick++)
            {
                var (candidate, stable) = (Any(random), Any(random));
                if (random.Next(10) == 0)
                {
                    var share = random.Next(1, 101);
                    (kept, written) = (kept.Step(share), written.Step(share));
                }

                kept.Tick(candidate, stable);
                written.Persist().Tick(candidate, stable);
                written.State.ToJson().ToJsonString().ShouldBe(kept.State.ToJson().ToJsonString());
            }
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"startedAt":5}""")]
    [InlineData("""{"startedAt":"yesterday"}""")]
    public void What_is_not_a_state_is_refused(string json)
    {
        Should.Throw<FormatException>(() => GateJson.FromJson(JsonNode.Parse(json)!.AsObject()));
        Should.Throw<FormatException>(() => GateJson.CountersFromJson(JsonNode.Parse(json)!.AsObject()));
    }

    [Fact]
    public void A_state_of_other_objectives_is_refused()
    {
        var gate = new Gate(new GateOptions { Metrics = new MetricsOptions { Type = "scrape" }, Objectives = [Scene.P95] });
        Should.Throw<ArgumentException>(() => gate.Advance(new Scene().State, new GateTick(Scene.Noon, VariantDelta.Absent, VariantDelta.Absent)));
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

    private static Scene Begin() => new(
        o => o with { MaxGap = TimeSpan.FromSeconds(3), WarmUp = TimeSpan.FromSeconds(2) },
        Scene.ErrorRate with { For = TimeSpan.FromSeconds(20) },
        Scene.P95 with { Max = "300ms", FailureLimit = 5 });

    private static VariantDelta Any(Chance random) => random.Next(4) == 0
        ? Scene.Unread("gone")
        : Scene.Timed(random.Next(400, 800), random.Next(60, 200), random.Next(0, 60), random.Next(0, 30)) with { Fresh = random.Next(2) };
}
