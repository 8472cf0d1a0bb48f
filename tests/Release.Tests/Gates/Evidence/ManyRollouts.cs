using System.Text.Json.Nodes;
using Release.Bench.Simulation;
using Release.Gates;
using Release.Gates.Evidence;
using Release.Tests.Gates.Power;

namespace Release.Tests.Gates.Evidence;

/// <summary>
/// The simulation of gate.md, section 6, with few runs and fixed seeds; <c>./build.sh Bench --suite gate</c> has many. A null may
/// fire at most 9 times of 500: at the reference rate of 0.45 % more than that happens once in 9,000 suites.
/// </summary>
public sealed class ManyRollouts
{
    private const int Runs = 500;

    [Theory]
    [InlineData("E0a")]
    [InlineData("E0b")]
    [InlineData("E0d")]
    [InlineData("E0e")]
    [InlineData("E0f")]
    [InlineData("S4")]
    [InlineData("S10")]
    [InlineData("L0-classic")]
    [InlineData("L0-native")]
    public void Of_candidates_that_are_not_worse_hardly_any_fails(string scenario) => Ours(scenario, Runs).FiredAt.Count.ShouldBeLessThanOrEqualTo(9);

    [Theory]
    [InlineData("E1a", 230)]
    [InlineData("E1b", 80)]
    [InlineData("E1d", 30)]
    [InlineData("E1e", 220)]
    [InlineData("E1h", 45)]
    [InlineData("L1-classic", 65)]
    public void Of_candidates_that_are_worse_each_fails_soon(string scenario, double seconds)
    {
        var cell = Ours(scenario, 60);
        cell.FiredAt.Count.ShouldBe(60);
        cell.Median.ShouldBeLessThanOrEqualTo(seconds);
    }

    /// <summary>A regression that begins after 15 minutes is found nearly as soon as one that is there from the start.</summary>
    [Fact]
    public void One_that_becomes_worse_late_fails_soon_after()
    {
        var late = Scenarios.All.Single(s => s.Id == "E1a") with { Candidate = new Steps((0, 0.01), (900, 0.02)) };
        Simulated.Run(late, [OurRules.All[0]], 60).Single().Median.ShouldBeInRange(960, 1300);
    }

    /// <summary>Errors of both sides rise sixfold in ten minutes while the split moves: nothing of it is the candidate's.</summary>
    [Fact]
    public void A_shared_drift_while_the_split_changes_fails_hardly_any()
    {
        var drift = Scenarios.All.Single(s => s.Id == "E0e");
        var rates = new Steps([.. Enumerable.Range(0, 120).Select(i => (i * 5.0, 0.01 * Math.Pow(6, i / 119.0)))]);
        Simulated.Run(drift with { Baseline = rates, Candidate = rates }, [OurRules.All[0]], 300).Single().FiredAt.Count.ShouldBeLessThanOrEqualTo(7);
    }

    [Fact]
    public void Hardly_any_passes_on_the_boundary() => Simulated.Run(Scenarios.All.Single(s => s.Id == "E1a"), [OurRules.All[1]], 300).Single().FiredAt.Count.ShouldBeLessThanOrEqualTo(24);

    /// <summary>What a series says is what the tests say that are fed directly.</summary>
    [Theory]
    [InlineData("E1e", "errors")]
    [InlineData("L1-native", "latency")]
    public void Through_a_file_it_is_the_same(string id, string type)
    {
        var scenario = Scenarios.All.Single(s => s.Id == id);
        for (var run = 0; run < 3; run++)
        {
            var (drawn, rule) = (new Drawn(scenario, run), OurRules.All[0].Begin(scenario, new Drawn(scenario, run)));
            var (ticks, fired) = (new JsonArray(), (double?)null);
            foreach (var tick in drawn.Ticks())
            {
                ticks.Add(new JsonObject { ["t"] = tick.End, ["share"] = tick.Share, ["stable"] = Json(tick.Stable), ["candidate"] = Json(tick.Candidate) });
                if (rule.Fires(tick))
                {
                    fired = tick.End;
                    break;
                }
            }

            var file = new JsonObject
            {
                ["objectives"] = new JsonArray(new JsonObject { ["id"] = type, ["type"] = type }),
                ["history"] = new JsonArray([.. drawn.History.Select(c => (JsonNode)Json(c))]),
                ["ticks"] = ticks,
            };
            var result = SeriesGate.Judge(Series.Read(file.ToJsonString(), "simulated.json")).ToJson();
            ((string)result["decision"]!, (double?)result["at"]).ShouldBe(("fail", fired));
        }
    }

    [SharedVectorsFact]
    public void The_scenarios_are_those_of_the_data()
    {
        var data = SharedVectors.Of("scenarios.json")["scenarios"]!.AsArray().Select(s => s!.AsObject()).ToDictionary(s => (string)s["id"]!);
        Scenarios.All.Select(s => s.Id).ShouldBe(data.Keys, ignoreOrder: true);
        foreach (var scenario in Scenarios.All)
        {
            var json = data[scenario.Id];
            scenario.Seed.ShouldBe(json["seed"]!.AsArray().Skip(1).Select(s => (int)s!), scenario.Id);
            foreach (var second in new[] { 0.0, 59, 60, 120, 180, 1000 })
            {
                At(json["candidateShare"] ?? new JsonObject { ["constant"] = 0.1 }, second).ShouldBe(scenario.Share.At(second), scenario.Id);
                At(json["pCandidate"], second).ShouldBe(scenario.Family == Family.Latency ? null : scenario.Candidate.At(second), scenario.Id);
                At(json["pBaseline"], second).ShouldBe(scenario.Family == Family.Errors ? scenario.Baseline.At(second) : null, scenario.Id);
            }

            ((double?)json["slo"]).ShouldBe(scenario.Family == Family.Limit ? scenario.Limit : null, scenario.Id);
            ((double?)json["burstMeanSize"]).ShouldBe(scenario.BurstMeanSize, scenario.Id);
            ((double?)json["candidate"]?["scale"] ?? 1).ShouldBe(scenario.Scale, scenario.Id);
            ((double?)(json["checkThreshold"] ?? json["checkThresholdP95Ms"]) ?? 0).ShouldBe(scenario.CheckThreshold, scenario.Id);
            ((bool?)json["null"] ?? scenario.IsNull).ShouldBe(scenario.IsNull, scenario.Id);
        }
    }

    private static double? At(JsonNode? values, double second) => values is null ? null
        : values["steps"] is JsonArray steps ? (double)steps.Last(s => (double)s![0]! <= second)![1]!
        : (double)values["constant"]!;

    private static Cell Ours(string scenario, int runs) => Simulated.Run(Scenarios.All.Single(s => s.Id == scenario), [OurRules.All[0]], runs).Single();

    private static JsonObject Json(Counters counters) => new()
    {
        ["requests"] = counters.Requests,
        ["errors"] = counters.Errors,
        ["buckets"] = new JsonObject(counters.Buckets.Select(b => KeyValuePair.Create(
            double.IsPositiveInfinity(b.Bound) ? "+Inf" : (b.Bound * 1000).ToString("R", System.Globalization.CultureInfo.InvariantCulture), (JsonNode?)b.Count))),
    };
}
