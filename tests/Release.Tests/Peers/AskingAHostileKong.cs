using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Kong;
using Release.Platforms;
using Release.Runs;

namespace Release.Tests.Peers;

/// <summary>Whatever answers at the Admin API's address: an exception or an unknown, in time, and never a guess.</summary>
public sealed class AskingAHostileKong
{
    // For answers that never end; what comes to an end is waited for, on a busy machine too.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public Task No_answer_is_taken_for_an_entity_or_a_list() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var kong = Kong(server);
        await Refuses(server, () => kong.Find("services/ping", default));
        await Refuses(server, () => kong.List("upstreams/ping/targets", default));

        // Three tries of two calls, each with a bounded body and what the sockets hold.
        server.Sent.ShouldBeLessThan(2 * 3 * 20 * 1024 * 1024);
    });

    [Fact]
    public Task No_answer_is_taken_for_a_change_that_was_made() => HostileAnswers.Each(HostileAnswers.All, async (server, answer) =>
    {
        using var kong = Kong(server);
        await Refuses(server, () => kong.Patch("upstreams/ping/targets/a", new() { ["weight"] = 1 }, default));
        await Refuses(server, () => kong.Put("services/ping", [], default));
        if (answer != "no content")
        {
            await Refuses(server, () => kong.Delete("services/ping", default));
        }
    });

    [Fact]
    public Task An_addition_is_asked_for_once() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        // Long enough that a busy machine, too, has asked before the time is up.
        using var kong = new KongAdmin(server.Address, TimeProvider.System, TimeSpan.FromSeconds(5));
        await Refuses(server, () => kong.Add("upstreams/ping/targets", new() { ["target"] = "a", ["weight"] = 0 }, default));
        server.Asked.Count.ShouldBe(1);
    });

    [Fact]
    public Task Every_step_says_that_it_does_not_know() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var kong = Kong(server);
        foreach (var step in new IStep[] { Shift(kong), new RouteStep(new("ping", "ping", "ping", "/"), true, () => kong) })
        {
            var seen = await step.Observe(default);
            seen.State.ShouldBe(StepState.Unknown);
            seen.Detail.ShouldBeFitToShow();
            seen.Detail.ShouldContain(server.Address.ToString());
        }
    });

    [Fact]
    public Task A_whole_configuration_is_not_taken_for_loaded_and_retries_are_not_known() => HostileAnswers.Each(HostileAnswers.All, async (server, answer) =>
    {
        using var kong = Kong(server);
        if (answer != "not modified")
        {
            await Refuses(server, () => kong.Load("_format_version: '3.0'", default));
        }

        var held = await new HoldRetriesStep("ping", new("ping", () => (kong, new DatabaseWriter(kong))), DatabaseWriter.Usual).Observe(default);
        held.State.ShouldBe(StepState.Unknown);
        held.Detail.ShouldBeFitToShow();
    });

    [Fact]
    public Task Looking_at_routes_never_throws_and_blocks_nothing_that_it_has_not_seen() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var kong = Kong(server);
        var doubts = await new KongExamination(kong, new("ping", "ping", "ping", "/"), CanaryRetries.Zero, null).Look(default);
        doubts.ShouldHaveSingleItem().Blocks.ShouldBeFalse();
        doubts[0].Sentence.ShouldBeFitToShow();
    });

    [Fact]
    public Task The_router_sees_nothing_rather_than_no_weights() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        var options = new KongTrafficOptions { Type = "kong", Admin = server.Address.ToString(), Proxy = "http://127.0.0.1:1" };
        var context = new DriverContext("/", "local", Git.TestRepository.Tool, TimeProvider.System, _ => { });
        using var router = new KongRouter(options, context, Look);
        (await router.Observe(new ServiceOptions { Name = "ping" }, default)).ShouldBeNull();
    });

    [Theory]
    [InlineData("{\"data\":[{\"target\":\"a\",\"weight\":\"heavy\"}]}")]
    [InlineData("{\"data\":[{\"target\":\"a\",\"weight\":1e300}]}")]
    [InlineData("{\"data\":[{\"target\":\"a\",\"weight\":99999999999999999999}]}")]
    [InlineData("{\"data\":[{\"target\":\"a\",\"weight\":-1}]}")]
    [InlineData("{\"data\":[{\"target\":\"a\",\"weight\":65536}]}")]
    [InlineData("{\"data\":[{\"target\":\"a\",\"weight\":0.5}]}")]
    [InlineData("{\"data\":[{\"target\":\"a\",\"weight\":null}]}")]
    [InlineData("{\"data\":[{\"target\":\"a\"}]}")]
    [InlineData("{\"data\":[{\"weight\":1}]}")]
    [InlineData("{\"data\":[{\"target\":7,\"weight\":1}]}")]
    [InlineData("{\"data\":[{\"target\":\"\",\"weight\":1}]}")]
    [InlineData("{\"data\":[null]}")]
    [InlineData("{\"data\":[\"a\"]}")]
    [InlineData("{\"data\":{\"a\":1}}")]
    [InlineData("{\"data\":null}")]
    [InlineData("{\"data\":[],\"next\":7}")]
    [InlineData("{\"data\":[],\"next\":\"http://169.254.169.254/x\"}")]
    [InlineData("{\"data\":[],\"next\":\"file:///etc/passwd\"}")]
    [InlineData("{\"data\":[],\"next\":\"\\\\\\\\169.254.169.254\\\\x\"}")]
    [InlineData("{\"data\":[],\"next\":\"\\\\/169.254.169.254/x\"}")]
    public async Task Half_a_list_is_no_list(string body)
    {
        await using var server = new HostileServer(e => e.Answer(200, body));
        using var kong = new KongAdmin(server.Address, TimeProvider.System, Patience);
        var seen = await InTime(() => Shift(kong).Observe(default));
        seen.State.ShouldBe(StepState.Unknown);
        seen.Detail.ShouldBeFitToShow();
        server.Asked.ShouldAllBe(asked => asked == "GET /upstreams/ping/targets?size=1000");
    }

    [Fact]
    public async Task A_next_page_with_a_hostile_name_is_asked_for_escaped_and_not_shown()
    {
        await using var server = new HostileServer(e => e.Path.Contains("size", StringComparison.Ordinal)
            ? e.Answer(200, "{\"data\":[],\"next\":\"/\\u001b[31m\\n::error::x\\u202e\"}")
            : e.Answer(400, "no"));
        using var kong = new KongAdmin(server.Address, TimeProvider.System, Patience);
        await Refuses(server, () => kong.List("upstreams/ping/targets", default));
        server.Asked.ShouldContain("GET /%1B[31m%0A::error::x%E2%80%AE");
    }

    [Theory]
    [InlineData("{\"id\":7}")]
    [InlineData("{\"id\":\"1\",\"service\":\"ping\",\"name\":[],\"paths\":{},\"retries\":1e300,\"host\":null}")]
    [InlineData("{\"id\":\"1\",\"service\":{\"id\":{\"id\":1}}}")]
    public async Task An_entity_of_other_kinds_is_not_what_was_wanted(string body)
    {
        await using var server = new HostileServer(e => e.Answer(200, body));
        using var kong = new KongAdmin(server.Address, TimeProvider.System, Patience);
        var seen = await new RouteStep(new("ping", "ping", "ping", "/"), true, () => kong).Observe(default);
        seen.State.ShouldBe(body.Contains("\"1\"", StringComparison.Ordinal) ? StepState.Torn : StepState.Unknown);
        seen.Detail.ShouldBeFitToShow();
    }

    [Fact]
    public async Task A_list_that_never_ends_ends_in_time()
    {
        var page = 0;
        await using var server = new HostileServer(
            e => e.Answer(200, $"{{\"data\":[],\"next\":\"/upstreams/ping/targets?offset={Interlocked.Increment(ref page)}\"}}"));
        using var kong = new KongAdmin(server.Address, TimeProvider.System, CallTimeout);
        var problem = await Should.ThrowAsync<KongUnavailableException>(InTime(() => kong.List("upstreams/ping/targets", default)));
        problem.Message.ShouldContain("did not give all of its list within 1 s");
    }

    [Fact]
    public async Task A_list_of_too_many_pages_is_not_kept()
    {
        var filler = new string(' ', 3 * 1024 * 1024);
        await using var server = new HostileServer(e => e.Answer(200, $"{{\"data\":[],{filler}\"next\":\"/upstreams/ping/targets?offset=1\"}}"));
        using var kong = new KongAdmin(server.Address, TimeProvider.System);
        (await Should.ThrowAsync<KongRefusedException>(InTime(() => kong.List("upstreams/ping/targets", default))))
            .Message.ShouldContain("its list has more than 8 MiB");
        server.Asked.Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_next_page_may_have_Kongs_own_address_in_front()
    {
        await using var server = new HostileServer(e => e.Answer(200, e.Path.Contains("offset", StringComparison.Ordinal)
            ? "{\"data\":[{\"target\":\"b\",\"weight\":2}],\"next\":null}"
            : $"\uFEFF{{\"data\":[{{\"target\":\"a\",\"weight\":1}}],\"next\":\"http://{e.Host}/upstreams/ping/targets?offset=1\"}}"));
        using var kong = new KongAdmin(server.Address, TimeProvider.System);
        (await TargetWeights.Ask(kong, "ping", default)).All.ShouldBe(new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 });
    }

    [Fact]
    public async Task Names_that_are_not_known_and_unusual_framing_do_not_matter()
    {
        await using var server = new HostileServer(async e => await e.Send(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 Fine\r\nX: 1\r\nX: 2\r\nContent-Type: text/html\r\n\r\n"
            + "{\"more\":{\"a\":[1]},\"data\":[{\"target\":\"a\",\"weight\":1,\"tags\":null},{\"target\":\"a\",\"weight\":9}]}"));
        using var kong = new KongAdmin(server.Address, TimeProvider.System);
        (await TargetWeights.Ask(kong, "ping", default)).All.ShouldBe(new Dictionary<string, int> { ["a"] = 1 });
    }

    [Fact]
    public async Task A_storm_of_503_is_given_up_after_three_tries_whatever_Retry_After_says()
    {
        await using var server = new HostileServer(HostileAnswers.Wrong["unavailable, back in the year 9999"]);
        using var kong = new KongAdmin(server.Address, TimeProvider.System);
        var problem = await Should.ThrowAsync<KongUnavailableException>(InTime(() => kong.Patch("services/a", [], default)));
        problem.Message.ShouldBe(
            $"Asked for PATCH /services/a, Kong at {server.Address} failed with 503: later. Whether it did what was asked is not known.");
        server.Asked.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("", "h:1")]
    [InlineData("<html>hello</html>\n", "h:1")]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:1\"} 1", "h:1")]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:1\"} -1\n", "h:1")]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:1\"} 1e300\n", "h:1")]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:1\"} Infinity\n", "h:1")]
    public void Metrics_that_do_not_say_it_do_not_say_that_nothing_is_in_flight(string text, string address) =>
        GatewayMetrics.InFlight(text, address).ShouldBeNull();

    [Fact]
    public void Very_many_in_flight_are_not_negative() => GatewayMetrics.InFlight(
        "# TYPE gateway_in_flight gauge\n" + string.Concat(Enumerable.Range(0, 3)
            .Select(i => $"gateway_in_flight{{upstream=\"{i}\",target=\"h:1\"}} 2147483647\n")), "h:1").ShouldBe(int.MaxValue);

    internal static ShiftTrafficStep Shift(KongAdmin kong) =>
        new("shift-traffic-ping-10", new("ping", "ping", "stable", "candidate", new Percent(10)), DatabaseWriter.Usual, () => (kong, new DatabaseWriter(kong)), Look, TimeProvider.System);

    /// <summary>A wait that would never end is a failed test, not a hanging one.</summary>
    internal static Task<T> InTime<T>(Func<Task<T>> call) => call().WaitAsync(TimeSpan.FromSeconds(60));

    internal static Task InTime(Func<Task> call) => call().WaitAsync(TimeSpan.FromSeconds(60));

    private static KongAdmin Kong(HostileServer server) => new(server.Address, TimeProvider.System, CallTimeout);

    private static Task<InstanceView> Look(string instance, CancellationToken cancellation) =>
        Task.FromResult(InstanceView.At(instance, Liveness.Alive, instance == "stable" ? "127.0.0.1:1001" : "127.0.0.1:1002", ""));

    private static async Task Refuses(HostileServer server, Func<Task> call)
    {
        var problem = await Should.ThrowAsync<KongException>(call());
        problem.Message.ShouldBeFitToShow();
        problem.Message.ShouldContain(server.Address.ToString());
    }
}
