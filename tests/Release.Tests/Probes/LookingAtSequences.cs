using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;
using Release.Configuration;
using Release.Probes;

namespace Release.Tests.Probes;

#pragma warning disable CA1001 // The runner calls DisposeAsync.
public sealed class LookingAtSequences : IAsyncLifetime
{
    private readonly List<string> _asked = [];
    private WebApplication _app = null!;
    private Looking _looking = null!;
    private int _calls;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        _ = builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
        await _app.StartAsync();
        _looking = new Looking { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _looking.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public Task A_value_of_one_answer_goes_into_the_next_request() => _looking.Pass(Sequence(
        new() { Method = "POST", Path = "/orders", Body = "{\"by\":\"${env:TOKEN}\"}", Expect = [201], Keep = new Dictionary<string, string> { ["id"] = "$.order.id" } },
        new() { Path = "/orders/$(id)", ExpectBody = new Dictionary<string, JToken> { ["$.id"] = "$(id)", ["$.state"] = "new" } }));

    [Fact]
    public async Task What_is_carried_stays_data_in_paths_and_bodies()
    {
        await _looking.Pass(Sequence(
            new() { Path = "/hostile", Keep = new Dictionary<string, string> { ["name"] = "$.name" } },
            new() { Method = "POST", Path = "/echo/$(name)", Body = "{\"name\":\"$(name)\"}", ExpectBody = new Dictionary<string, JToken> { ["$.name"] = "a\"b/../c?d" } }));
        _asked.ShouldContain("POST /echo/a%22b%2F..%2Fc%3Fd");
    }

    [Fact]
    public Task A_trace_id_that_comes_back_in_header_and_body_passes() => _looking.Pass(Sequence(new SequenceStepOptions
    {
        Method = "POST",
        Path = "/ai/execute",
        Headers = new Dictionary<string, string> { ["X-Trace-Id"] = "$(trace)", ["traceparent"] = "$(traceparent)" },
        ExpectHeaders = new Dictionary<string, string> { ["X-Trace-Id"] = "$(trace)" },
        ExpectBody = new Dictionary<string, JToken> { ["$.trace_id"] = "$(trace)" },
    }));

    [Fact]
    public Task A_trace_id_that_is_lost_fails_and_the_step_is_named() => _looking.Fail(
        Sequence(new() { Path = "/hostile" }, new() { Path = "/lost", Headers = new Dictionary<string, string> { ["X-Trace-Id"] = "$(trace)" }, ExpectHeaders = new Dictionary<string, string> { ["X-Trace-Id"] = "$(trace)" } }),
        "step 2 of 2, GET /lost answered 200, but the header X-Trace-Id is missing");

    [Fact]
    public Task What_arrives_a_moment_later_is_waited_for() => _looking.Pass(Sequence(
        new SequenceStepOptions { Path = "/later", Within = TimeSpan.FromSeconds(5), ExpectBody = new Dictionary<string, JToken> { ["$.there"] = true } }));

    [Fact]
    public Task A_value_that_is_not_there_is_named() => _looking.Fail(
        Sequence(new SequenceStepOptions { Path = "/lost", Keep = new Dictionary<string, string> { ["id"] = "$.order.id" } }), "$.order.id, which is carried on as $(id), is missing");

    [Fact]
    public void A_name_that_no_step_before_keeps_is_wrong_configuration() => Sequence(
            new() { Path = "/a", Keep = new Dictionary<string, string> { ["token"] = "$.t" } }, new() { Path = "/$(tokne)" }).Problems()
        .ShouldHaveSingleItem().Message.ShouldContain("$(tokne) is kept by no step before this one. Did you mean \"token\"?");

    [Theory]
    [InlineData("X Trace", "a", "headers", "expected names such as \"X-Trace-Id\", found \"X Trace\"")]
    [InlineData("X-Trace", "a\r\nHost: b", "headers", "\"X-Trace\" holds a line end, which would begin another header: remove it")]
    public void A_header_that_cannot_be_sent_is_wrong_configuration_in_every_kind_of_call(string name, string value, string member, string message)
    {
        var headers = new Dictionary<string, string> { [name] = value };

        IEnumerable<OptionProblem>[] found =
        [
            new HttpProbeOptions { Id = "one", Type = "http", Path = "/a", Headers = headers }.Problems(),
            Sequence(new SequenceStepOptions { Path = "/a", Headers = headers }).Problems(),
            (Mixed(0) with { Kinds = [new() { Path = "/a", Headers = headers }] }).Problems(),
        ];

        found.SelectMany(problems => problems).Select(problem => (problem.Member, problem.Message))
            .ShouldBe([(member, message), ($"steps[0].{member}", message), ($"kinds[0].{member}", message)]);
    }

    [Theory]
    [InlineData("health")]
    [InlineData("ftp://example.org/health")]
    public void A_place_that_no_call_can_reach_is_wrong_configuration(string place)
    {
        Sequence(new SequenceStepOptions { Url = place }).Problems().ShouldHaveSingleItem().Message.ShouldContain("expected an address such as");
        (Mixed(0) with { Kinds = [new() { Path = place }] }).Problems().ShouldHaveSingleItem().Message.ShouldContain("or a whole address, found");
    }

    [Fact]
    public async Task A_hundred_mixed_calls_are_made_by_their_weights_and_both_variants_seen()
    {
        var options = Mixed(0) with
        {
            Kinds = [new() { Weight = 3, Method = "POST", Path = "/ai/execute", Headers = new Dictionary<string, string> { ["X-Trace-Id"] = "t" } }, new() { Path = "/hostile" }],
            Variant = "header:X-Version",
            LeastVariants = 2,
        };
        var result = await _looking.Look(options);
        result.Verdict.ShouldBe(ProbeVerdict.Pass, result.Detail);
        result.Detail.ShouldBe("100 of 100 calls were answered as expected (1.0.0 90, 1.1.0 10)");
        _asked.Count(asked => asked == "POST /ai/execute").ShouldBe(75);
    }

    [Fact]
    public async Task More_failures_than_may_be_fail_and_are_told_once()
    {
        await _looking.Pass(Mixed(10) with { Kinds = [new() { Path = "/every-tenth-fails" }] });
        await _looking.Fail(Mixed(9) with { Kinds = [new() { Path = "/every-tenth-fails" }] }, "10 of 100 calls failed, 9 may; GET /every-tenth-fails answered 500: broken");
    }

    [Fact]
    public Task A_variant_that_never_answers_fails() => _looking.Fail(
        Mixed(0) with { Kinds = [new() { Path = "/lost" }], Variant = "$.version", LeastVariants = 2 }, "1 variants answered (1.0.0 100): expected 2");

    [Fact]
    public async Task Nobody_there_is_unavailable()
    {
        using var nobody = new Looking { BaseAddress = new Uri("http://127.0.0.1:1") };
        await nobody.Unavailable(Mixed(0) with { Calls = 5 }, "none of 5 calls was answered");
        await nobody.Unavailable(Sequence(new SequenceStepOptions { Path = "/a" }), "step 1 of 1, GET /a");
    }

    private static SequenceProbeOptions Sequence(params SequenceStepOptions[] steps) => new() { Id = "flow", Type = "sequence", Steps = steps };

    private static MixedProbeOptions Mixed(int mayFail) => new() { Id = "mixed", Type = "mixed", Rate = 1000, MayFail = mayFail, Kinds = [new() { Path = "/lost" }] };

    private async Task Answer(HttpContext context)
    {
        int call;
        lock (_asked)
        {
            _asked.Add($"{context.Request.Method} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget}");
            call = ++_calls;
        }

        context.Response.Headers["X-Version"] = call % 10 == 0 ? "1.1.0" : "1.0.0";
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var trace = context.Request.Headers["X-Trace-Id"].ToString();
        switch (context.Request.Path.Value)
        {
            case "/orders":
                context.Response.StatusCode = body == "{\"by\":\"hunter2000\"}" ? 201 : 400;
                await context.Response.WriteAsync("{\"order\":{\"id\":\"o-17\"}}");
                break;
            case "/orders/o-17":
                await context.Response.WriteAsync("{\"id\":\"o-17\",\"state\":\"new\"}");
                break;
            case "/hostile":
                await context.Response.WriteAsync("{\"name\":\"a\\\"b/../c?d\"}");
                break;
            case "/ai/execute":
                context.Response.Headers["X-Trace-Id"] = trace;
                await context.Response.WriteAsync($"{{\"trace_id\":\"{trace}\"}}");
                break;
            case "/later":
                await context.Response.WriteAsync(call > 2 ? "{\"there\":true}" : "{\"there\":false}");
                break;
            case "/every-tenth-fails":
                context.Response.StatusCode = call % 10 == 0 ? 500 : 200;
                await context.Response.WriteAsync(call % 10 == 0 ? "broken" : "{}");
                break;
            case var path when path!.StartsWith("/echo/", StringComparison.Ordinal):
                await context.Response.WriteAsync(body);
                break;
            default:
                await context.Response.WriteAsync("{\"version\":\"1.0.0\"}");
                break;
        }
    }
}
