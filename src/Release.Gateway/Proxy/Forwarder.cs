namespace Release.Gateway.Proxy;

/// <summary>
/// Sends a request to a target of its route's service, and to another one as long as that is safe: always while no
/// connection was made, after that only when the request may be repeated and its body was not touched (nginx's, and so
/// Kong's, <c>proxy_next_upstream error timeout</c>).
/// </summary>
internal sealed class Forwarder(Routing routing, GatewayMetrics metrics, TimeProvider time)
{
    public async Task Handle(HttpContext context)
    {
        var begin = time.GetTimestamp();
        if (routing.Table.Match(context.Request) is not { } match)
        {
            metrics.Of(GatewayMetrics.None, GatewayMetrics.None).Request(404, time.GetElapsedTime(begin));
            await Reply(context, 404, "no Route matched with those values");
            return;
        }

        var (of, code) = await Send(context, match.Route, match.Path);
        of.Request(code, time.GetElapsedTime(begin));
    }

    private async Task<(TargetMetrics Of, int Code)> Send(HttpContext context, RouteSettings route, string matched)
    {
        var service = route.Service;
        HashSet<Target>? failed = null;
        for (var retries = 0; ; retries++)
        {
            if (service.Upstream.Enter(failed ?? (IReadOnlyCollection<Target>)[]) is not var (target, connections))
            {
                await Reply(context, 503, "failure to get a peer from the ring-balancer");
                return (metrics.Of(service.Upstream.Name, GatewayMetrics.None), 503);
            }

            try
            {
                var end = await new Attempt(context, route, matched, time).Run(target, connections);
                target.Metrics.Attempt(end.Outcome);
                if (end.IsAnswered)
                {
                    return (target.Metrics, end.Code);
                }

                if (!end.MayRetry || retries >= service.Retries)
                {
                    await Reply(context, end.Code, end.Code == 504
                        ? "The upstream server is timing out"
                        : "An invalid response was received from the upstream server");
                    return (target.Metrics, end.Code);
                }
            }
            finally
            {
                target.Leave();
            }

            (failed ??= []).Add(target);
        }
    }

    private static async Task Reply(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        var body = $$"""{"message":"{{message}}"}""";
        context.Response.ContentLength = body.Length;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
