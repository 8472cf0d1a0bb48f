using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Release.Tests.Gateway;

public sealed class UpgradingToWebSockets
{
    [Fact]
    public async Task A_socket_echoes_and_survives_its_targets_retirement()
    {
        await using var backend = await Backend.Start(Echo);
        await using var other = await Backend.Saying("other");
        await using var gateway = await RunningGateway.Serving((backend.Address, 1), (other.Address, 0));
        using var socket = new ClientWebSocket();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.ProxyPort}/chat"), deadline.Token);
        (await Ask(socket, "before", deadline.Token)).ShouldBe("before");

        await gateway.Weigh(other.Address, 1);
        await gateway.Weigh(backend.Address, 0);
        (await gateway.Get()).ShouldBe("200 other");
        for (var index = 0; index < 20; index++)
        {
            (await Ask(socket, $"after {index}", deadline.Token)).ShouldBe($"after {index}");
        }

        (await gateway.Metric("gateway_in_flight", backend.Address)).ShouldBe(1);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", deadline.Token);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
        await Eventually.True(async () => await gateway.Metric("gateway_in_flight", backend.Address) == 0, "left");
        await Eventually.True(() => backend.Connections == 0, "closed");
        (await gateway.Metric("gateway_requests_total", backend.Address, "code=\"101\"")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_upgrade_is_an_ordinary_answer()
    {
        await using var backend = await Backend.Start(context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync("no");
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var socket = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.ProxyPort}/"), CancellationToken.None));
        (await gateway.Metric("gateway_requests_total", "code=\"403\"")).ShouldBe(1);
    }

    private static async Task<string> Ask(ClientWebSocket socket, string text, CancellationToken cancellation)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellation);
        var buffer = new byte[256];
        var received = await socket.ReceiveAsync(buffer, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    // RFC 6455's handshake by hand: the test wants the raw upgrade, not a middleware.
    private static async Task Echo(HttpContext context)
    {
        var key = context.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
#pragma warning disable CA5350 // The protocol's own hash.
        context.Response.Headers.SecWebSocketAccept =
            Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(stream, isServer: true, null, TimeSpan.FromSeconds(30));
        var buffer = new byte[256];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, true, CancellationToken.None);
        }
    }
}
