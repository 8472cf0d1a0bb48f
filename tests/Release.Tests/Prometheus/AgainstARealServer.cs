using Release.Configuration;
using Release.Drivers.Prometheus;
using Release.Gates;
using Release.Gates.Backtests;
using Release.Probes;
using Release.Tests.Processes;

namespace Release.Tests.Prometheus;

/// <summary>The source, the probe and the past on a Prometheus server that scrapes two services. One server for all of it, since starting one takes seconds.</summary>
public sealed class AgainstARealServer
{
    [ProgramsFact(["prometheus"])]
    public async Task Counters_queries_mistakes_and_the_past_are_read_and_a_server_that_dies_is_unavailable()
    {
        await using var stable = await CountingService.Start();
        await using var candidate = await CountingService.Start();
        (stable.Requests, stable.Errors, candidate.Requests) = (900, 3, 100);
        await using var server = await RealPrometheus.Start([("stable", stable.Address), ("candidate", candidate.Address)]);
        await server.WaitFor("api/v1/query?query=count(count_over_time(ai_requests_total[10s])>=4)", text => text.Contains("\"2\"", StringComparison.Ordinal));
        var options = new PrometheusMetricsOptions { Type = "prometheus", Url = server.Address.ToString() };
        using var source = new PrometheusSource(options, TimeSpan.FromSeconds(2), text => text, TimeProvider.System);
        MeteredInstance[] instances = [Of("ping-1", Variant.Candidate, candidate), Of("ping-0", Variant.Stable, stable)];

        var readings = await source.Read(instances, default);
        readings.Select(r => (r.Instance, r.Problem, r.Counters?.Requests, r.Counters?.Errors)).ShouldBe([("ping-1", null, 100, 0), ("ping-0", null, 900, 3)]);
        readings.ShouldAllBe(r => r.StartedAt != null && r.At > DateTimeOffset.UtcNow.AddSeconds(-5) && r.Counters!.Buckets.Length == 2);

        (await source.Ask(new("sum(queue_length{job=\"{variant}\"})", Variant.Candidate, "ping", "1.1.0"), default)).ShouldBe(new ScalarAnswer(7, null));
        (await source.Ask(new("queue_length", Variant.Candidate, "ping", "1.1.0"), default)).IsMistake.ShouldBeTrue();
        (await source.Ask(new("sum(", Variant.Candidate, "ping", "1.1.0"), default)).IsMistake.ShouldBeTrue();

        var gate = new GateOptions { Metrics = options, Tick = TimeSpan.FromMilliseconds(200), Objectives = [new() { Id = "errors", Type = ObjectiveType.Errors }] };
        (await source.Mistakes([instances[1]], gate with { Tick = TimeSpan.FromSeconds(1) }, default)).ShouldBeEmpty();
        (await source.Mistakes([instances[1]], gate, default)).ShouldHaveSingleItem().ShouldContain("scrapes every 1s");
        (await source.Mistakes([instances[1] with { Metrics = new Uri("http://127.0.0.1:1/") }], gate, default)).ShouldHaveSingleItem().ShouldContain("correct gate.metrics.match; there is {instance=");

        var now = DateTimeOffset.UtcNow;
        var past = await source.Remember([instances[1]], [], now.AddMinutes(-1), now, TimeSpan.FromSeconds(1), default);
        past.Problem.ShouldBeNull();
        past.Readings[^1].Instances.Single().Counters!.Requests.ShouldBe(900);
        PastCounts.Of(past.Readings, now.AddMinutes(-1), now, TimeSpan.FromSeconds(10)).Gaps.ShouldHaveSingleItem("before the server began");

        var probe = new PrometheusProbeOptions { Id = "prometheus", Type = "prometheus", Url = server.Address.ToString(), Jobs = ["stable", "candidate"], Alerts = new Dictionary<string, string>(), Query = "sum(queue_length)", Max = 14 };
        (await Look(probe)).ShouldBe((ProbeVerdict.Pass, $"{server.Address.ToString().TrimEnd('/')}: ready, 1 of stable up, 1 of candidate up, no alert fires, sum(queue_length) is 14"));
        (await Look(probe with { Jobs = ["nowhere"] })).Verdict.ShouldBe(ProbeVerdict.Fail);
        (await Look(probe with { Max = 13 })).Detail.ShouldBe("sum(queue_length) is 14, expected at most 13");

        server.Kill();
        (await source.Read(instances, default)).ShouldAllBe(r => r.Counters == null && r.Problem != null);
        (await Look(probe)).Verdict.ShouldBe(ProbeVerdict.Unavailable);

        async Task<(ProbeVerdict Verdict, string Detail)> Look(PrometheusProbeOptions look)
        {
            var result = await PrometheusProbe.Look(look, Context, default);
            return (result.Verdict, result.Detail);
        }
    }

    private static ProbeContext Context => new()
    {
        Root = "/",
        Placeholders = new(new PlaceholderSources { Root = "/" }, new()),
        Mask = new(),
        Tool = new(TimeProvider.System, new()),
        Time = TimeProvider.System,
    };

    private static MeteredInstance Of(string id, Variant variant, CountingService service) => new(id, variant, "ping", "1.0.0", new Uri(service.Address, "metrics"));
}
