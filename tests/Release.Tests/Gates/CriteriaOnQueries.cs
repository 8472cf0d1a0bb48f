using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>Plain rules on a number that a query yields: saturation, a queue's length, a replica's lag.</summary>
public sealed class CriteriaOnQueries
{
    private static readonly CriterionOptions Queue = new() { Id = "queue", Query = "max(queue_length)", Max = "100" };

    [Fact]
    public void A_number_above_its_limit_fails_at_once()
    {
        var gate = Watched(Queue, 12, 101);
        gate.Verdict.Outcome.ShouldBe(GateOutcome.Fail);
        gate.Verdict.Reason.ShouldStartWith("queue (at most 100): 101, broken in check 2, 1 in all where 0 are tolerated");
    }

    [Fact]
    public void One_below_its_least_fails_too() =>
        Watched(new() { Id = "replicas", Query = "min(up)", Min = "1" }, 1, 1, 0).Verdict.Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_limit_that_is_reached_is_kept_and_its_number_is_told()
    {
        var gate = Watched(Queue, 100, 100, 100, 100);
        gate.Verdict.Outcome.ShouldBe(GateOutcome.Pass);
        gate.Look().Criteria.Single().Sentence.ShouldBe("queue (at most 100): 100, 0 of 4 checks broken");
    }

    [Fact]
    public void For_a_time_needs_every_check_of_it()
    {
        var forThree = Queue with { For = TimeSpan.FromSeconds(3), Interval = TimeSpan.FromSeconds(1) };
        Watched(forThree, 200, 200, 5, 200, 200).Verdict.Outcome.ShouldNotBe(GateOutcome.Fail);
        Watched(forThree, 200, 200, 200).Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void A_check_of_several_ticks_is_their_mean() =>
        Watched(Queue with { Interval = TimeSpan.FromSeconds(4) }, 10, 380, 5, 4).Verdict.Outcome.ShouldNotBe(GateOutcome.Fail);

    [Fact]
    public void No_number_is_an_error_and_never_a_success()
    {
        var gate = Watched(Queue, null, double.NaN, null, double.PositiveInfinity, null, null);
        gate.Verdict.Outcome.ShouldBe(GateOutcome.Unavailable);
        gate.Verdict.Reason.ShouldContain("queue (at most 100): not measured");
    }

    [Fact]
    public void A_query_that_nobody_asked_is_an_error_too() => Watched(Queue, asks: false, 1, 1, 1, 1, 1, 1).Verdict.Outcome.ShouldBe(GateOutcome.Unavailable);

    [Fact]
    public void What_stable_breaks_as_well_is_nobodys_regression()
    {
        var gate = Begin(Queue);
        for (var i = 1; i <= 5; i++)
        {
            _ = gate.Advance(Tick(i, new QueryValues(200, 200, null)));
        }

        gate.Verdict.ShouldSatisfyAllConditions(v => v.Outcome.ShouldBe(GateOutcome.Undecided), v => v.Cause.ShouldBe(GateCause.Both));
    }

    [Fact]
    public void The_sample_has_all_that_the_decision_was_made_of()
    {
        var tick = Tick(1, new QueryValues(double.NaN, 3, null));
        var json = tick.ToJson().ToJsonString();
        json.ShouldContain("\"queries\":{\"queue\":{\"candidate\":null,\"stable\":3,\"problem\":\"the query\\u0027s answer is not a number\"}}");
        GateJson.TickFromJson(JsonNode.Parse(json)!.AsObject()).ToJson().ToJsonString().ShouldBe(json);
    }

    private static Gate Watched(CriterionOptions criterion, params double?[] values) => Watched(criterion, true, values);

    private static Gate Watched(CriterionOptions criterion, bool asks, params double?[] values)
    {
        var gate = Begin(criterion);
        for (var i = 0; i < values.Length; i++)
        {
            var tick = Tick(i + 1, new QueryValues(values[i], null, values[i] is null ? "the query yields nothing" : null), criterion.Id);
            _ = gate.Advance(GateJson.TickFromJson(JsonNode.Parse((asks ? tick : tick with { Queries = QueryValues.None }).ToJson().ToJsonString())!.AsObject()));
        }

        return gate;
    }

    private static GateTick Tick(int second, QueryValues values, string id = "queue") =>
        new(Scene.Noon.AddSeconds(second), Scene.Counted(450, 0), Scene.Counted(500, 0)) { Queries = QueryValues.None.Add(id, values) };

    private static Gate Begin(CriterionOptions criterion) => Gate.Begin(
        new GateOptions
        {
            Metrics = new MetricsOptions { Type = "prometheus" },
            Tick = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.Zero,
            StepDuration = new StepDurationOptions { Min = TimeSpan.FromSeconds(3), Max = TimeSpan.FromMinutes(1) },
            Objectives = [Scene.ErrorRate with { Max = "50%", Compare = false }],
            Criteria = [criterion],
        },
        new GateStart([new Counters(4_500, 4, ImmutableArray<Bucket>.Empty)], new Percent(10), Scene.Noon, TimeSpan.FromMinutes(3)));
}
