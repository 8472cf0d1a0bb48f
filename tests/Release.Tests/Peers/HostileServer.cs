using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Release.Tests.Peers;

/// <summary>
/// A server on a free loopback port that does with each request whatever the test says, byte by byte: what a web
/// framework would never send.
/// </summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Exchange, Task> _answer;
    private readonly Task _serving;
    private readonly ConcurrentDictionary<Task, bool> _open = new();
    private int _connections;
    private long _sent;

    public HostileServer(Func<Exchange, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _serving = Serve();
    }

    public Uri Address { get; }

    /// <summary>What was asked, as <c>GET /path</c>, in order of arrival.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public int Connections => _connections;

    /// <summary>Whether it answers whatever is sent, without waiting for a whole request.</summary>
    public bool AnswersAtOnce { get; set; }

    /// <summary>How many bytes the clients' sockets took.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Quietly(_serving);
        foreach (var open in _open.Keys)
        {
            await Quietly(open);
        }

        _end.Dispose();
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client hung up, or the test is over.
        }
    }

    private async Task Serve()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = Interlocked.Increment(ref _connections);
            var talking = Quietly(Talk(client));
            _ = _open.TryAdd(talking, true);
        }
    }

    private async Task Talk(TcpClient client)
    {
        using (client)
        {
            while (await Exchange.Read(client, AnswersAtOnce, count => Interlocked.Add(ref _sent, count), _end.Token) is { } exchange)
            {
                Asked.Enqueue($"{exchange.Method} {exchange.Path}");
                await _answer(exchange);
                if (!exchange.KeepOpen)
                {
                    return;
                }
            }
        }
    }
}

/// <summary>One request, and the bare connection to answer on.</summary>
internal sealed class Exchange
{
    private readonly TcpClient _client;
    private readonly Action<int> _sent;

    private Exchange(TcpClient client, string head, string body, Action<int> sent, CancellationToken end)
    {
        var words = head.Split(' ', 3);
        (_client, Method, Path, Body, _sent, End) = (client, words[0], words[1], body, sent, end);
    }

    public string Method { get; }

    public string Path { get; }

    public string Body { get; }

    /// <summary>This server's name and port.</summary>
    public string Host => _client.Client.LocalEndPoint!.ToString()!;

    /// <summary>The test is over.</summary>
    public CancellationToken End { get; }

    /// <summary>Whether the connection stays for another request.</summary>
    public bool KeepOpen { get; set; }

    public static async Task<Exchange?> Read(TcpClient client, bool atOnce, Action<int> sent, CancellationToken end)
    {
        var stream = client.GetStream();
        var head = new StringBuilder();
        var one = new byte[1];
        if (atOnce)
        {
            return await stream.ReadAsync(new byte[16 * 1024], end) == 0 ? null : new Exchange(client, "? ?", "", sent, end);
        }

        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, end) == 0)
            {
                return null;
            }

            _ = head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var length = lines.Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line["Content-Length:".Length..])).FirstOrDefault();
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, end);
        return new Exchange(client, lines[0], Encoding.UTF8.GetString(body), sent, end);
    }

    public Task Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public async Task Send(byte[] bytes)
    {
        await _client.GetStream().WriteAsync(bytes, End);
        _sent(bytes.Length);
    }

    /// <summary>A whole answer with the length that it has.</summary>
    public Task Answer(int status, string body, string headers = "Content-Type: application/json\r\n") =>
        Answer(status, Encoding.UTF8.GetBytes(body), headers);

    public async Task Answer(int status, byte[] body, string headers = "Content-Type: application/json\r\n")
    {
        await Send($"HTTP/1.1 {status} x\r\n{headers}Content-Length: {body.Length}\r\n\r\n");
        await Send(body);
        KeepOpen = true;
    }

    /// <summary>The same bytes again and again, for as long as the client takes them.</summary>
    public async Task Forever(byte[] bytes, TimeSpan pause = default)
    {
        while (true)
        {
            await Send(bytes);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, End);
            }
        }
    }

    public Task Silence() => Task.Delay(Timeout.Infinite, End);

    /// <summary>The connection ends with a reset instead of a goodbye.</summary>
    public Task Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    }
}
