#pragma warning disable CA2025 // Every task is awaited.
using Release.Drivers;
using Release.Drivers.Kong;
using Release.Platforms;
using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.Kong;

public sealed class SharingKongWithOthers
{
    [ProgramsFact(["sh"])]
    public async Task A_target_that_somebody_added_stays_through_shift_and_undo()
    {
        await using var world = await KongWorld.Create();
        var step = world.Shift(10);
        var before = new Before((await step.Observe(default)).Seen);
        await step.Apply(StepConformance.Key, default);
        await world.Set("127.0.0.1:9999", 7);

        (await step.Observe(default)).Detail.ShouldContain("others have 7");
        await step.Undo(before, StepConformance.UndoKey, default);

        (await world.Weights()).ShouldBe("127.0.0.1:1001=10000 127.0.0.1:9999=7");
    }

    [ProgramsFact(["sh"])]
    public async Task A_split_that_somebody_changed_by_hand_is_torn()
    {
        await using var world = await KongWorld.Create();
        var step = world.Shift(10);
        await step.Apply(StepConformance.Key, default);
        await world.Set("127.0.0.1:1001", 123);
        (await step.Observe(default)).State.ShouldBe(StepState.Torn);
    }

    [ProgramsFact(["sh"])]
    public async Task A_kong_that_does_not_answer_is_unknown_and_nothing_is_guessed()
    {
        await using var world = await KongWorld.Create();
        var step = world.Shift(10);
        var before = new Before((await step.Observe(default)).Seen);
        await world.Router.TakeDown(KongWorld.Service)[0].Apply(StepConformance.Key, default);

        (await step.Observe(default)).State.ShouldBe(StepState.Unknown);
        (await world.Router.Observe(KongWorld.Service, default)).ShouldBeNull();
        (await world.Router.InFlight("127.0.0.1:1001", default)).ShouldBeNull();
        _ = await Should.ThrowAsync<KongUnavailableException>(() => step.Apply(StepConformance.Key, default));
        _ = await Should.ThrowAsync<KongUnavailableException>(() => step.Undo(before, StepConformance.UndoKey, default));
    }

    [ProgramsFact(["sh"])]
    public async Task Weights_and_ports_outlive_the_gateway()
    {
        await using var world = await KongWorld.Create();
        await world.Shift(50).Apply(StepConformance.Key, default);
        var endpoints = await world.Router.Endpoints(default);

        await world.Router.TakeDown(KongWorld.Service)[0].Apply(StepConformance.Key, default);
        await world.Router.SetUp(KongWorld.Service)[0].Apply(StepConformance.KeyOf("again"), default);

        (await world.Weights()).ShouldBe("127.0.0.1:1001=5000 127.0.0.1:1002=5000");
        (await world.Router.Endpoints(default)).ShouldBe(endpoints);
    }

    [Fact]
    public async Task Before_the_first_start_there_are_no_endpoints_and_every_step_is_pending()
    {
        await using var world = KongWorld.Empty();
        (await world.Router.Endpoints(default)).ShouldBeNull();
        foreach (var step in world.Router.SetUp(KongWorld.Service).Append(world.Shift(10)))
        {
            (await step.Observe(default)).State.ShouldBe(StepState.Pending);
        }
    }

    [ProgramsFact(["sh"])]
    public async Task Traffic_reaches_the_instances_and_requests_in_flight_are_seen()
    {
        await using var world = await KongWorld.Create();
        var (_, address) = await world.Drivers.Started("ping-1", faults: ["latency=+1500ms"]);
        world.Addresses["stable"] = address;
        await world.Shift(0).Apply(StepConformance.Key, default);
        await world.Set("127.0.0.1:1001", 0);
        using var client = new HttpClient { BaseAddress = (await world.Router.Endpoints(default))!.Traffic };
        using var body = new StringContent("{\"input\":\"ping\",\"tool\":\"echo\"}");

        var request = client.PostAsync(new Uri("/ai/execute", UriKind.Relative), body);
        var seen = 0;
        while (!request.IsCompleted && seen == 0)
        {
            seen = (await world.Router.InFlight(address, default)).ShouldNotBeNull();
        }

        seen.ShouldBe(1);
        using var answer = await request;
        (await answer.Content.ReadAsStringAsync()).ShouldContain("pong");

        // The caller has its answer a moment before the gateway is done with the request.
        var left = seen;
        for (var look = 0; look < 200 && left > 0; look++)
        {
            left = (await world.Router.InFlight(address, default)).ShouldNotBeNull();
        }

        left.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://user:secret@kong:8001", "http://kong")]
    [InlineData("file:///etc/passwd", "http://kong")]
    [InlineData("http://kong:8001", null)]
    public void An_address_that_is_none_is_wrong_configuration(string admin, string? proxy)
    {
        var options = new KongTrafficOptions { Type = "kong", Admin = admin, Proxy = proxy };
        var context = new DriverContext("/", "local", Git.TestRepository.Tool, TimeProvider.System, _ => { });
        var refused = Should.Throw<ReleaseException>(
            () => DriverCatalog.CreateRouter(options, context, (id, _) => Task.FromResult(InstanceView.At(id, Liveness.Unknown, null, ""))));
        refused.Status.ShouldBe(ExitStatus.Usage);
        refused.Message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:1\"} 3\ngateway_in_flight{upstream=\"b\",target=\"h:1\"} 2\n", 5)]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:11\"} 3\n", 0)]
    [InlineData("# TYPE gateway_in_flight gauge\n", 0)]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:1\"} NaN\n", null)]
    [InlineData("# TYPE gateway_in_flight gauge\ngateway_in_flight{upstream=\"a\",target=\"h:1\"} many\n", null)]
    public void In_flight_is_read_from_the_metrics(string text, int? expected) =>
        GatewayMetrics.InFlight(text, "h:1").ShouldBe(expected);
}
