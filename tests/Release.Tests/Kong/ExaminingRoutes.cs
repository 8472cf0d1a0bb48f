using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Drivers.Kong;
using Release.Runs;
using Release.Tests.Kong.Strict;

namespace Release.Tests.Kong;

/// <summary>What would keep a candidate from its share although every weight is set.</summary>
public sealed class ExaminingRoutes
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_goes_through_its_upstream_is_well(bool dbLess)
    {
        await using var world = await StrictWorld.Start(dbLess);
        (await world.Router.Examine(StrictWorld.Service, default)).ShouldBeEmpty();
        world.Kong.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_route_that_goes_straight_to_the_container_carries_nothing_for_a_candidate()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.Kong.Entities.Services[0]["host"] = "ai-pipeline";
        var sentence = await Blocking(world);
        sentence.ShouldContain("sends its requests to ai-pipeline and not to the upstream ping");
        sentence.ShouldContain("set the service's host to ping");
        sentence.ShouldContain("Its routes: ping-route");
    }

    [Fact]
    public async Task A_host_of_the_upstreams_name_keeps_its_requests_until_somebody_has_made_a_target()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        var entities = world.Kong.Entities;
        entities.Upstreams.Clear();
        entities.Targets.Clear();
        var before = entities.Services[0].ToJsonString();

        (await Blocking(world)).ShouldContain("would take every request away from that host until it has a target");
        var step = world.Router.SetUp(StrictWorld.Service).Single();
        var seen = await step.Observe(default);

        seen.State.ShouldBe(StepState.Foreign, "a release that begins here would make an empty upstream, and Kong would answer 503");
        seen.Detail.ShouldContain("Make an upstream of another name");
        entities.Upstreams.ShouldBeEmpty();
        entities.Services[0].ToJsonString().ShouldBe(before);
    }

    [Fact]
    public async Task A_second_service_on_the_same_path_is_no_share_of_the_traffic()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.Kong.Entities.Serve("ping-canary", 5, ("127.0.0.1:1002", 10));
        world.Kong.Entities.Routes[1]["paths"] = new JsonArray("/ping");
        (await Blocking(world)).ShouldContain("routes ping-route and ping-canary-route match the same requests (/ping)");
    }

    [Fact]
    public async Task Routes_with_other_hosts_are_other_routes()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.Kong.Entities.Serve("pong", 5, ("127.0.0.1:1009", 10));
        world.Kong.Entities.Routes[1]["paths"] = new JsonArray("/ping");
        world.Kong.Entities.Routes[1]["hosts"] = new JsonArray("pong.test");
        (await world.Router.Examine(StrictWorld.Service, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task No_route_no_service_no_upstream_and_a_disabled_service_are_each_named()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        var entities = world.Kong.Entities;
        entities.Services[0]["enabled"] = false;
        (await Blocking(world)).ShouldContain("Kong's service ping is disabled");
        entities.Services[0]["enabled"] = true;
        entities.Routes.Clear();
        (await Blocking(world)).ShouldContain("No route of Kong leads to its service ping");
        entities.Upstreams[0]["name"] = "other";
        (await world.Router.Examine(StrictWorld.Service, default)).ShouldContain(doubt => doubt.Sentence.Contains("has no upstream ping"));
        entities.Services.Clear();
        (await Blocking(world)).ShouldContain("has no service ping");
    }

    [Theory]
    [InlineData("latency", true)]
    [InlineData("consistent-hashing", false)]
    [InlineData("least-connections", false)]
    public async Task An_upstream_that_does_not_heed_weights_is_said(string algorithm, bool blocks)
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.Kong.Entities.Upstreams[0]["algorithm"] = algorithm;
        (await world.Router.Examine(StrictWorld.Service, default)).ShouldHaveSingleItem().Blocks.ShouldBe(blocks);
    }

    [Fact]
    public async Task A_Kong_without_a_database_needs_its_file_named_and_one_with_a_database_none()
    {
        await using var without = await StrictWorld.Start(dbLess: true);
        var options = new KongTrafficOptions { Type = "kong", Admin = without.Kong.Address.ToString(), Proxy = "http://127.0.0.1:1" };
        using var router = new KongRouter(options, new Drivers.DriverContext("/", "local", Git.TestRepository.Tool, TimeProvider.System, _ => { }), without.Look);
        (await router.Examine(StrictWorld.Service, default)).ShouldContain(doubt => doubt.Blocks && doubt.Sentence.Contains("name the declarative file that it loads in traffic/file"));

        await using var with = await StrictWorld.Start(dbLess: false);
        with.StartAgain(file: with.FilePath);
        (await Blocking(with)).ShouldContain("traffic/file is for one without: remove it");
    }

    [Fact]
    public async Task A_file_without_the_upstream_would_lose_the_weights()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        await File.WriteAllTextAsync(world.FilePath, "_format_version: \"3.0\"\n");
        (await Blocking(world)).ShouldContain("Kong's file has no upstream ping, although Kong has");
    }

    [Fact]
    public async Task Names_of_ones_own_are_followed()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.StartAgain(routes: new KongRouteOptions { Service = "cart", Path = "/ping", Upstream = "ping", KongService = "ping" });
        (await world.Router.Examine(new ServiceOptions { Name = "cart" }, default)).ShouldBeEmpty();
        (await world.Router.Observe(new ServiceOptions { Name = "cart" }, default))!.Weights.Keys.ShouldContain("127.0.0.1:1001");
    }

    private static async Task<string> Blocking(StrictWorld world) =>
        (await world.Router.Examine(StrictWorld.Service, default)).Where(doubt => doubt.Blocks).ShouldHaveSingleItem().Sentence;
}
