using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>gate.md, section 1, "Ticks from raw counters".</summary>
public sealed class SubtractingCounters
{
    private static readonly DateTimeOffset T0 = Scene.Noon;
    private static readonly DateTimeOffset LongAgo = T0.AddDays(-1);

    [Fact]
    public void The_first_sight_of_an_old_process_only_sets_the_reference() =>
        Run([Read("a", 100, 5, LongAgo)], [Read("a", 110, 6, LongAgo)]).ShouldBe([(0, 0), (10, 1)]);

    [Fact]
    public void The_first_sight_of_a_process_of_unknown_age_only_sets_the_reference() =>
        Run([], [Read("a", 100, 5)], [Read("a", 110, 5)]).ShouldBe([(0, 0), (0, 0), (10, 0)]);

    [Fact]
    public void A_process_that_started_after_the_previous_tick_counts_from_zero() =>
        Run([], [Read("a", 7, 2, T0.AddSeconds(0.5))]).ShouldBe([(0, 0), (7, 2)]);

    [Fact]
    public void Before_the_first_tick_nothing_is_known_so_nothing_counts() =>
        Run([Read("a", 7, 2, T0.AddSeconds(0.5))]).ShouldBe([(0, 0)]);

    [Fact]
    public void A_counter_that_falls_was_reset() =>
        Run([Read("a", 100, 5)], [Read("a", 8, 1)], [Read("a", 10, 1)]).ShouldBe([(0, 0), (8, 1), (2, 0)]);

    [Fact]
    public void One_counter_that_falls_resets_all_of_its_process() =>
        Run([Read("a", 100, 2)], [Read("a", 50, 9)]).ShouldBe([(0, 0), (50, 9)]);

    [Fact]
    public void A_changed_start_time_is_a_reset_though_the_counters_rise() =>
        Run([Read("a", 10, 1, LongAgo)], [Read("a", 30, 2, T0.AddSeconds(0.1))]).ShouldBe([(0, 0), (30, 2)]);

    [Fact]
    public void A_start_time_that_wobbles_by_a_second_is_the_same_process() =>
        Run([Read("a", 10, 1, LongAgo)], [Read("a", 30, 2, LongAgo.AddSeconds(1))]).ShouldBe([(0, 0), (20, 1)]);

    [Fact]
    public void A_start_time_that_is_missing_once_is_no_restart() =>
        Run([Read("a", 10, 0, LongAgo)], [Read("a", 20, 0)], [Read("a", 30, 0, LongAgo)]).ShouldBe([(0, 0), (10, 0), (10, 0)]);

    [Fact]
    public void Errors_that_outrun_their_requests_wait_for_the_next_tick() =>
        Run([Read("a", 0, 0)], [Read("a", 2, 5)], [Read("a", 10, 5)], [Read("a", 20, 5)])
            .ShouldBe([(0, 0), (2, 2), (8, 3), (10, 0)]);

    [Fact]
    public void A_missed_scrape_adds_nothing_and_the_next_covers_both() =>
        Run([Read("a", 10, 0)], [Broken("a")], [Read("a", 30, 1)]).ShouldBe([(0, 0), (0, 0), (20, 1)]);

    [Fact]
    public void An_instance_that_is_left_out_is_remembered() =>
        Run([Read("a", 10, 0)], [], [Read("a", 30, 1)]).ShouldBe([(0, 0), (0, 0), (20, 1)]);

    [Fact]
    public void An_instance_that_is_gone_for_hours_is_forgotten()
    {
        var tick = CounterDeltas.Advance(CounterState.Empty, [Read("a", 10, 0)], T0);
        tick = CounterDeltas.Advance(tick.State, [], T0.AddHours(2));
        tick.State.Instances.ShouldBeEmpty();
    }

    [Fact]
    public void Instances_are_summed_per_variant()
    {
        var tick = Advance([[Read("a", 0, 0), Read("b", 0, 0), Stable("s", 0)], [Read("a", 3, 1), Read("b", 4, 1), Stable("s", 9)]])[^1];
        (tick.Candidate.Counts.Requests, tick.Candidate.Counts.Errors, tick.Candidate.Fresh).ShouldBe((7, 2, 2));
        (tick.Stable.Counts.Requests, tick.Stable.Fresh).ShouldBe((9, 1));
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(-1, 0)]
    [InlineData(10, double.NaN)]
    [InlineData(10, double.NegativeInfinity)]
    [InlineData(10, -0.5)]
    public void What_is_not_a_count_is_a_problem_and_the_next_reading_covers_it(double requests, double errors)
    {
        var ticks = Advance([[Read("a", 10, 0)], [Read("a", requests, errors)], [Read("a", 20, 1)]]);
        ticks[1].Candidate.Problems.ShouldHaveSingleItem().ShouldContain("not a count");
        (ticks[1].Candidate.Fresh, ticks[1].Candidate.Counts.Requests).ShouldBe((0, 0));
        (ticks[2].Candidate.Counts.Requests, ticks[2].Candidate.Counts.Errors).ShouldBe((10, 1));
    }

    [Fact]
    public void Two_readings_of_one_instance_are_a_problem() =>
        Advance([[Read("a", 1, 0), Read("a", 2, 0)]])[0].Candidate.Problems.ShouldHaveSingleItem().ShouldBe("a: two readings in one tick");

    [Fact]
    public void Buckets_are_subtracted_bound_by_bound() =>
        Buckets([Timed("a", (0.1, 1), (1, 2), (Inf, 3))], [Timed("a", (0.1, 2), (1, 5), (Inf, 9))])
            .ShouldBe([(0.1, 1), (1, 3), (Inf, 6)]);

    [Fact]
    public void Other_bounds_are_another_series() =>
        Buckets([Timed("a", (0.1, 1), (Inf, 3))], [Timed("a", (0.2, 4), (Inf, 9))]).ShouldBe([(0.2, 4), (Inf, 9)]);

    [Fact]
    public void A_histogram_that_is_missing_once_is_not_counted_anew() =>
        Buckets([Timed("a", (1, 5), (Inf, 5))], [Read("a", 5, 0)], [Timed("a", (1, 7), (Inf, 8))]).ShouldBe([(1, 2), (Inf, 3)]);

    [Fact]
    public void Only_bounds_that_all_instances_have_are_summed() =>
        Buckets(
            [Timed("a", (0.1, 0), (1, 0), (Inf, 0)), Timed("b", (0.2, 0), (1, 0), (Inf, 0))],
            [Timed("a", (0.1, 1), (1, 2), (Inf, 3)), Timed("b", (0.2, 1), (1, 2), (Inf, 4))])
            .ShouldBe([(1, 4), (Inf, 7)]);

    [Theory]
    [InlineData(3, 2)]
    [InlineData(double.NaN, 5)]
    [InlineData(-1, 5)]
    public void A_histogram_that_is_none_is_a_problem(double first, double last) =>
        Advance([[Timed("a", (0.1, first), (Inf, last))]])[0].Candidate.Problems.ShouldHaveSingleItem();

    [Fact]
    public void A_histogram_without_its_last_bucket_is_a_problem() =>
        Advance([[Timed("a", (0.1, 1), (1, 2))]])[0].Candidate.Problems.ShouldHaveSingleItem().ShouldContain("+Inf");

    /// <summary>Random histories of five instances with restarts, gaps and nonsense, each fed in two orders.</summary>
    [Fact]
    public void The_order_of_the_instances_does_not_matter()
    {
        var random = new Chance(20260821);
        for (var history = 0; history < 200; history++)
        {
            var ticks = Enumerable.Range(0, 20).Select(_ => RandomReadings(random)).ToArray();
            var shuffled = ticks.Select(t => t.OrderBy(_ => random.Next()).ToArray()).ToArray();
            Text(Advance(shuffled)).ShouldBe(Text(Advance(ticks)));
        }
    }

    /// <summary>Whatever is read, a tick's counts are counts: finite, not negative, never more errors than requests.</summary>
    [Fact]
    public void Deltas_are_counts_whatever_is_read()
    {
        var random = new Chance(7);
        for (var history = 0; history < 500; history++)
        {
            foreach (var tick in Advance([.. Enumerable.Range(0, 20).Select(_ => RandomReadings(random))]))
            {
                foreach (var counts in new[] { tick.Stable.Counts, tick.Candidate.Counts })
                {
                    double.IsFinite(counts.Requests).ShouldBeTrue();
                    counts.Errors.ShouldBeInRange(0, counts.Requests);
                }
            }
        }
    }

    /// <summary>With steady processes and any gaps, what is counted in the end is what the counters rose by.</summary>
    [Fact]
    public void No_request_is_lost_or_counted_twice()
    {
        var random = new Chance(11);
        for (var history = 0; history < 200; history++)
        {
            var requests = new double[3];
            var errors = new double[3];
            var ticks = new List<InstanceReading[]>();
            for (var tick = 0; tick < 30; tick++)
            {
                var isEnd = tick is 0 or 29;
                for (var i = 0; i < 3 && tick > 0; i++)
                {
                    var more = random.Next(100);
                    requests[i] += more;
                    errors[i] += random.Next(more + 1);
                }

                ticks.Add([.. Enumerable.Range(0, 3)
                    .Where(_ => isEnd || random.Next(4) > 0)
                    .Select(i => isEnd || random.Next(4) > 0 ? Read($"{i}", requests[i], errors[i]) : Broken($"{i}"))]);
            }

            var deltas = Advance([.. ticks]);
            deltas.Sum(d => d.Candidate.Counts.Requests).ShouldBe(requests.Sum());
            deltas.Sum(d => d.Candidate.Counts.Errors).ShouldBe(errors.Sum());
        }
    }

    [Fact]
    public void The_state_survives_being_written_down()
    {
        var state = Advance([[Timed("a", (0.1, 1), (Inf, 3)), Read("b", 5, 1, LongAgo)], [Read("b", 6, 9, LongAgo)]])[^1].State;
        var json = state.ToJson();
        GateJson.CountersFromJson(JsonNode.Parse(json.ToJsonString())!.AsObject()).ToJson().ToJsonString().ShouldBe(json.ToJsonString());
    }

    private const double Inf = double.PositiveInfinity;

    private static InstanceReading Read(string id, double requests, double errors, DateTimeOffset? startedAt = null) =>
        new(id, Variant.Candidate, startedAt, new Counters(requests, errors, []), null);

    private static InstanceReading Timed(string id, params (double Bound, double Count)[] buckets) => new(
        id, Variant.Candidate, null, new Counters(buckets[^1].Count, 0, [.. buckets.Select(b => new Bucket(b.Bound, b.Count))]), null);

    private static InstanceReading Stable(string id, double requests) =>
        new(id, Variant.Stable, null, new Counters(requests, 0, []), null);

    private static InstanceReading Broken(string id) => new(id, Variant.Candidate, null, null, "connection refused");

    private static DeltaTick[] Advance(InstanceReading[][] ticks)
    {
        var state = CounterState.Empty;
        var result = new List<DeltaTick>();
        foreach (var (index, readings) in ticks.Index())
        {
            result.Add(CounterDeltas.Advance(state, readings, T0.AddSeconds(index)));
            state = result[^1].State;
        }

        return [.. result];
    }

    private static (double Requests, double Errors)[] Run(params InstanceReading[][] ticks) =>
        [.. Advance(ticks).Select(t => (t.Candidate.Counts.Requests, t.Candidate.Counts.Errors))];

    private static (double Bound, double Count)[] Buckets(params InstanceReading[][] ticks) =>
        [.. Advance(ticks)[^1].Candidate.Counts.Buckets.Select(b => (b.Bound, b.Count))];

    private static string Text(DeltaTick[] ticks) => string.Join(
        '\n', ticks.Select(t => new GateTick(T0, t.Stable, t.Candidate).ToJson().ToJsonString() + t.State.ToJson().ToJsonString()));

    private static InstanceReading[] RandomReadings(Chance random) =>
        [.. Enumerable.Range(0, 5).Where(_ => random.Next(5) > 0).Select(i => new InstanceReading(
            $"i{i}",
            i < 2 ? Variant.Stable : Variant.Candidate,
            random.Next(3) == 0 ? null : T0.AddSeconds(random.Next(-5, 20)),
            random.Next(8) == 0 ? null : new Counters(Any(random), Any(random), AnyBuckets(random)),
            null))];

    private static double Any(Chance random) => random.Next(12) switch
    {
        0 => double.NaN,
        1 => -3,
        2 => Inf,
        _ => random.Next(1000) / 3.0,
    };

    private static ImmutableArray<Bucket> AnyBuckets(Chance random) =>
        random.Next(2) == 0 ? [] : [new(0.1, random.Next(5)), new(random.Next(2) + 1, random.Next(9)), new(Inf, random.Next(20))];
}
