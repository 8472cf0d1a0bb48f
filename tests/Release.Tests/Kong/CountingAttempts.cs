using Release.Drivers.Kong;

namespace Release.Tests.Kong;

public class CountingAttempts
{
    private const string Head = "# TYPE gateway_attempts_total counter\n";
    private const string Start = "process_start_time_seconds 1787313600.5\n";

    [Fact]
    public void What_got_no_answer_is_summed_by_address_over_all_upstreams()
    {
        var failures = GatewayMetrics.Failures(Head
            + "gateway_attempts_total{upstream=\"a\",target=\"h:1\",outcome=\"ok\"} 1000\n"
            + "gateway_attempts_total{upstream=\"a\",target=\"h:1\",outcome=\"connect_error\"} 1\n"
            + "gateway_attempts_total{upstream=\"a\",target=\"h:1\",outcome=\"reset\"} 2\n"
            + "gateway_attempts_total{upstream=\"a\",target=\"h:1\",outcome=\"canceled\"} 50\n"
            + "gateway_attempts_total{upstream=\"b\",target=\"h:1\",outcome=\"timeout\"} 4\n"
            + "gateway_attempts_total{upstream=\"b\",target=\"h:2\",outcome=\"timeout\"} 0\n"
            + Start);

        failures.ShouldNotBeNull();
        failures.StartedAt.ShouldBe(DateTimeOffset.UnixEpoch.AddSeconds(1787313600.5));
        failures.Attempts.ShouldBe(new Dictionary<string, double> { ["h:1"] = 7, ["h:2"] = 0 }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>hello</html>\n")]
    [InlineData(Head)]
    [InlineData(Head + "process_start_time_seconds NaN\n")]
    [InlineData(Head + "process_start_time_seconds 1e300\n")]
    [InlineData(Head + Start + "gateway_attempts_total{target=\"h:1\",outcome=\"reset\"} -1\n")]
    [InlineData(Head + Start + "gateway_attempts_total{target=\"h:1\",outcome=\"reset\"} 1e300\n")]
    [InlineData(Head + Start + "gateway_attempts_total{target=\"h:1\",outcome=\"reset\"} many\n")]
    [InlineData(Head + Start + "gateway_attempts_total{outcome=\"reset\"} 1\n")]
    [InlineData(Head + Start + "gateway_attempts_total{target=\"h:1\",outcome=\"reset\"} 1")]
    public void Metrics_that_do_not_say_it_do_not_say_that_every_attempt_was_answered(string text) => GatewayMetrics.Failures(text).ShouldBeNull();
}
