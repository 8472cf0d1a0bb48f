using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Release.Tests.Gateway;

public sealed class ChangingEverythingUnderLoad
{
    [Fact]
    public async Task No_request_fails_while_weights_flip_and_targets_come_and_go()
    {
        await using var stable = await Echo();
        await using var gateway = await RunningGateway.Serving((stable.Address, 100));
        using var stop = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        var sent = 0;
        var load = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var body = $"request {Interlocked.Increment(ref sent)}";
                try
                {
                    using var content = new StringContent(body);
                    using var answer = await gateway.Client.PostAsync(new Uri("/", UriKind.Relative), content);
                    if (!answer.IsSuccessStatusCode || await answer.Content.ReadAsStringAsync() != body)
                    {
                        failures.Enqueue($"{answer.StatusCode}");
                    }
                }
                catch (HttpRequestException error)
                {
                    failures.Enqueue(error.ToString());
                }
            }
        })).ToArray();

        for (var round = 0; round < 12; round++)
        {
            await TryRelease(gateway, stable);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        failures.ShouldBeEmpty();
        sent.ShouldBeGreaterThan(500);
        (await gateway.Metric("gateway_attempts_total", "connect_error")).ShouldBe(0);
    }

    // As the process platform does it: start, weigh, drain, and only then stop the instance.
    private static async Task TryRelease(RunningGateway gateway, Backend stable)
    {
        await using var candidate = await Echo();
        await gateway.Add(candidate.Address, 0);
        for (var flip = 0; flip < 10; flip++)
        {
            await gateway.Weigh(candidate.Address, flip % 2 == 0 ? 100 : 10);
            await gateway.Weigh(stable.Address, flip % 3 == 0 ? 0 : 90);
        }

        await gateway.Weigh(stable.Address, 100);
        await gateway.Weigh(candidate.Address, 0);
        await Eventually.True(async () => await gateway.Metric("gateway_in_flight", candidate.Address) == 0, "drained");
        await Eventually.True(() => candidate.Connections == 0, "no connection");
        await gateway.Delete(candidate.Address);
    }

    private static Task<Backend> Echo() => Backend.Start(async context =>
    {
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        await Task.Delay(1);
        await context.Response.WriteAsync(body);
    });
}
