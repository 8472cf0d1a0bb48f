using Microsoft.AspNetCore.Http;

namespace Release.Tests.Gateway;

#pragma warning disable VSTHRD003 // No synchronization context: nothing can deadlock on a task from elsewhere.

public sealed class WeighingTargets
{
    [Theory]
    [InlineData(90, 10)]
    [InlineData(50, 50)]
    [InlineData(1, 99)]
    [InlineData(0, 100)]
    public async Task A_hundred_requests_are_split_exactly(int stable, int candidate)
    {
        await using var one = await Backend.Saying("stable");
        await using var two = await Backend.Saying("candidate");
        await using var gateway = await RunningGateway.Serving((one.Address, stable), (two.Address, candidate));
        for (var index = 0; index < 100; index++)
        {
            await gateway.Get();
        }

        one.Requests.ShouldBe(stable);
        two.Requests.ShouldBe(candidate);
    }

    [Fact]
    public async Task A_weight_is_in_effect_when_its_write_is_answered()
    {
        await using var one = await Backend.Saying("stable");
        await using var two = await Backend.Saying("candidate");
        await using var gateway = await RunningGateway.Serving((one.Address, 100), (two.Address, 0));
        for (var round = 0; round < 20; round++)
        {
            await gateway.Weigh(one.Address, 0);
            await gateway.Weigh(two.Address, 100);
            (await gateway.Get()).ShouldBe("200 candidate");
            await gateway.Weigh(one.Address, 100);
            await gateway.Weigh(two.Address, 0);
            (await gateway.Get()).ShouldBe("200 stable");
        }
    }

    [Fact]
    public async Task A_request_in_flight_finishes_where_it_began_and_its_target_then_sees_no_connection()
    {
        var release = new TaskCompletionSource();
        await using var one = await Backend.Start(async context =>
        {
            await release.Task;
            await context.Response.WriteAsync("slow");
        });
        await using var two = await Backend.Saying("fast");
        await using var gateway = await RunningGateway.Serving((one.Address, 100), (two.Address, 0));
        var slow = gateway.Get();
        await Eventually.True(() => one.Requests == 1, "the request arrives");

        await gateway.Weigh(two.Address, 100);
        await gateway.Weigh(one.Address, 0);
        (await gateway.Get()).ShouldBe("200 fast");
        (await gateway.Metric("gateway_in_flight", one.Address)).ShouldBe(1);
        one.Connections.ShouldBe(1);

        release.SetResult();
        (await slow).ShouldBe("200 slow");
        await Eventually.True(async () => await gateway.Metric("gateway_in_flight", one.Address) == 0, "nothing in flight");
        await Eventually.True(() => one.Connections == 0, "pooled connections are closed");
    }

    [Fact]
    public async Task Idle_connections_close_at_once_when_a_target_is_deleted()
    {
        await using var one = await Backend.Saying("one");
        await using var two = await Backend.Saying("two");
        await using var gateway = await RunningGateway.Serving((one.Address, 100), (two.Address, 100));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.Get()));
        one.Connections.ShouldBePositive();

        await gateway.Delete(one.Address);
        await Eventually.True(() => one.Connections == 0, "pooled connections are closed");
        (await gateway.Get()).ShouldBe("200 two");
    }
}
