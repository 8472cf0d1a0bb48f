using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Release.Configuration;
using Release.Drivers.Synthetic;
using Release.Tests.Gateway;

namespace Release.Tests.Synthetic;

/// <summary>Synthetic traffic against a real server on a free port. Nothing here is bounded from above by the clock: the machine has other work.</summary>
public sealed class SendingTraffic : IAsyncLifetime, IDisposable
{
    private readonly ConcurrentQueue<(string Method, string Path, string Synthetic, string Trace, string Type, string Body)> _seen = [];
    private readonly CancellationTokenSource _release = new();
    private readonly CancellationTokenSource _stop = new();
    private WebApplication? _server;
    private Uri _address = new("http://127.0.0.1");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(Answer);
        await _server.StartAsync();
        _address = new Uri(_server.Urls.First());
    }

    public async Task DisposeAsync()
    {
        await _release.CancelAsync();
        await _server!.DisposeAsync();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _release.Dispose();
    }

    [Fact]
    public async Task Keeps_its_rate_and_counts_what_the_server_saw()
    {
        var start = TimeProvider.System.GetTimestamp();
        var counts = await Run(Options("/echo?x=1") with { Rate = 300 }, c => c.Sent + c.Skipped >= 600);
        TimeProvider.System.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.9));
        counts.Sent.ShouldBe(_seen.Count);
        (counts.Ok, counts.Failed, counts.Abandoned).ShouldBe((counts.Sent, 0, 0));
    }

    [Fact]
    public async Task Marks_every_request_and_gives_each_its_own_trace()
    {
        var counts = await Run(Options("/echo?x=1") with { Method = "POST", Body = "{\"input\":\"ping\"}" }, c => c.Ok >= 20);
        counts.Failed.ShouldBe(0);
        _seen.ShouldAllBe(r => r.Method == "POST" && r.Path == "/echo?x=1" && r.Synthetic == "1" && r.Type == "application/json" && r.Body == "{\"input\":\"ping\"}");
        _seen.Select(r => r.Trace).Distinct().Count().ShouldBe(_seen.Count);
        _seen.ShouldAllBe(r => r.Trace.StartsWith("run-7-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counts_failing_answers_and_goes_on()
    {
        var counts = await Run(Options("/fail"), c => c.Failed >= 20);
        counts.Failed.ShouldBe(counts.Sent);
        counts.LastFailure.ShouldBe("503 Service Unavailable");
    }

    [Fact]
    public async Task Counts_refused_connections_and_goes_on()
    {
        await _server!.StopAsync();
        var counts = await Run(Options("/"), c => c.Failed >= 20);
        counts.Failed.ShouldBe(counts.Sent);
    }

    [Fact]
    public async Task Bounds_what_is_under_way_and_says_so_and_stops_in_time()
    {
        using var traffic = new SyntheticTraffic(_address, Options("/hang") with { Rate = 40 }, "run-7", TimeProvider.System);
        var running = traffic.Run(_stop.Token);
        await Eventually.True(() => traffic.Counts.Skipped > 10, "the bound is reached and more is due");
        traffic.Counts.Sent.ShouldBe(40);
        var start = TimeProvider.System.GetTimestamp();
        await _stop.CancelAsync();
        await running;
        TimeProvider.System.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.9));
        var counts = traffic.Counts;
        (counts.Ok, counts.Failed, counts.Abandoned).ShouldBe((0, 0, 40));
        counts.Skipped.ShouldBeGreaterThan(10);
        counts.Shortfall!.ShouldContain("left out");
    }

    [Fact]
    public async Task Answers_under_way_are_awaited_when_it_stops()
    {
        using var traffic = new SyntheticTraffic(_address, Options("/hang"), "run-7", TimeProvider.System);
        var running = traffic.Run(_stop.Token);
        await Eventually.True(() => !_seen.IsEmpty, "a request arrives");
        await _stop.CancelAsync();
        await _release.CancelAsync();
        await running;
        (traffic.Counts.Ok, traffic.Counts.Abandoned).ShouldBe((traffic.Counts.Sent, 0));
    }

    [Fact]
    public async Task After_a_pause_does_not_send_what_it_missed()
    {
        var clock = new JumpingClock();
        using var traffic = new SyntheticTraffic(_address, Options("/echo") with { Rate = 100 }, "run-7", clock);
        var running = traffic.Run(_stop.Token);
        clock.Jump(TimeSpan.FromHours(1));
        await Eventually.True(() => traffic.Counts.Skipped > 0, "the traffic notices the pause");
        await _stop.CancelAsync();
        await running;
        traffic.Counts.Sent.ShouldBeLessThan(3_600);
        traffic.Counts.Skipped.ShouldBeGreaterThan(359_000);
    }

    private static SyntheticTrafficOptions Options(string path) => new() { Rate = 100, Path = path };

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers;
        var body = await reader.ReadToEndAsync();
        _seen.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, $"{headers["X-Release-Synthetic"]}", $"{headers["X-Trace-Id"]}", $"{context.Request.ContentType}", body));
        if (context.Request.Path == "/hang")
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _release.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        context.Response.StatusCode = context.Request.Path == "/fail" ? 503 : 200;
    }

    private async Task<SyntheticCounts> Run(SyntheticTrafficOptions options, Predicate<SyntheticCounts> isEnough)
    {
        using var traffic = new SyntheticTraffic(_address, options, "run-7", TimeProvider.System);
        var running = traffic.Run(_stop.Token);
        await Eventually.True(() => isEnough(traffic.Counts), "there was enough traffic");
        await _stop.CancelAsync();
        await running;
        return traffic.Counts;
    }

    /// <summary>A clock whose timestamps can jump; its timers are real.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _jumped;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _jumped);

        public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
