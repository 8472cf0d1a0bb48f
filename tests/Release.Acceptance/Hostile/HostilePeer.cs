using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Release.Acceptance.Hostile;

/// <summary>A service that answers every request with everything that is hostile.</summary>
internal sealed class HostilePeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public HostilePeer()
    {
        _listener.Start();
        _serving = Serve();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task Serve()
    {
        var body = Encoding.UTF8.GetBytes(HostileText.Whole);
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 500 <script>hostile()</script>\r\nContent-Type: text/html\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_end.Token);
            await using var stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[4096], _end.Token);
            await stream.WriteAsync(head, _end.Token);
            await stream.WriteAsync(body, _end.Token);
        }
    }
}
