using System.Net.WebSockets;

namespace Release.Bench.Loads;

/// <summary>
/// Opens a WebSocket, has five messages echoed over about half a second, and closes it: an upgraded connection that lives
/// through shifts of traffic and must not be cut when its target is retired.
/// </summary>
internal sealed class Talking(Uri traffic) : Caller("websocket")
{
    private const int Messages = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly Uri _address = new UriBuilder(traffic) { Scheme = "ws", Path = "/echo" }.Uri;

    public override async Task<string?> Call()
    {
        using var deadline = new CancellationTokenSource(Longest);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(_address, deadline.Token);
        var answer = new byte[64];
        for (byte number = 0; number < Messages; number++)
        {
            await socket.SendAsync(new[] { number }, WebSocketMessageType.Binary, endOfMessage: true, deadline.Token);
            var received = await socket.ReceiveAsync(answer, deadline.Token);
            if (received.Count != 1 || answer[0] != number)
            {
                throw new WebSocketException($"message {number} came back as {received.MessageType} of {received.Count} bytes");
            }

            await Task.Delay(Pause, deadline.Token);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        // Every call closes its own connection.
    }
}
