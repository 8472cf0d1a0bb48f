using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

public sealed class AnObjective
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("1%", 0.01, 500)]
    [InlineData("0.1%", 0.001, 5000)]
    [InlineData("5%", 0.05, 100)]
    [InlineData("50%", 0.5, 20)]
    [InlineData("0%", 0, 20)]
    public void On_errors_needs_enough_requests_for_five_allowed_ones(string max, double allowed, int requests)
    {
        var objective = Objective.From(Scene.ErrorRate with { Max = max }, Tick);
        (objective.Allowed, objective.MinRequests).ShouldBe((allowed, requests));
    }

    [Theory]
    [InlineData(0.95, "250ms", 0.05, 0.25, 100)]
    [InlineData(0.99, "2s", 0.01, 2, 500)]
    [InlineData(0.5, "1m", 0.5, 60, 20)]
    public void On_a_quantile_allows_the_rest_above_the_limit(double quantile, string max, double allowed, double limit, int requests)
    {
        var objective = Objective.From(Scene.P95 with { Quantile = quantile, Max = max }, Tick);
        (objective.Allowed, objective.Limit, objective.MinRequests).ShouldBe((allowed, TimeSpan.FromSeconds(limit), requests));
    }

    [Fact]
    public void Tolerates_no_failed_measurement_unless_it_has_a_duration()
    {
        Objective.From(Scene.ErrorRate, Tick).FailureLimit.ShouldBe(0);
        Objective.From(Scene.ErrorRate with { For = TimeSpan.FromMinutes(10) }, Tick).FailureLimit.ShouldBe(-1);
        Objective.From(Scene.ErrorRate with { For = TimeSpan.FromMinutes(10), FailureLimit = 3 }, Tick).FailureLimit.ShouldBe(3);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("-1%")]
    [InlineData("101%")]
    [InlineData("1e9%")]
    [InlineData("NaN%")]
    [InlineData("1 %%")]
    public void Refuses_what_is_no_rate(string max) =>
        Should.Throw<FormatException>(() => Objective.From(Scene.ErrorRate with { Max = max }, Tick)).Message.ShouldContain("error-rate");

    [Theory]
    [InlineData("250", 0.95)]
    [InlineData("250sm", 0.95)]
    [InlineData("0ms", 0.95)]
    [InlineData("-5s", 0.95)]
    [InlineData("ms", 0.95)]
    [InlineData("999999999m", 0.95)]
    [InlineData("250ms", 0)]
    [InlineData("250ms", 1)]
    [InlineData("250ms", double.NaN)]
    public void Refuses_what_is_no_latency(string max, double quantile) =>
        Should.Throw<FormatException>(() => Objective.From(Scene.P95 with { Max = max, Quantile = quantile }, Tick));

    [Fact]
    public void Counts_requests_above_a_bound_from_the_histogram() =>
        Read("250ms").ShouldBe(new ObjectiveReading(new EventCounts(100, 20, 20), null, null));

    [Fact]
    public void Between_two_bounds_fails_by_the_one_above_and_passes_by_the_one_below()
    {
        var reading = Read("300ms");
        reading.Counts.ShouldBe(new EventCounts(100, 5, 20));
        reading.Judged.ShouldBe("300ms lies between two buckets: it fails by those over 500ms and passes by those over 250ms");
    }

    [Fact]
    public void Below_all_bounds_can_fail_and_cannot_pass()
    {
        var reading = Read("50ms");
        reading.Counts.ShouldBe(new EventCounts(100, 40, 100));
        reading.Judged!.ShouldContain("cannot pass");
    }

    [Fact]
    public void Above_all_bounds_cannot_be_measured() =>
        Read("600ms").Problem.ShouldBe("buckets too coarse: the highest bound is 500ms, the limit 600ms");

    [Fact]
    public void Without_a_histogram_cannot_be_measured_once_there_are_requests()
    {
        var objective = Objective.From(Scene.P95, Tick);
        objective.Read(new Counters(0, 0, [])).Problem.ShouldBeNull();
        objective.Read(new Counters(3, 0, [])).Problem!.ShouldContain("no histogram");
    }

    private static ObjectiveReading Read(string max) =>
        Objective.From(new ObjectiveOptions { Id = "p", Type = ObjectiveType.Latency, Quantile = 0.95, Max = max }, Tick)
            .Read(Scene.Timed(100, 40, 20, 5).Counts);
}
