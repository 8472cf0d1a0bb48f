using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

public sealed class AnObjective
{
    [Theory]
    [InlineData("1%", 0.01)]
    [InlineData("0.1%", 0.001)]
    [InlineData("50%", 0.5)]
    public void On_errors_allows_its_limit(string max, double allowed)
    {
        var objective = Objective.From(Scene.ErrorRate with { Max = max });
        (objective.Allowed, objective.What, objective.IsCounted).ShouldBe((allowed, "failed", true));
    }

    [Theory]
    [InlineData(0.95, "250ms", 0.05, 0.25)]
    [InlineData(0.99, "2s", 0.01, 2)]
    [InlineData(0.5, "1m", 0.5, 60)]
    public void On_a_quantile_allows_the_rest_above_the_limit(double quantile, string max, double allowed, double limit)
    {
        var objective = Objective.From(Scene.P95 with { Quantile = quantile, Max = max });
        (objective.Allowed, objective.Limit).ShouldBe((allowed, TimeSpan.FromSeconds(limit)));
    }

    [Fact]
    public void Without_a_limit_allows_what_stable_does_and_asks_it_what_is_slow()
    {
        var (errors, latency) = (Objective.From(Scene.ErrorRate with { Max = null }), Objective.From(Scene.P95 with { Max = null }));
        (errors.Allowed, errors.IsCounted, errors.Text).ShouldBe((null, true, "no worse than stable"));
        (latency.Allowed, latency.IsCounted, latency.Read(Scene.Timed(10, 5, 0, 0).Counts).Counts.Requests).ShouldBe((null, false, 0));
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
        Should.Throw<FormatException>(() => Objective.From(Scene.ErrorRate with { Max = max })).Message.ShouldContain("error-rate");

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
        Should.Throw<FormatException>(() => Objective.From(Scene.P95 with { Max = max, Quantile = quantile }));

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
        var objective = Objective.From(Scene.P95);
        objective.Read(new Counters(0, 0, [])).Problem.ShouldBeNull();
        objective.Read(new Counters(3, 0, [])).Problem!.ShouldContain("no histogram");
    }

    private static ObjectiveReading Read(string max) =>
        Objective.From(new ObjectiveOptions { Id = "p", Type = ObjectiveType.Latency, Quantile = 0.95, Max = max })
            .Read(Scene.Timed(100, 40, 20, 5).Counts);
}
