using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Release.Configuration;
using Release.Drivers.Prometheus;
using Release.Gates;
using Release.Tests.Gateway;

namespace Release.Tests.Prometheus;

/// <summary>The scrape source against real servers on free ports.</summary>
public sealed class Scraping : IAsyncLifetime, IDisposable
{
    private const string Good = "ai_requests_total 10\nai_request_errors_total 1\n";
    private readonly ScrapeSource _source = new(new MetricsOptions { Type = "scrape" }, TimeSpan.FromSeconds(60), TimeProvider.System);
    private readonly ScrapeSource _hasty = new(new MetricsOptions { Type = "scrape" }, TimeSpan.FromMilliseconds(800), TimeProvider.System);
    private readonly CancellationTokenSource _end = new();
    private WebApplication? _server;
    private int _hanging;
    private Uri _address = new("http://127.0.0.1");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet("/good", () => Text(Good));
        _server.MapGet("/hang", Hang);
        _server.MapGet("/drip", Drip);
        _server.MapGet("/huge", Huge);
        _server.MapGet("/cut", Cut);
        _server.MapGet("/error", () => Results.StatusCode(500));
        _server.MapGet("/redirect", () => Results.Redirect("/good"));
        _server.MapGet("/html", () => Results.Content(Good, "text/html"));
        _server.MapGet("/typeless", async context => await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Good)));
        _server.MapGet("/evil", () => Text("\u001b[2J\u0007 rm -rf\n"));
        _server.MapGet("/empty", () => Text(""));
        await _server.StartAsync();
        _address = new Uri(_server.Urls.First());
    }

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _server!.DisposeAsync();
    }

    public void Dispose()
    {
        _source.Dispose();
        _hasty.Dispose();
        _end.Dispose();
    }

    [Theory]
    [InlineData("/good")]
    [InlineData("/typeless")]
    public async Task A_good_answer_is_read(string path)
    {
        var reading = await Read(new Uri(_address, path));
        (reading.Problem, reading.Counters!.Requests, reading.Counters.Errors).ShouldBe((null, 10, 1));
    }

    [Theory]
    [InlineData("/hang", "no complete answer within 800 ms")]
    [InlineData("/drip", "no complete answer within 800 ms")]
    [InlineData("/huge", "answered more than 8 MiB")]
    [InlineData("/cut", "")]
    [InlineData("/error", "answered 500 Internal Server Error, expected 200")]
    [InlineData("/redirect", "answered 302 Found, expected 200")]
    [InlineData("/missing", "answered 404 Not Found, expected 200")]
    [InlineData("/html", "answered text/html, expected Prometheus text (text/plain)")]
    [InlineData("/evil", "line 1 is not Prometheus text:  rm -rf")]
    [InlineData("/empty", "there is no metric ai_requests_total")]
    public async Task A_bad_answer_is_a_problem(string path, string problem)
    {
        var reading = await Read(new Uri(_address, path));
        reading.Counters.ShouldBeNull();
        reading.Problem!.ShouldStartWith(new Uri(_address, path) + ": ");
        reading.Problem!.ShouldContain(problem);
        reading.Problem!.ShouldAllBe(c => !char.IsControl(c));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/metrics")]
    [InlineData("http://name.invalid/metrics")]
    [InlineData("http://user:secret@127.0.0.1:1/metrics?token=secret")]
    public async Task An_address_that_cannot_be_read_is_a_problem_without_its_secrets(string address)
    {
        var reading = await Read(new Uri(address));
        reading.Counters.ShouldBeNull();
        reading.Problem!.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_refused_connection_is_a_problem()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // Bound and not listening: nobody else gets the port, and it refuses.
        (await Read(new Uri($"http://{socket.LocalEndPoint}/metrics"))).Problem!.ShouldContain("refused");
    }

    [Fact]
    public async Task Hanging_instances_do_not_wait_for_each_other_nor_spoil_the_others()
    {
        var reading = _source.Read(
            [.. Enumerable.Range(0, 10).Select(i => new MeteredInstance($"{i}", Variant.Candidate, "ping", "1.0.0", new Uri(_address, i < 9 ? "/hang" : "/good")))],
            CancellationToken.None);
        await Eventually.True(() => _hanging == 9, "asked all at once");
        await _end.CancelAsync();
        var readings = await reading;
        readings.Select(r => r.Instance).ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i}"));
        readings.Count(r => r.Problem is null).ShouldBe(1);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await Should.ThrowAsync<OperationCanceledException>(
            () => _source.Read([new MeteredInstance("a", Variant.Candidate, "ping", "1.0.0", new Uri(_address, "/hang"))], cancelled.Token));
    }

    private static IResult Text(string text) => Results.Content(text, "text/plain; version=0.0.4");

    private static async Task Huge(HttpContext context)
    {
        var line = Encoding.UTF8.GetBytes("# " + new string('x', 64 * 1024) + "\n");
        for (var i = 0; i < 160; i++)
        {
            await context.Response.Body.WriteAsync(line, context.RequestAborted);
        }
    }

    private static async Task Cut(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync(Good);
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    private Task Hang(HttpContext context)
    {
        _ = Interlocked.Increment(ref _hanging);
        return Wait(context);
    }

    private async Task Drip(HttpContext context)
    {
        await context.Response.WriteAsync(Good);
        await context.Response.Body.FlushAsync();
        await Wait(context);
    }

    private async Task Wait(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task<InstanceReading> Read(Uri address)
    {
        var source = address.AbsolutePath is "/hang" or "/drip" ? _hasty : _source;
        var readings = await source.Read([new MeteredInstance("a", Variant.Candidate, "ping", "1.0.0", address)], CancellationToken.None);
        var reading = readings.ShouldHaveSingleItem();
        (reading.Instance, reading.Variant).ShouldBe(("a", Variant.Candidate));
        return reading;
    }
}
