using Release.Configuration;
using Release.Gates;
using Release.Tests.Peers;
using static Release.Tests.Prometheus.PrometheusDouble;

namespace Release.Tests.Prometheus;

/// <summary>Queries that yield one number, and what is wrong with names, labels and queries before any traffic moves.</summary>
public sealed class AskingQueries
{
    [Fact]
    public async Task One_number_is_the_answer() => (await Ask(Vector(("", "12.5")))).ShouldBe(new ScalarAnswer(12.5, null));

    [Fact]
    public async Task A_scalar_is_one_too() =>
        (await Ask("""{"status":"success","data":{"resultType":"scalar","result":[1787313600,"3"]}}""")).Value.ShouldBe(3);

    [Fact]
    public async Task Nothing_several_series_and_samples_over_a_time_are_mistakes_of_the_query()
    {
        (await Ask(Vector())).ShouldSatisfyAllConditions(a => a.Value.ShouldBeNull(), a => a.IsMistake.ShouldBeTrue(), a => a.Problem!.ShouldContain("or vector(0)"));
        (await Ask(Vector(("\"a\":\"1\"", "1"), ("\"a\":\"2\"", "1")))).ShouldSatisfyAllConditions(a => a.Value.ShouldBeNull(), a => a.IsMistake.ShouldBeTrue(), a => a.Problem!.ShouldContain("2 series"));
        (await Ask(Matrix(Series("x", "", (1, "1"))))).ShouldSatisfyAllConditions(a => a.Value.ShouldBeNull(), a => a.IsMistake.ShouldBeTrue());
        (await Ask("""{"status":"error","errorType":"bad_data","error":"parse error at char 3"}""")).ShouldSatisfyAllConditions(a => a.Value.ShouldBeNull(), a => a.IsMistake.ShouldBeTrue());
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("+Inf")]
    [InlineData("-Inf")]
    public async Task What_is_no_number_is_no_answer_and_may_become_one(string value) =>
        (await Ask(Vector(("", value)))).ShouldSatisfyAllConditions(a => a.Value.ShouldBeNull(), a => a.IsMistake.ShouldBeFalse(), a => a.Problem.ShouldNotBeNull());

    [Fact]
    public Task No_hostile_answer_is_a_number() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var source = Impatient(server.Address);
        var answer = await source.Ask(new("x", Variant.Candidate, "ping", "1.1.0"), default);
        answer.Value.ShouldBeNull();
        answer.Problem!.ShouldBeFitToShow();
    });

    [Fact]
    public async Task What_stands_for_the_names_in_braces_is_data()
    {
        await using var server = Answering(("query", Vector(("", "1"))));
        using var source = Source(server.Address, o => o with { Candidate = "can\"ary" });
        _ = await source.Ask(new("max(q{s=\"{service}\",v=\"{version}\",w=\"{variant}\"})", Variant.Candidate, "ping", "1.1.0+a"), default);
        System.Net.WebUtility.UrlDecode(server.Asked.Single()).ShouldContain("""max(q{s="ping",v="1.1.0+a",w="can\"ary"})""");
    }

    [Fact]
    public async Task A_metric_that_the_server_does_not_have_is_told_before_any_traffic_moves() =>
        (await Mistakes()).ShouldBe(
        [
            "{server} has no metric ai_requests_total: correct gate.metrics.requests, or let the server scrape the service",
            "{server} has no metric ai_request_errors_total, so a candidate's errors would never be seen: correct gate.metrics.errors, or let the service show it from its start",
            "{server} has no metric ai_request_duration_seconds_bucket, so no latency would be measured: correct gate.metrics.duration, or let the service show it from its start",
        ]);

    [Fact]
    public async Task So_are_labels_that_no_series_has() =>
        (await Mistakes(("group by", Vector(("\"instance\":\"b:1\",\"job\":\"ping\"", "1"))), ("group(", Vector(("", "1"))))).ShouldHaveSingleItem()
            .ShouldBe("{server} has no ai_requests_total{instance=\"127.0.0.1:9\"}: correct gate.metrics.match; there is {instance=\"b:1\",job=\"ping\"}");

    [Fact]
    public async Task And_a_tick_that_is_shorter_than_the_time_between_two_scrapes() =>
        (await Mistakes(("[10m]", Matrix(Series("ai_requests_total", "", (61, "1"), (46, "2"), (31, "3"), (16, "4"), (1, "5")))), ("group(", Vector(("", "1"))))).ShouldHaveSingleItem()
            .ShouldStartWith("gate.tick is 5s and {server} scrapes every 15s");

    [Fact]
    public async Task A_server_that_is_away_is_no_mistake()
    {
        using var source = Source(new Uri("http://127.0.0.1:1/"));
        (await source.Mistakes([Instance(variant: Variant.Stable)], Gate, default)).ShouldBeEmpty();
    }

    private static GateOptions Gate => new()
    {
        Metrics = new() { Type = "prometheus" },
        Objectives = [new() { Id = "latency", Type = ObjectiveType.Latency, Quantile = 0.95 }],
    };

    private static async Task<IEnumerable<string>> Mistakes(params (string, string)[] rules)
    {
        await using var server = Answering(rules);
        using var source = Source(server.Address);
        return (await source.Mistakes([Instance(variant: Variant.Stable)], Gate, default)).Select(m => m.Replace(server.Address.ToString().TrimEnd('/'), "{server}", StringComparison.Ordinal));
    }

    private static async Task<ScalarAnswer> Ask(string body)
    {
        await using var server = Answering(("query", body));
        using var source = Source(server.Address);
        return await source.Ask(new("x", Variant.Candidate, "ping", "1.1.0"), default);
    }
}
