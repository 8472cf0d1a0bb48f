using Microsoft.AspNetCore.Http;

namespace Release.Tests.Gateway;

#pragma warning disable VSTHRD003 // No synchronization context: nothing can deadlock on a task from elsewhere.

public sealed class BreakingOff
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_breaks_never_looks_whole(bool chunked)
    {
        var arrived = new TaskCompletionSource();
        await using var backend = await Backend.Start(async context =>
        {
            context.Response.ContentLength = chunked ? null : 1000;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await arrived.Task;
            context.Abort();
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var answer = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        arrived.SetResult();
        await Should.ThrowAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync());
        await Eventually.True(
            async () => await gateway.Metric("gateway_attempts_total", backend.Address, "outcome=\"reset\"") == 1, "counted");
        (await gateway.Metric("gateway_requests_total", backend.Address, "code=\"502\"")).ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_leaves_takes_its_request_with_it()
    {
        var left = new TaskCompletionSource();
        await using var backend = await Backend.Start(async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var client = new CancellationTokenSource();
        var request = gateway.Client.GetAsync(new Uri("/", UriKind.Relative), client.Token);
        await Eventually.True(() => backend.Requests == 1, "arrived");
        await client.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => request);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.True(
            async () => await gateway.Metric("gateway_requests_total", backend.Address, "code=\"499\"") == 1, "counted");
        (await gateway.Metric("gateway_in_flight", backend.Address)).ShouldBe(0);
    }

    [Fact]
    public async Task A_stopping_gateway_finishes_what_is_in_flight()
    {
        var release = new TaskCompletionSource();
        await using var backend = await Backend.Start(async context =>
        {
            await release.Task;
            await context.Response.WriteAsync("done");
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        var request = gateway.Get();
        await Eventually.True(() => backend.Requests == 1, "arrived");
        var stopping = gateway.Stop();
        release.SetResult();
        (await request).ShouldBe("200 done");
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
