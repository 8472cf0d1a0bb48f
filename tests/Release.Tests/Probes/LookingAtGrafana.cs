using Release.Probes;
using Release.Tests.Peers;

namespace Release.Tests.Probes;

public sealed class LookingAtGrafana
{
    [Fact]
    public async Task A_healthy_one_with_its_data_sources_and_dashboards_passes()
    {
        await using var server = new HostileServer(Answer);
        using var looking = new Looking();
        var result = await looking.Look(Grafana(server) with { DataSources = ["prom"], Dashboards = ["execution"] });
        result.Verdict.ShouldBe(ProbeVerdict.Pass, result.Detail);
        result.Detail.ShouldContain("grafana 10.4.1 at");
        server.Asked.ShouldBe(["GET /api/health", "GET /api/datasources/uid/prom/health", "GET /api/dashboards/uid/execution"]);
    }

    [Fact]
    public async Task What_is_missing_or_sick_is_named()
    {
        await using var server = new HostileServer(Answer);
        using var looking = new Looking();
        await looking.Fail(Grafana(server) with { DataSources = ["loki"] }, "the data source loki of grafana");
        await looking.Fail(Grafana(server) with { DataSources = ["loki"] }, "connection refused");
        await looking.Fail(Grafana(server) with { Dashboards = ["gone"] }, "has no dashboard with the uid gone");
        await looking.Unavailable(Grafana(server) with { Dashboards = ["secret"] }, "may not be looked at with this token");
        await looking.Fail(Grafana(server) with { Dashboards = ["../../admin"] }, "has no dashboard");
        server.Asked.ShouldContain("GET /api/dashboards/uid/..%2F..%2Fadmin");
    }

    [Fact]
    public async Task One_without_its_database_fails_and_one_that_does_not_run_is_unavailable()
    {
        await using var server = new HostileServer(e => e.Answer(503, "{\"database\":\"failing\"}"));
        using var looking = new Looking();
        await looking.Fail(Grafana(server), "is not healthy: it answered 503");
        await looking.Unavailable(Grafana(server) with { Url = "http://127.0.0.1:1" }, "grafana at http://127.0.0.1:1");
    }

    [Fact]
    public Task No_answer_is_taken_for_a_healthy_one() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var looking = new Looking();
        var result = await looking.Look(Grafana(server) with { Timeout = TimeSpan.FromMilliseconds(400) });
        result.Verdict.ShouldNotBe(ProbeVerdict.Pass);
        result.Detail.ShouldBeFitToShow();
    });

    private static GrafanaProbeOptions Grafana(HostileServer server) => new() { Id = "grafana", Type = "grafana", Url = server.Address.ToString(), Token = "${env:TOKEN}" };

    private static Task Answer(Exchange exchange) => exchange.Path switch
    {
        "/api/health" => exchange.Answer(200, "{\"database\":\"ok\",\"version\":\"10.4.1\"}"),
        "/api/datasources/uid/prom/health" => exchange.Answer(200, "{\"status\":\"OK\",\"message\":\"Successfully queried\"}"),
        "/api/datasources/uid/loki/health" => exchange.Answer(400, "{\"status\":\"ERROR\",\"message\":\"connection refused\"}"),
        "/api/dashboards/uid/execution" => exchange.Answer(200, "{\"dashboard\":{\"uid\":\"execution\",\"title\":\"Execution\"}}"),
        "/api/dashboards/uid/secret" => exchange.Answer(403, "{\"message\":\"no\"}"),
        _ => exchange.Answer(404, "{\"message\":\"not found\"}"),
    };
}
