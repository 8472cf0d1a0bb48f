using System.Net.Http.Json;
using System.Globalization;
using Release.Sample;

namespace Release.Tests.Sample;

public sealed class AnsweringRequests
{
    [Fact]
    public async Task Ping_is_answered_with_pong_and_the_callers_trace()
    {
        await using var sample = await RunningSample.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai/execute")
        {
            Content = JsonContent.Create(new { input = "ping", tool = "echo" }),
        };
        request.Headers.Add("X-Trace-Id", "trace-1");
        using var answer = await sample.Client.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"output":"pong","trace_id":"trace-1"}""");
        answer.Headers.GetValues("X-Trace-Id").ShouldBe(["trace-1"]);
        ((string)(await sample.Execute("hello")).Body["output"]!).ShouldBe("hello");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"tool":"echo"}""")]
    [InlineData("""{"input":1}""")]
    public async Task What_is_not_a_request_is_a_400_and_no_error_of_the_service(string body)
    {
        await using var sample = await RunningSample.Start();
        using var content = new StringContent(body);
        using var answer = await sample.Client.PostAsync(new Uri("/ai/execute", UriKind.Relative), content);
        ((int)answer.StatusCode).ShouldBe(400);
        var metrics = await sample.Metrics();
        metrics["ai_requests_total"].ShouldBe(1);
        metrics["ai_request_errors_total"].ShouldBe(0);
    }

    [Fact]
    public async Task Health_and_identity_are_told()
    {
        await using var sample = await RunningSample.Start();
        (await sample.Client.GetStringAsync(new Uri("/health", UriKind.Relative))).ShouldBe("""{"status":"ok"}""");
        var info = await sample.Info();
        ((string)info["service"]!).ShouldBe("ping");
        ((string)info["version"]!).ShouldBe("1.2.3");
        ((int)info["pid"]!).ShouldBe(Environment.ProcessId);
        DateTimeOffset.Parse((string)info["startedAt"]!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task Read_only_refuses_to_write_and_nothing_else()
    {
        await using var sample = await RunningSample.Start();
        using var on = await sample.Client.PostAsJsonAsync("/admin/readonly", new { @readonly = true });
        ((bool)(await sample.Info())["readonly"]!).ShouldBeTrue();
        (await sample.Execute("x", "write")).Status.ShouldBe(503);
        (await sample.Execute("x", "echo")).Status.ShouldBe(200);
        using var off = await sample.Client.PostAsJsonAsync("/admin/readonly", new { @readonly = false });
        (await sample.Execute("x", "write")).Status.ShouldBe(200);
        using var wrong = await sample.Client.PostAsJsonAsync("/admin/readonly", new { @readonly = "yes" });
        ((int)wrong.StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task It_turns_bad_and_well_again_while_it_runs()
    {
        await using var sample = await RunningSample.Start();
        using var bad = await sample.Client.PostAsJsonAsync("/admin/error-rate", new { errorRate = 1 });
        for (var spared = 0; spared < 5; spared++)
        {
            (await sample.Execute("x", "echo")).Status.ShouldBe(200, "a candidate's smoke tests come first");
        }

        (await sample.Execute("x", "echo")).Status.ShouldBe(500);
        using var well = await sample.Client.PostAsJsonAsync("/admin/error-rate", new { errorRate = 0 });
        (await sample.Execute("x", "echo")).Status.ShouldBe(200);
        using var wrong = await sample.Client.PostAsJsonAsync("/admin/error-rate", new { errorRate = 2 });
        ((int)wrong.StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task Resets_begin_after_a_candidates_smoke_tests()
    {
        await using var sample = await RunningSample.Start("reset-rate=100%");
        for (var spared = 0; spared < 5; spared++)
        {
            (await sample.Execute("x", "echo")).Status.ShouldBe(200);
        }

        await Should.ThrowAsync<HttpRequestException>(() => sample.Execute("x", "echo"));
    }

    [Fact]
    public async Task Every_scrape_under_load_is_consistent_and_spread_over_buckets()
    {
        await using var sample = await RunningSample.Start("error-rate=20%");
        var load = Enumerable.Range(0, 400).Select(_ => sample.Execute("ping")).ToArray();
        Dictionary<string, double> metrics;
        do
        {
            metrics = await sample.Metrics();
            var count = metrics["ai_request_duration_seconds_count"];
            count.ShouldBe(metrics["ai_requests_total"]);
            metrics["ai_request_duration_seconds_bucket{le=\"+Inf\"}"].ShouldBe(count);
            metrics["ai_request_errors_total"].ShouldBeLessThanOrEqualTo(count);
        }
        while (metrics["ai_requests_total"] < 400);

        var answers = await Task.WhenAll(load);
        metrics = await sample.Metrics();
        metrics["ai_requests_in_flight"].ShouldBe(0);
        metrics["ai_request_errors_total"].ShouldBe(answers.Count(answer => answer.Status == 500));
        metrics["ai_request_errors_total"].ShouldBeInRange(40, 130);
        metrics.Where(pair => pair.Key.Contains("_bucket", StringComparison.Ordinal)).Select(pair => pair.Value).Distinct().Count()
            .ShouldBeGreaterThan(3);
    }

    [Fact]
    public void Latencies_have_their_median_at_20_ms_and_their_95th_percentile_at_60_ms()
    {
        var chance = new Chance(1);
        var latencies = Enumerable.Range(0, 20_000).Select(_ => chance.Latency().TotalMilliseconds).Order().ToArray();
        latencies[10_000].ShouldBeInRange(19, 21);
        latencies[19_000].ShouldBeInRange(55, 65);
    }

    [Fact]
    public async Task Only_synthetic_requests_meet_the_background_failures()
    {
        await using var sample = await RunningSample.Start();
        var outside = await Task.WhenAll(Enumerable.Range(0, 3000).Select(_ => sample.Execute("ping")));
        outside.ShouldAllBe(answer => answer.Status == 200);
        var synthetic = await Task.WhenAll(Enumerable.Range(0, 9000).Select(_ => sample.Execute("ping", synthetic: true)));
        synthetic.Count(answer => answer.Status == 500).ShouldBeInRange(1, 40);
    }

    [Fact]
    public void The_artefact_says_its_version()
    {
        var folder = Directory.CreateTempSubdirectory("sample-").FullName;
        try
        {
            ArtefactIdentity.Read(folder).Version.ShouldBe("0.0.0-dev");
            File.WriteAllText(Path.Combine(folder, "release.json"), """{"service":"pong","version":"1.1.0"}""");
            ArtefactIdentity.Read(folder).ShouldBe(new ArtefactIdentity("pong", "1.1.0"));
            File.WriteAllText(Path.Combine(folder, "release.json"), "{}");
            Should.Throw<InvalidDataException>(() => ArtefactIdentity.Read(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
