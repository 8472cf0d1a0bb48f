using Release.Configuration;
using Release.Drivers.Prometheus;
using Release.Tests.Processes;

namespace Release.Tests.Prometheus;

/// <summary>The gate's limits as a rule file: what Prometheus's own tool says of it, and what the rules do.</summary>
public sealed class WritingRules
{
    [Fact]
    public void Each_limit_is_an_alert_and_a_comparison_is_none()
    {
        var rules = RuleFile.Of(Environment(), _ => [0.1, 0.25, 0.5]);
        rules.ShouldContain("""
              - alert: "Release_error_rate"
                expr: "sum by (version) (rate(http_requests_total{service=\"shop\",code=~\"5..\"}[5m])) / sum by (version) (rate(http_requests_total{service=\"shop\"}[5m])) > 0.01"
                labels: { environment: "prod", service: "shop" }
                annotations: { summary: "shop in prod breaks error-rate: at most 1 % of requests failed" }
            """);
        rules.ShouldContain("le=\\\"0.5\\\"", customMessage: "a limit of 300ms lies between two bounds: the next one above");
        rules.ShouldContain("# compared: compares two versions, which the gate alone does.");
        rules.ShouldContain("for: 10m");
        rules.ShouldContain("max(queue_length{version=~\\\".+\\\"})");
    }

    [ProgramsFact(["promtool"])]
    public async Task Promtool_accepts_them_and_they_fire_when_a_limit_is_broken_and_not_else()
    {
        var folder = Directory.CreateTempSubdirectory("release-rules-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rules.yml"), RuleFile.Of(Environment(), _ => [0.1, 0.25, 0.5]));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "test.yml"), Proof);
            var check = await RealPrometheus.Run("promtool", "check", "rules", "--lint=all", "--lint-fatal", Path.Combine(folder.FullName, "rules.yml"));
            check.Exit.ShouldBe(0, check.Output);
            var test = await RealPrometheus.Run("promtool", "test", "rules", Path.Combine(folder.FullName, "test.yml"));
            test.Exit.ShouldBe(0, test.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [ProgramsFact(["promtool"])]
    public async Task So_are_those_of_services_that_are_scraped_without_a_server()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, RuleFile.Of(Environment() with { Gate = Environment().Gate with { Metrics = new() { Type = "scrape" }, Criteria = [], Objectives = [new() { Id = "slow", Type = ObjectiveType.Latency, Quantile = 0.95, Max = "2s" }] } }, _ => []));
            var check = await RealPrometheus.Run("promtool", "check", "rules", file);
            check.Exit.ShouldBe(0, check.Output);
            (await File.ReadAllTextAsync(file)).ShouldContain("""ai_request_duration_seconds_bucket{job=\"shop\",le=~\"2(\\\\.0)?\"}""");
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Version 1 keeps everything; version 2 fails 2 %, is slow, and its queue grows.
    private const string Proof = """
        rule_files: [rules.yml]
        evaluation_interval: 1m
        tests:
        - interval: 1m
          input_series:
          - { series: 'http_requests_total{service="shop",version="1",code="200"}', values: '0+1000x30' }
          - { series: 'http_requests_total{service="shop",version="1",code="500"}', values: '0+1x30' }
          - { series: 'http_requests_total{service="shop",version="2",code="200"}', values: '0+980x30' }
          - { series: 'http_requests_total{service="shop",version="2",code="500"}', values: '0+20x30' }
          - { series: 'http_requests_total{service="other",version="2",code="500"}', values: '0+1000x30' }
          - { series: 'http_seconds_bucket{service="shop",version="1",le="0.5"}', values: '0+990x30' }
          - { series: 'http_seconds_bucket{service="shop",version="1",le="+Inf"}', values: '0+1000x30' }
          - { series: 'http_seconds_bucket{service="shop",version="2",le="0.5"}', values: '0+900x30' }
          - { series: 'http_seconds_bucket{service="shop",version="2",le="+Inf"}', values: '0+1000x30' }
          - { series: 'queue_length{version="2"}', values: '7x10 200x20' }
          alert_rule_test:
          - { eval_time: 20m, alertname: Release_error_rate, exp_alerts: [{ exp_labels: { environment: prod, service: shop, version: "2" }, exp_annotations: { summary: "shop in prod breaks error-rate: at most 1 % of requests failed" } }] }
          - { eval_time: 20m, alertname: Release_slow, exp_alerts: [{ exp_labels: { environment: prod, service: shop, version: "2" }, exp_annotations: { summary: "shop in prod breaks slow: at most 5 % of requests over 300ms" } }] }
          - { eval_time: 5m, alertname: Release_errors_for_long }
          - { eval_time: 20m, alertname: Release_errors_for_long, exp_alerts: [{ exp_labels: { environment: prod, service: shop, version: "2" }, exp_annotations: { summary: "shop in prod breaks errors-for-long: at most 1.5 % of requests failed" } }] }
          - { eval_time: 10m, alertname: Release_queue }
          - { eval_time: 25m, alertname: Release_queue, exp_alerts: [{ exp_labels: { environment: prod, service: shop }, exp_annotations: { summary: "shop in prod breaks queue: at most 100" } }] }
        """;

    private static EnvironmentOptions Environment() => new()
    {
        Name = "prod",
        Services = [new ServiceOptions { Name = "shop" }],
        Platform = new NoPlatform { Type = "none" },
        Traffic = new NoTraffic { Type = "none" },
        Gate = new GateOptions
        {
            Metrics = new PrometheusMetricsOptions
            {
                Type = "prometheus",
                Url = "http://prometheus:9090",
                Requests = "http_requests_total",
                Errors = "http_requests_total",
                Duration = "http_seconds",
                ErrorsMatch = new Dictionary<string, string> { ["code"] = "~5.." },
                Match = new Dictionary<string, string> { ["service"] = "{service}", ["version"] = "{version}" },
            },
            Objectives =
            [
                new() { Id = "error-rate", Type = ObjectiveType.Errors, Max = "1%" },
                new() { Id = "slow", Type = ObjectiveType.Latency, Quantile = 0.95, Max = "300ms" },
                new() { Id = "compared", Type = ObjectiveType.Latency, Quantile = 0.95 },
            ],
            Criteria =
            [
                new() { Id = "errors-for-long", Type = ObjectiveType.Errors, Max = "1.5%", For = TimeSpan.FromMinutes(10) },
                new() { Id = "queue", Query = "max(queue_length{version=\"{version}\"})", Max = "100", For = TimeSpan.FromMinutes(5) },
                new() { Id = "lag", Query = "max(lag{service='{service}'})", Max = "5", Over = TimeSpan.FromMinutes(5) },
            ],
        },
    };

    private sealed record NoPlatform : PlatformOptions;

    private sealed record NoTraffic : TrafficOptions;
}
