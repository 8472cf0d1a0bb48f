using Release.Gates;
using Release.Tests.Gates;
using Release.Tests.Peers;
using static Release.Tests.Prometheus.PrometheusDouble;

namespace Release.Tests.Prometheus;

/// <summary>Raw counters from a Prometheus server: one scrape is one reading, and whatever else the server says is none.</summary>
public sealed class ReadingFromAServer
{
    [Fact]
    public async Task The_newest_scrape_is_the_reading_and_has_its_time()
    {
        var reading = await Read(
            Series("ai_requests_total", "", (7, "90"), (2, "100")),
            Series("ai_request_errors_total", "", (7, "2"), (2, "3")),
            Series("ai_request_duration_seconds_bucket", "\"le\":\"0.1\"", (2, "80")),
            Series("ai_request_duration_seconds_bucket", "\"le\":\"+Inf\"", (2, "100")),
            Series("process_start_time_seconds", "", (2, "1787313000")));
        reading.Problem.ShouldBeNull();
        reading.Counters!.Requests.ShouldBe(100);
        reading.Counters.Errors.ShouldBe(3);
        reading.Counters.Buckets.ShouldBe([new(0.1, 80), new(double.PositiveInfinity, 100)]);
        reading.At.ShouldBe(Now.AddSeconds(-2));
        reading.StartedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1787313000));
    }

    [Fact]
    public async Task Several_series_of_an_instance_are_added_up_within_one_scrape_only()
    {
        // The second one was in the scrape before and is gone: another process, or a label that is not used any more.
        var reading = await Read(
            Series("ai_requests_total", "\"path\":\"/a\"", (7, "90"), (2, "10")),
            Series("ai_requests_total", "\"path\":\"/b\"", (7, "900")),
            Series("ai_requests_total", "\"path\":\"/c\"", (2, "5")));
        reading.Counters!.Requests.ShouldBe(15);
    }

    [Fact]
    public async Task Errors_requests_and_buckets_are_asked_for_at_one_time()
    {
        await using var server = Answering(("ai_requests_total|", Matrix(Series("ai_requests_total", "", (1, "1")))));
        using var source = Source(server.Address);
        _ = await source.Read([Instance(), Instance("ping-0", Variant.Stable, 8)], default);
        server.Asked.Count.ShouldBe(2, "one query an instance has all its counters");
        server.Asked.ShouldAllBe(a => a.Contains("time=1787313600", StringComparison.Ordinal));
        server.Asked.ShouldAllBe(a => !a.Contains("rate", StringComparison.Ordinal) && !a.Contains("increase", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failed_requests_may_be_a_part_of_the_same_counter()
    {
        await using var server = Answering(
            ("code=~", Matrix(Series("http_requests_total", "\"code\":\"500\"", (7, "1"), (2, "4"), (0.1, "9")))),
            ("__name__", Matrix(Series("http_requests_total", "\"code\":\"200\"", (2, "90")), Series("http_requests_total", "\"code\":\"500\"", (2, "4")))));
        using var source = Source(server.Address, o => o with { Requests = "http_requests_total", Errors = "http_requests_total", ErrorsMatch = new Dictionary<string, string> { ["code"] = "~5.." } });
        var reading = (await source.Read([Instance()], default)).Single();
        (reading.Counters!.Requests, reading.Counters.Errors).ShouldBe((94, 4));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("+Inf")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task What_is_no_count_is_no_reading(string value)
    {
        var reading = await Read(Series("ai_requests_total", "", (2, value)));
        reading.Counters.ShouldBeNull();
        reading.Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task An_old_sample_is_no_reading_and_says_how_old_it_is()
    {
        await using var server = Answering(("last_over_time", Vector(("", "1787313000"))), ("__name__", Matrix()));
        using var source = Source(server.Address);
        var reading = (await source.Read([Instance()], default)).Single();
        reading.Problem!.ShouldContain("is of 11:50:00 UTC, older than 15s");
        (await Read(Series("ai_requests_total", "", (16, "9")))).Problem!.ShouldContain("older than 15s");
    }

    [Fact]
    public async Task Nothing_at_all_is_no_reading() =>
        (await Read()).Problem!.ShouldContain("there is no ai_requests_total{instance=\"127.0.0.1:9\"}");

    [Fact]
    public async Task Another_target_with_the_same_labels_is_no_reading()
    {
        var reading = await Read(Series("ai_requests_total", "", (2, "9")), Series("ai_requests_total", "", (2, "9")).Replace("\"job\":\"ping\"", "\"job\":\"copy\"", StringComparison.Ordinal));
        reading.Problem!.ShouldContain("2 targets match where 1 runs (copy/127.0.0.1:9, ping/127.0.0.1:9)");
    }

    [Fact]
    public async Task One_series_for_both_versions_is_a_reading_of_neither()
    {
        await using var server = Answering(("__name__", Matrix(Series("ai_requests_total", "", (2, "9")))));
        using var source = Source(server.Address, o => o with { Match = new Dictionary<string, string> { ["job"] = "~{variant}|ping" } });
        var readings = await source.Read([Instance(), Instance("ping-0", Variant.Stable)], default);
        readings.ShouldAllBe(r => r.Problem!.Contains("stable and candidate are the same series", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scaled_service_that_is_matched_by_its_version_has_a_reading_a_target_and_is_counted_once()
    {
        await using var server = Answering(("__name__", Matrix(
            Series("ai_requests_total", "", (2, "9")), Series("ai_requests_total", "", (3, "4")).Replace("127.0.0.1:9", "127.0.0.1:8", StringComparison.Ordinal))));
        using var source = Source(server.Address, o => o with { Match = new Dictionary<string, string> { ["version"] = "{version}" } });
        var readings = await source.Read([Instance("a@x:1"), Instance("a@x:2"), Instance("a@x:3")], default);
        readings.Where(r => r.Problem is null).Select(r => (r.Instance, r.Counters!.Requests)).ShouldBe([("a@ping/127.0.0.1:8", 4), ("a@ping/127.0.0.1:9", 9)]);
        readings.Single(r => r.Problem is not null).Problem!.ShouldContain("has 2 of 3 instances");
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["a store did not answer"]}""", "the answer is partial: a store did not answer")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}""", "expected raw samples")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[]}]}}""", "")]
    [InlineData("""{"status":"success","data":{"resultType":"table","result":[]}}""", "of a kind that is not known")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"ai_requests_total"},"histograms":[[1,{}]]}]}}""", "not one of Prometheus's API")]
    [InlineData("""{"status":"success"}""", "not one of Prometheus's API")]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error"}""", "bad_data: parse error")]
    [InlineData("<html>", "not one of Prometheus's API")]
    [InlineData("[]", "not one of Prometheus's API")]
    [InlineData("", "not one of Prometheus's API")]
    public async Task An_answer_of_another_form_is_no_reading(string body, string says)
    {
        await using var server = Answering(("query", body));
        using var source = Source(server.Address);
        var reading = (await source.Read([Instance()], default)).Single();
        reading.Counters.ShouldBeNull();
        reading.Problem!.ShouldContain(says);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(302)]
    [InlineData(422)]
    [InlineData(503)]
    public async Task A_refusal_is_no_reading(int status)
    {
        await using var server = new HostileServer(e => e.Answer(status, Matrix(Series("ai_requests_total", "", (2, "9")))));
        using var source = Source(server.Address);
        var reading = (await source.Read([Instance()], default)).Single();
        reading.Counters.ShouldBeNull();
        reading.Problem!.ShouldContain($"{status}");
    }

    [Fact]
    public Task No_hostile_answer_is_a_reading() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var source = Impatient(server.Address);
        var reading = (await source.Read([Instance()], default)).ShouldHaveSingleItem();
        reading.Counters.ShouldBeNull();
        reading.Problem!.ShouldBeFitToShow();
    });

    [Fact]
    public async Task A_server_that_is_away_passes_nothing_and_fails_nothing()
    {
        using var source = Source(new Uri("http://127.0.0.1:1/"));
        var readings = await source.Read([Instance(), Instance("ping-0", Variant.Stable)], default);
        var scene = new Scene();
        for (var tick = 0; tick < 100; tick++)
        {
            var delta = CounterDeltas.Advance(CounterState.Empty, readings, Now.AddSeconds(tick));
            scene.Tick(delta.Candidate, delta.Stable);
        }

        scene.Outcome.ShouldBe(GateOutcome.Unavailable);
    }

    private static async Task<InstanceReading> Read(params string[] series)
    {
        await using var server = Answering(("__name__", Matrix(series)));
        using var source = Source(server.Address);
        return (await source.Read([Instance()], default)).ShouldHaveSingleItem();
    }
}
