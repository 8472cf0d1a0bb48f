using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Release.Drivers.Kong;

namespace Release.Tests.Kong;

/// <summary>A peer that misbehaves: each test says how.</summary>
#pragma warning disable CA2000 // The peer disposes of its client.
public sealed class TalkingToKong
{
    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[1,2]")]
    [InlineData("{\"data\":")]
    public async Task An_answer_that_is_no_object_is_refused(string body)
    {
        await using var kong = await Peer.Answering(context => context.Response.WriteAsync(body));
        _ = await Should.ThrowAsync<KongRefusedException>(() => kong.Admin.Find("status", default));
    }

    [Fact]
    public async Task A_short_failure_of_an_idempotent_call_is_tried_again()
    {
        await using var kong = await Peer.Answering(Failing(2));
        (await kong.Admin.Find("status", default)).ShouldNotBeNull();
        kong.Calls.ShouldBe(3);
    }

    [Fact]
    public async Task An_addition_is_sent_once()
    {
        await using var kong = await Peer.Answering(Failing(2));
        _ = await Should.ThrowAsync<KongException>(() => kong.Admin.Add("upstreams/ping/targets", [], default));
        kong.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_a_peer_that_does_not_answer()
    {
        await using var kong = await Peer.Answering(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
        });
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        _ = await Should.ThrowAsync<KongUnavailableException>(() => kong.Admin.Find("status", enough.Token));
    }

    [Fact]
    public async Task A_body_without_bounds_is_not_read_to_its_end()
    {
        var chunk = new string('x', 1024 * 1024);
        await using var kong = await Peer.Answering(async context =>
        {
            for (var sent = 0; sent < 64; sent++)
            {
                await context.Response.WriteAsync(chunk);
            }
        });
        _ = await Should.ThrowAsync<KongException>(() => kong.Admin.Text("metrics", default));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var kong = await Peer.Answering(context =>
        {
            context.Response.Redirect("http://169.254.169.254/");
            return Task.CompletedTask;
        });
        (await Should.ThrowAsync<KongRefusedException>(() => kong.Admin.Find("status", default))).Status.ShouldBe(302);
    }

    [Fact]
    public async Task A_kong_without_a_database_is_named_as_such()
    {
        await using var kong = await Peer.Answering(context =>
        {
            context.Response.StatusCode = 405;
            return Task.CompletedTask;
        });
        (await Should.ThrowAsync<KongRefusedException>(() => kong.Admin.Patch("upstreams/a/targets/b", [], default)))
            .Message.ShouldContain("it runs without a database; name the declarative file that it loads in traffic/file");
    }

    [Fact]
    public async Task Its_words_are_filtered()
    {
        await using var kong = await Peer.Answering(context =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("{\"message\":\"bad\\u001b[31m\\n::error::x\"}");
        });
        var refused = await Should.ThrowAsync<KongRefusedException>(() => kong.Admin.Put("services/a", [], default));
        refused.Message.ShouldNotContain('\n');
        refused.Message.ShouldNotContain('\u001b');
    }

    [Fact]
    public async Task A_list_of_pages_is_read_to_its_end()
    {
        await using var kong = await Peer.Answering(context => context.Response.WriteAsync(
            context.Request.Query["offset"] == "2"
                ? "{\"data\":[{\"target\":\"c\"}],\"next\":null}"
                : "{\"data\":[{\"target\":\"a\"},{\"target\":\"b\"}],\"next\":\"/upstreams/ping/targets?offset=2\"}"));
        (await kong.Admin.List("upstreams/ping/targets", default)).Count.ShouldBe(3);
    }

    private static RequestDelegate Failing(int times)
    {
        var left = times;
        return context =>
        {
            context.Response.StatusCode = left-- > 0 ? 503 : 200;
            return context.Response.WriteAsync("{\"id\":\"1\"}");
        };
    }

    private sealed class Peer(WebApplication app, KongAdmin admin) : IAsyncDisposable
    {
        private int _calls;

        public KongAdmin Admin => admin;

        public int Calls => _calls;

        public static async Task<Peer> Answering(RequestDelegate answer)
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            _ = builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            Peer? peer = null;
            app.Run(context =>
            {
                _ = Interlocked.Increment(ref peer!._calls);
                return answer(context);
            });
            await app.StartAsync();
            peer = new Peer(app, new KongAdmin(new Uri(app.Urls.First()), TimeProvider.System));
            return peer;
        }

        public async ValueTask DisposeAsync()
        {
            admin.Dispose();
            await app.DisposeAsync();
        }
    }
}
