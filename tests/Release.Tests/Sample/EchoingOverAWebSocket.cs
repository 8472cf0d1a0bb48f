using System.Net.WebSockets;
using System.Text;

namespace Release.Tests.Sample;

public sealed class EchoingOverAWebSocket
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Every_message_comes_back_until_the_caller_closes()
    {
        await using var sample = await RunningSample.Start();
        using var deadline = new CancellationTokenSource(Longest);
        using var socket = await Connect(sample, deadline.Token);
        var buffer = new byte[64];
        foreach (var word in new[] { "one", "two", "" })
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(word), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
            var received = await socket.ReceiveAsync(buffer, deadline.Token);
            (received.MessageType, received.EndOfMessage).ShouldBe((WebSocketMessageType.Text, true));
            Encoding.UTF8.GetString(buffer, 0, received.Count).ShouldBe(word);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", deadline.Token);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task A_caller_that_breaks_off_disturbs_nobody()
    {
        await using var sample = await RunningSample.Start();
        using var deadline = new CancellationTokenSource(Longest);
        using (var socket = await Connect(sample, deadline.Token))
        {
            socket.Abort();
        }

        ((string)(await sample.Execute("ping")).Body["output"]!).ShouldBe("pong");
    }

    [Fact]
    public async Task A_caller_without_a_websocket_is_told_so()
    {
        await using var sample = await RunningSample.Start();
        using var answer = await sample.Client.GetAsync(new Uri("/echo", UriKind.Relative));
        ((int)answer.StatusCode).ShouldBe(426);
        answer.Headers.GetValues("Upgrade").ShouldBe(["websocket"]);
    }

    private static async Task<ClientWebSocket> Connect(RunningSample sample, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        var address = new UriBuilder(sample.Client.BaseAddress!) { Scheme = "ws", Path = "/echo" };
        await socket.ConnectAsync(address.Uri, cancellation);
        return socket;
    }
}
