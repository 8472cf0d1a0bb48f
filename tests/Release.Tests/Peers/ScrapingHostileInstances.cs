using Release.Configuration;
using Release.Drivers.Prometheus;
using Release.Gates;
using Release.Tests.Gates;

namespace Release.Tests.Peers;

/// <summary>Whatever a candidate shows as its metrics: no gate passes it for that.</summary>
public sealed class ScrapingHostileInstances
{
    private static readonly MetricsOptions Names = new() { Type = "scrape" };

    private static readonly Counters Steady = new(100_000, 0, []);

    [Fact]
    public Task No_answer_is_a_reading() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var source = new ScrapeSource(Names, TimeSpan.FromMilliseconds(400), TimeProvider.System);
        var reading = (await source.Read([new("a", Variant.Candidate, "ping", "1.0.0", new Uri(server.Address, "metrics"))], default)).ShouldHaveSingleItem();
        reading.Counters.ShouldBeNull();
        reading.Problem!.ShouldBeFitToShow();
        reading.Problem!.ShouldStartWith(new Uri(server.Address, "metrics") + ": ");
        server.Sent.ShouldBeLessThan(24 * 1024 * 1024);
        Judged(_ => reading).ShouldNotBe(GateOutcome.Pass);
    });

    [Theory]
    [InlineData("")]
    [InlineData("# TYPE ai_requests_total counter\n")]
    [InlineData("ai_requests_total 0\nai_request_errors_total 0\n")]
    [InlineData("ai_requests_total 100000\nai_request_errors_total 0\n")]
    [InlineData("ai_requests_total 100000 1395066363000\n")]
    [InlineData("ai_requests_total NaN\n")]
    [InlineData("ai_requests_total +Inf\n")]
    [InlineData("ai_requests_total -100000\n")]
    [InlineData("ai_requests_total 1e309\n")]
    [InlineData("ai_requests_total 100000\nai_request_errors_total NaN\n")]
    [InlineData("ai_requests_total 100000\nai_request_errors_total -1\n")]
    [InlineData("ai_requests_total 100000\nai_requests_total 200000\n")]
    [InlineData("ai_requests_total 100000\n\u0000\n")]
    [InlineData("\uFEFFai_requests_total 100000\n")]
    [InlineData("# HELP ai_requests_total \u2028ai_requests_total 100000\n")]
    [InlineData("# HELP ai_requests_total \fai_requests_total 100000\n")]
    [InlineData("# HELP ai_requests_total \u0085ai_requests_total 100000\n")]
    [InlineData("# HELP ai_requests_total \rai_requests_total 100000\n")]
    public void Text_that_does_not_count_anything_passes_nothing(string text) => Judged(_ => Read(text)).ShouldNotBe(GateOutcome.Pass);

    [Fact]
    public void A_page_of_long_ago_with_a_clock_of_its_own_passes_nothing() =>
        Judged(tick => Read($"ai_requests_total 100000 {tick}\nprocess_start_time_seconds 1.7e9\n")).ShouldNotBe(GateOutcome.Pass);

    [Fact]
    public void Counters_that_only_fall_pass_nothing() =>
        Judged(tick => Reading(Steady with { Requests = 1_000_000 - (1000 * tick) })).ShouldNotBe(GateOutcome.Pass);

    [Fact]
    public void Counters_that_go_up_and_down_pass_nothing() =>
        Judged(tick => Reading(Steady with { Requests = 100_000 + (tick % 2 * 5000) })).ShouldNotBe(GateOutcome.Pass);

    [Fact]
    public void Counters_that_go_up_and_down_in_the_same_process_pass_nothing() =>
        Judged(tick => Reading(Steady with { Requests = tick == 2 ? 5 : tick * 1000 }, Scene.Noon)).ShouldNotBe(GateOutcome.Pass);

    [Fact]
    public void Counters_that_fall_again_and_again_may_still_fail() =>
        Judged(tick => Reading(new(10_000 + (tick % 2 * 5000), 1000 + (tick % 2 * 500), []))).ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_process_that_says_when_it_started_may_start_again() =>
        Judged(tick => Reading(new(1000 * (tick % 10), 0, []), Scene.Noon.AddSeconds(tick / 10 * 10))).ShouldBe(GateOutcome.Pass);

    [Fact]
    public void A_process_of_unknown_age_that_falls_once_is_not_passed_on_a_guess() =>
        Judged(tick => Reading(new(1000 * (tick < 2 ? tick + 10 : tick), 0, []))).ShouldBe(GateOutcome.Unavailable);

    [Fact]
    public void Steady_counters_of_unknown_age_pass() =>
        Judged(tick => Reading(new(1000 * tick, 0, []))).ShouldBe(GateOutcome.Pass);

    [Fact]
    public void A_clock_of_this_machine_that_jumps_passes_nothing_that_was_not_counted()
    {
        foreach (var jump in new[] { TimeSpan.FromHours(1), TimeSpan.FromHours(-1) })
        {
            Judged(_ => Reading(Steady), tick => tick > 10 ? jump : TimeSpan.Zero).ShouldNotBe(GateOutcome.Pass);
        }
    }

    [Fact]
    public async Task Half_a_million_series_are_more_than_is_read()
    {
        var text = string.Concat(Enumerable.Range(0, 500_000).Select(i => $"ai_requests_total{{path=\"{i:x8}\"}} 1\n"));
        (await Scrape(text)).Problem!.ShouldEndWith("answered more than 8 MiB");
    }

    [Theory]
    [InlineData("ai_requests_total{path=\"{0}\"} 1\n")]
    [InlineData("# TYPE {0} {0} {0} {0} {0} {0} {0} {0} {0} {0}")]
    [InlineData("ai_requests_total{l{0}=\"\",")]
    [InlineData("ai_request_duration_seconds_bucket{le=\"{0}\"} 1\n")]
    public async Task As_much_text_as_is_read_is_read_in_time_and_memory(string part)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; text.Length < 8_000_000; i++)
        {
            _ = text.Append(part.Replace("{0}", i.ToString(), StringComparison.Ordinal));
        }

        var reading = await Scrape(text + "\n");
        reading.Problem?.ShouldBeFitToShow();
        Judged(_ => reading).ShouldNotBe(GateOutcome.Pass);
    }

    private static async Task<InstanceReading> Scrape(string text)
    {
        await using var server = new HostileServer(e => e.Answer(200, text, "Content-Type: text/plain\r\n"));
        using var source = new ScrapeSource(Names, TimeSpan.FromSeconds(30), TimeProvider.System);
        return (await source.Read([new("a", Variant.Candidate, "ping", "1.0.0", server.Address)], default).WaitAsync(TimeSpan.FromSeconds(60))).Single();
    }

    private static InstanceReading Read(string text)
    {
        var read = Exposition.Parse(text, Names);
        return new("a", Variant.Candidate, read.StartedAt, read.Counters, read.Problem);
    }

    private static InstanceReading Reading(Counters counters, DateTimeOffset? startedAt = null) =>
        new("a", Variant.Candidate, startedAt, counters, null);

    /// <summary>What a gate says of these readings by the end of its step, beside a stable that is well.</summary>
    private static GateOutcome Judged(Func<int, InstanceReading> reading, Func<int, TimeSpan>? skew = null)
    {
        var gate = Gate.Begin(new GateOptions
        {
            Metrics = Names,
            Tick = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.Zero,
            StepDuration = new StepDurationOptions { Min = TimeSpan.FromSeconds(3), Max = TimeSpan.FromSeconds(60) },
            Objectives = [Scene.ErrorRate],
        }, new GateStart([new Counters(4_500, 4, [])], new Percent(10), Scene.Noon, TimeSpan.FromMinutes(3)));
        var counters = CounterDeltas.Advance(CounterState.Empty, [], Scene.Noon).State;
        for (var tick = 1; tick <= 120; tick++)
        {
            var now = Scene.Noon.AddSeconds(tick) + (skew?.Invoke(tick) ?? TimeSpan.Zero);
            var stable = new InstanceReading("s", Variant.Stable, null, new Counters(tick * 450, 0, []), null);
            var delta = CounterDeltas.Advance(counters, [reading(tick), stable], now);
            counters = GateJson.CountersFromJson(delta.State.ToJson());
            _ = gate.Advance(new GateTick(now, delta.Stable, delta.Candidate));
        }

        return gate.Verdict.Outcome;
    }
}
