using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Release.Sample;

/// <summary>
/// <c>GET /echo</c> as a WebSocket: every message comes back. It is there so that connections which outlive a shift of
/// traffic can be watched. Written on the bare upgrade: no middleware is loaded at a start for what few ask for.
/// </summary>
internal static class EchoEndpoint
{
    // RFC 6455, section 1.3.
    private const string Accepting = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int BufferSize = 4096;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    public static async Task Handle(HttpContext context)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        var key = context.Request.Headers.SecWebSocketKey.ToString();
        if (upgrade is not { IsUpgradableRequest: true } || key.Length == 0)
        {
            context.Response.Headers.Upgrade = "websocket";
            await Reply.Error(context, 426, "use a WebSocket");
            return;
        }

#pragma warning disable CA5350 // the protocol's own hash; nothing is kept secret by it
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Accepting)));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        await using var stream = await upgrade.UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(stream, isServer: true, subProtocol: null, KeepAlive);
        await Echo(socket, context.RequestAborted);
    }

    private static async Task Echo(WebSocket socket, CancellationToken cancellation)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellation) is { MessageType: not WebSocketMessageType.Close } received)
            {
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, cancellation);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellation);
        }
        catch (WebSocketException)
        {
            // The caller went away without saying so: nobody is left to tell.
        }
    }
}
