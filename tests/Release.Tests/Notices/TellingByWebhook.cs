using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Release.Drivers;
using Release.Drivers.Webhook;
using Release.Notices;
using Release.Output;
using Release.Tests.Peers;
using Release.Tools;

namespace Release.Tests.Notices;

/// <summary>A webhook's other side that loses, delays, repeats, redirects and shouts.</summary>
public sealed class TellingByWebhook
{
    private static readonly Notice Page = new("k1", NoticeKind.Page, 1, "5", DateTimeOffset.UnixEpoch, "Severity 1: \"quoted\" ü") { Incident = "5-ping-errors-1", State = "open", Next = "./build.sh Status" };

    [Fact]
    public async Task It_is_one_document_with_a_key_and_a_signature_over_its_bytes()
    {
        var seen = new ConcurrentQueue<(string Head, byte[] Body)>();
        await using var server = new Receiver(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            seen.Enqueue((string.Join('\n', context.Request.Headers.AllKeys.Select(k => $"{k}: {context.Request.Headers[k]}")), body.ToArray()));
            context.Response.StatusCode = 202;
        });

        (await server.Tell(Page, secret: "s3cr3t-key")).Outcome.ShouldBe(DeliveryOutcome.Delivered);
        (await server.Tell(Page, secret: "s3cr3t-key")).Outcome.ShouldBe(DeliveryOutcome.Delivered);

        var (head, bytes) = seen.First();
        seen.ShouldAllBe(s => s.Body.SequenceEqual(bytes), "the same to the byte, however often");
        head.ShouldContain("Idempotency-Key: k1");
        head.ShouldContain("X-Release-Signature: sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cr3t-key"), bytes)));
        var document = JsonNode.Parse(bytes)!;
        document["kind"]!.GetValue<string>().ShouldBe("page");
        document["incident"]!.GetValue<string>().ShouldBe("5-ping-errors-1");
        document["text"]!.GetValue<string>().ShouldBe("Severity 1: \"quoted\" ü");
        document["environment"]!.GetValue<string>().ShouldBe("prod");
        document.AsObject().Select(m => m.Key).ShouldBe(["version", "key", "id", "kind", "severity", "environment", "run", "incident", "state", "at", "text", "next"]);
    }

    [Fact]
    public void A_key_longer_than_a_block_is_hashed_first() => WebhookBody.Signature(new string('k', 100), "body"u8)
        .ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(new string('k', 100)), "body"u8)));

    [Fact]
    public async Task A_redirect_is_not_followed_with_what_is_told_and_signed()
    {
        var asked = 0;
        await using var thief = new Receiver(_ =>
        {
            asked++;
            return Task.CompletedTask;
        });
        await using var server = new Receiver(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.RedirectLocation = thief.Address;
            return Task.CompletedTask;
        });
        (await server.Tell(Page, secret: "s3cr3t-key")).Detail.ShouldContain("a redirect, which is not followed");
        asked.ShouldBe(0);
    }

    [Theory]
    [InlineData(429, "120", DeliveryOutcome.Failed, 120)]
    [InlineData(503, "Thu, 01 Jan 1970 00:10:00 GMT", DeliveryOutcome.Failed, null)]
    [InlineData(500, null, DeliveryOutcome.Failed, null)]
    [InlineData(401, null, DeliveryOutcome.Failed, null)]
    [InlineData(422, null, DeliveryOutcome.Refused, null)]
    public async Task What_it_answers_says_whether_it_is_tried_again_and_when(int status, string? retryAfter, DeliveryOutcome outcome, int? seconds)
    {
        await using var server = new Receiver(async context =>
        {
            context.Response.StatusCode = status;
            if (retryAfter is not null)
            {
                context.Response.Headers["Retry-After"] = retryAfter;
            }

            await context.Response.OutputStream.WriteAsync("\e[2Jno ::error::\n"u8.ToArray());
        });
        var receipt = await server.Tell(Page);
        receipt.Outcome.ShouldBe(outcome);
        receipt.Detail.ShouldContain(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        receipt.Detail.ShouldNotContain("\e");
        if (seconds is not null)
        {
            receipt.RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds.Value));
        }
    }

    [Fact]
    public async Task An_answer_that_is_lost_or_never_ends_is_a_failure_within_the_time_out()
    {
        await using var server = new HostileServer(e => e.Silence());
        var options = new WebhookOptions { Id = "ops", Type = "webhook", Url = server.Address + "hang" };
        using var notifier = new WebhookNotifier(options, Context());
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        _ = await Should.ThrowAsync<OperationCanceledException>(() => notifier.Deliver(Page, "prod", timeout.Token));
    }

    [Theory]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("2001:db8::1", true)]
    public void No_message_goes_to_an_address_that_hands_out_credentials(string address, bool allowed) => OutwardConnection.IsAllowed(IPAddress.Parse(address)).ShouldBe(allowed);

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://user:pw@127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    public async Task Such_an_address_is_refused_in_every_spelling(string written)
    {
        using var notifier = new WebhookNotifier(new WebhookOptions { Id = "ops", Type = "webhook", Url = written }, Context());
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var receipt = await notifier.Deliver(Page, "prod", timeout.Token);
        receipt.Outcome.ShouldBe(DeliveryOutcome.Failed);
        receipt.Detail.ShouldNotContain("pw");
        receipt.Detail.ShouldMatch("no message is sent to|no http address");
    }

    internal static DriverContext Context(Func<string, string>? resolve = null) =>
        new("/", "prod", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _ => { }) { Resolve = resolve ?? (text => text) };

    private sealed class Receiver : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _serving;

        public Receiver(Func<HttpListenerContext, Task> answer)
        {
            var port = Free();
            Address = $"http://127.0.0.1:{port}/";
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _serving = Serve(answer);
        }

        public string Address { get; }

        public async Task<DeliveryReceipt> Tell(Notice notice, string? secret = null)
        {
            using var notifier = new WebhookNotifier(new WebhookOptions { Id = "ops", Type = "webhook", Url = Address, Secret = secret }, Context());
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            return await notifier.Deliver(notice, "prod", timeout.Token);
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _serving;
        }

        private static int Free()
        {
            using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            socket.Start();
            return ((IPEndPoint)socket.LocalEndpoint).Port;
        }

        private async Task Serve(Func<HttpListenerContext, Task> answer)
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    await answer(context);
                    context.Response.Close();
                }
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
