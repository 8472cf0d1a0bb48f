using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Release.Tests.Gateway;

public sealed class ForwardingRequests
{
    [Theory]
    [InlineData("/api", true, null, "/api/x?q=1", "/x?q=1")]
    [InlineData("/api", true, null, "/api", "/")]
    [InlineData("/api", false, null, "/api/x", "/api/x")]
    [InlineData("/api", true, "/base", "/api/x", "/base/x")]
    [InlineData("/api", true, "/base", "/api", "/base")]
    [InlineData("/api", true, null, "/api/%E2%82%AC%2Fa%20b?x=%41", "/%E2%82%AC%2Fa%20b?x=%41")]
    [InlineData("/api", true, null, "/api/public/../secret", "/secret")]
    public async Task Paths_are_joined_as_Kong_joins_them(string route, bool strip, string? path, string asked, string arrived)
    {
        await using var backend = await Backend.Start(context =>
            context.Response.WriteAsync(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        await gateway.Send("PATCH", "/services/app", path is null ? """{"path":null}""" : $$"""{"path":"{{path}}"}""");
        await gateway.Send("PATCH", "/routes/all", $$"""{"paths":["{{route}}"],"strip_path":{{(strip ? "true" : "false")}}}""");
        var uri = new Uri(
            $"{gateway.Client.BaseAddress!.ToString().TrimEnd('/')}{asked}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        (await gateway.Client.GetStringAsync(uri)).ShouldBe(arrived);
    }

    [Fact]
    public async Task The_longest_path_wins_and_methods_and_hosts_count()
    {
        await using var gateway = await RunningGateway.Start();
        await using var backend = await Backend.Start(context => context.Response.WriteAsync(context.Request.Path.Value!));
        foreach (var (name, path, more) in new[]
        {
            ("root", "/", ""), ("deep", "/a/b", ""), ("write", "/a", ",\"methods\":[\"POST\"]"), ("host", "/", ",\"hosts\":[\"*.example.test\"]"),
        })
        {
            await gateway.Created("/services", $$"""{"name":"{{name}}","url":"http://{{backend.Address}}/{{name}}"}""");
            await gateway.Created($"/services/{name}/routes", $$"""{"paths":["{{path}}"]{{more}}}""");
        }

        (await gateway.Get("/a/b/c")).ShouldBe("200 /deep/c");
        (await gateway.Get("/a/c")).ShouldBe("200 /root/a/c");
        using var post = await gateway.Client.PostAsync(new Uri("/a/c", UriKind.Relative), null);
        (await post.Content.ReadAsStringAsync()).ShouldBe("/write/c");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x") { Headers = { Host = "www.example.test" } };
        using var answer = await gateway.Client.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("/host/x");
    }

    [Fact]
    public async Task Headers_of_the_connection_stay_and_the_others_pass()
    {
        IHeaderDictionary? seen = null;
        await using var backend = await Backend.Start(context =>
        {
            seen = new HeaderDictionary(context.Request.Headers.ToDictionary());
            context.Response.Headers["Set-Cookie"] = new[] { "a=1", "b=2" };
            context.Response.Headers["X-Hop"] = "1";
            context.Response.Headers.Connection = "X-Hop";
            return context.Response.WriteAsync("ok");
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Connection", "X-Secret-Hop");
        request.Headers.TryAddWithoutValidation("X-Secret-Hop", "1");
        request.Headers.TryAddWithoutValidation("X-Kept", "a, b");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "10.0.0.1");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        using var answer = await gateway.Client.SendAsync(request);
        seen!.ContainsKey("X-Secret-Hop").ShouldBeFalse();
        seen["X-Kept"].ToString().ShouldBe("a, b");
        seen["X-Forwarded-For"].ToString().ShouldBe("10.0.0.1, 127.0.0.1");
        seen["X-Forwarded-Proto"].ToString().ShouldBe("http");
        seen["X-Forwarded-Host"].ToString().ShouldBe("127.0.0.1");
        seen.Host.ToString().ShouldBe(backend.Address);
        answer.Headers.GetValues("Set-Cookie").ShouldBe(["a=1", "b=2"]);
        answer.Headers.Contains("X-Hop").ShouldBeFalse();
        answer.Headers.Via.Count.ShouldBe(1);
    }
}
