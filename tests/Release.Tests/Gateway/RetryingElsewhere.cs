using Microsoft.AspNetCore.Http;

namespace Release.Tests.Gateway;

public sealed class RetryingElsewhere
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_target_that_cannot_be_reached_is_passed_over_and_counted(string method)
    {
        var nobody = Backend.Nobody();
        await using var backend = await Backend.Start(
            async context => await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync()));
        await using var gateway = await RunningGateway.Serving((nobody, 1), (backend.Address, 1));
        for (var index = 0; index < 10; index++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/");
            request.Content = method == "POST" ? new StringContent("body") : null;
            using var answer = await gateway.Client.SendAsync(request);
            ((int)answer.StatusCode).ShouldBe(200);
            (await answer.Content.ReadAsStringAsync()).ShouldBe(method == "POST" ? "body" : "");
        }

        backend.Requests.ShouldBe(10);
        (await gateway.Metric("gateway_attempts_total", nobody, "connect_error")).ShouldBeGreaterThanOrEqualTo(5);
        (await gateway.Metric("gateway_attempts_total", backend.Address, "ok")).ShouldBe(10);
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("GET", 6)]
    public async Task Only_what_may_be_repeated_is_sent_again_after_it_was_sent(string method, int attempts)
    {
        await using var backend = await Backend.Start(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        request.Content = method == "POST" ? new StringContent("buy") : null;
        using var answer = await gateway.Client.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(502);
        backend.Requests.ShouldBe(attempts);
        (await gateway.Metric("gateway_attempts_total", backend.Address, "reset")).ShouldBe(attempts);
    }

    [Fact]
    public async Task Nobody_reachable_is_a_502_after_the_retries()
    {
        var nobody = Backend.Nobody();
        await using var gateway = await RunningGateway.Serving((nobody, 1));
        (await gateway.Get()).ShouldBe("""502 {"message":"An invalid response was received from the upstream server"}""");
        (await gateway.Metric("gateway_attempts_total", nobody, "connect_error")).ShouldBe(6);
        (await gateway.Send("PATCH", "/services/app", """{"retries":0}""")).Status.ShouldBe(200);
        await gateway.Get();
        (await gateway.Metric("gateway_attempts_total", nobody, "connect_error")).ShouldBe(7);
    }

    [Fact]
    public async Task No_target_with_a_weight_is_a_503()
    {
        await using var backend = await Backend.Saying("x");
        await using var gateway = await RunningGateway.Serving((backend.Address, 0));
        (await gateway.Get()).ShouldBe("""503 {"message":"failure to get a peer from the ring-balancer"}""");
        backend.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task No_route_is_a_404()
    {
        await using var gateway = await RunningGateway.Start();
        (await gateway.Get()).ShouldBe("""404 {"message":"no Route matched with those values"}""");
    }

    [Fact]
    public async Task A_silent_target_is_a_504_for_what_may_not_be_repeated()
    {
        await using var backend = await Backend.Start(context => Task.Delay(-1, context.RequestAborted));
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        await gateway.Send("PATCH", "/services/app", """{"read_timeout":200,"write_timeout":200}""");
        using var content = new StringContent("x");
        using var answer = await gateway.Client.PostAsync(new Uri("/", UriKind.Relative), content);
        ((int)answer.StatusCode).ShouldBe(504);
        (await gateway.Metric("gateway_attempts_total", backend.Address, "timeout")).ShouldBe(1);
        backend.Requests.ShouldBe(1);
    }
}
