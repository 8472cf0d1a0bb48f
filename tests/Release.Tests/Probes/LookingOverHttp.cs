using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Release.Probes;

namespace Release.Tests.Probes;

public sealed class LookingOverHttp : IAsyncLifetime, IDisposable
{
    private WebApplication _server = null!;
    private Looking _looking = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        _server = builder.Build();
        _server.UseRouting();
        _server.MapGet("/ok", () => "all is well");
        _server.MapGet("/json", () => Results.Text("""{"output":"pong","n":1.0,"list":[{"id":"a b"}],"none":null}""", "application/json"));
        _server.MapGet("/sick", () => Results.Text("\e[31mbroken\e[0m\n::error::x", statusCode: 503));
        _server.MapGet("/here", () => Results.Redirect("/ok"));
        _server.MapGet("/round", () => Results.Redirect("/round"));
        _server.MapGet("/away", () => Results.Redirect("http://localhost:1/ok"));
        _server.MapGet("/leak", (HttpRequest request) => Results.Text($"you sent {request.Headers.Authorization}", statusCode: 401));
        _server.MapGet("/slow", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("the beginning");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        _server.MapGet("/huge", async (HttpContext http) =>
        {
            var block = new byte[64 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(block, http.RequestAborted);
            }
        });
        _server.MapPost("/ai/execute", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            return Results.Text($$"""{"sent":{{await reader.ReadToEndAsync()}},"type":"{{request.ContentType}}","key":"{{request.Headers["X-Key"]}}"}""");
        });
        await _server.StartAsync();
        _looking = new() { BaseAddress = new(_server.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }

    public void Dispose() => _looking.Dispose();

    [Fact]
    public Task An_expected_answer_passes() => _looking.Pass(Get("/ok") with { ExpectText = "all is well" });

    [Fact]
    public Task A_whole_address_may_have_placeholders() => _looking.Pass(Get(null) with { Url = "${gateway.admin}/ok" });

    [Fact]
    public Task Another_status_may_be_expected() => _looking.Pass(Get("/sick") with { Expect = [200, 503] });

    [Fact]
    public async Task A_wrong_status_fails_and_hostile_text_is_filtered()
    {
        var result = await _looking.Look(Get("/sick"));
        result.Verdict.ShouldBe(ProbeVerdict.Fail);
        result.Detail.ShouldBe($"GET {_server.Urls.Single()}/sick answered 503: expected 200. broken ::error::x");
    }

    [Fact]
    public Task Text_that_is_not_there_fails()
        => _looking.Fail(Get("/ok") with { ExpectText = "perfect" }, "answered 200 without the text \"perfect\": all is well");

    [Theory]
    [InlineData("$.output", "\"pong\"")]
    [InlineData("$.n", "1")]
    [InlineData("$.list[0].id", "\"a b\"")]
    [InlineData("$.list[0]['id']", "\"a b\"")]
    [InlineData("$.list", "[{\"id\":\"a b\"}]")]
    [InlineData("$.none", "null")]
    public Task A_value_in_the_body_is_compared(string path, string value) => _looking.Pass(Json(path, value));

    [Theory]
    [InlineData("$.output", "\"Pong\"", "but $.output is \"pong\": expected \"Pong\"")]
    [InlineData("$.n", "\"1\"", "but $.n is 1.0: expected \"1\"")]
    [InlineData("$.list[1].id", "\"x\"", "but $.list[1].id is missing: expected \"x\"")]
    [InlineData("$.nothing", "null", "but $.nothing is missing: expected null")]
    public Task A_200_with_a_wrong_body_fails(string path, string value, string detail) => _looking.Fail(Json(path, value), detail);

    [Fact]
    public Task A_body_that_is_not_JSON_fails()
        => _looking.Fail(Json("$.a", "1") with { Path = "/ok" }, "but its body is not JSON: all is well");

    [Fact]
    public Task A_body_and_headers_are_sent()
        => _looking.Pass(new HttpProbeOptions
        {
            Id = "post",
            Type = "http",
            Method = "POST",
            Path = "/ai/execute",
            Body = "{\"input\":\"${env:TOKEN}\"}",
            Headers = new Dictionary<string, string> { ["X-Key"] = "${env:TOKEN}", ["Content-Type"] = "application/vnd.ai+json" },
            ExpectBody = new Dictionary<string, JToken>
            {
                ["$.sent.input"] = "hunter2000",
                ["$.type"] = "application/vnd.ai+json",
                ["$.key"] = "hunter2000",
            },
        });

    [Fact]
    public async Task A_secret_that_comes_back_is_masked()
    {
        var options = Get("/leak") with { Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer ${env:TOKEN}" } };
        (await _looking.Look(options)).Detail.ShouldEndWith("answered 401: expected 200. you sent Bearer ***");
    }

    [Fact]
    public async Task A_secret_in_the_address_is_not_shown()
        => (await _looking.Look(Get(null) with { Url = "${gateway.admin}/none?key=${env:TOKEN}" })).Detail
            .ShouldStartWith($"GET {_server.Urls.Single()}/none?key=${{env:TOKEN}} answered 404");

    [Fact]
    public Task An_unset_secret_is_unavailable_and_named()
        => _looking.Unavailable(Get("/ok") with { Body = "${env:MISSING}" }, "${env:MISSING} is not set");

    [Fact]
    public Task A_redirect_is_an_answer() => _looking.Fail(Get("/here"), "answered 302");

    [Fact]
    public Task A_redirect_on_the_same_host_is_followed_when_allowed()
        => _looking.Pass(Get("/here") with { FollowRedirects = true, ExpectText = "all is well" });

    [Fact]
    public Task A_redirect_to_another_host_is_never_followed()
        => _looking.Fail(Get("/away") with { FollowRedirects = true }, "redirects to another host: http://localhost:1");

    [Fact]
    public Task A_redirect_in_a_circle_ends()
        => _looking.Fail(Get("/round") with { FollowRedirects = true }, "redirects more than 5 times");

    [Fact]
    public Task A_path_cannot_leave_the_host() => _looking.Unavailable(Get("//localhost:1/ok"), "this is no http address");

    [Fact]
    public Task A_body_that_does_not_end_is_unavailable()
        => _looking.Unavailable(Get("/slow") with { Timeout = TimeSpan.FromSeconds(0.3) }, "no answer within 300ms");

    [Fact]
    public Task A_huge_body_is_not_read_to_its_end() => _looking.Pass(Get("/huge"));

    [Fact]
    public Task A_huge_body_cannot_be_compared()
        => _looking.Fail(Get("/huge") with { ExpectText = "x" }, "more than 1 MiB, too much to compare");

    [Fact]
    public async Task A_refused_connection_is_unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var url = $"http://127.0.0.1:{port}/";
        await _looking.Unavailable(Get(null) with { Url = url }, $"GET {url}: no answer: Connection refused");
    }

    [Fact]
    public async Task What_is_not_HTTP_fails()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadExactlyAsync(new byte[4]);
            await client.GetStream().WriteAsync("SSH-2.0-OpenSSH\r\n\r\n"u8.ToArray());
        });
        await _looking.Fail(Get(null) with { Url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/" }, "the answer is not HTTP");
        await answering;
    }

    [Fact]
    public async Task Without_an_address_a_relative_path_is_unavailable()
    {
        using var nothing = new Looking();
        await nothing.Unavailable(Get("/ok"), "nothing is running yet that /ok could be asked of");
        await nothing.Unavailable(Get(null) with { Url = "${gateway.admin}/status" }, "${gateway.admin} has no value yet");
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        using var cancel = new CancellationTokenSource();
        var looking = _looking.Probe(Get("/slow")).Look(cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(looking);
    }

    private static HttpProbeOptions Get(string? path) => new() { Id = "probe", Type = "http", Path = path };

    private static HttpProbeOptions Json(string path, string value)
        => Get("/json") with { ExpectBody = new Dictionary<string, JToken> { [path] = JToken.Parse(value) } };
}
