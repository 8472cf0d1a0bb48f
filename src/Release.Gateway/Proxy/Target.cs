using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Release.Gateway.Proxy;

/// <summary>
/// One place that requests are sent to, with its own connections. Once it is retired and the last request in it has
/// ended, the pooled connections are closed, so that the instance behind it sees none and can be stopped without a
/// request racing against it.
/// </summary>
internal sealed class Target(string upstream, string name, TargetMetrics metrics, TimeProvider time)
{
    /// <summary>How long a connection may take to be made; on a request, from the service's <c>connect_timeout</c>.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> ConnectTimeout = new("connect-timeout");

    // Shorter than the keep-alive of any server worth naming (Node.js has 5 s), so that it is always this side that
    // closes an idle connection: the other side closing while a POST is on its way cannot be told from a lost POST.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private HttpMessageInvoker? _connections;
    private bool _isRetired;
    private int _inFlight;

    public string Upstream { get; } = upstream;

    public string Name { get; } = name;

    public TargetMetrics Metrics { get; } = metrics;

    /// <summary>Takes a request in. Every call is followed by one of <see cref="Leave"/>.</summary>
    public HttpMessageInvoker Enter()
    {
        Metrics.Begin();
        lock (_lock)
        {
            _inFlight++;
            return _connections ??= Connect();
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _inFlight--;
            CloseIfDone();
        }

        // After the connections: who reads "none in flight" may rely on their being closed.
        Metrics.End();
    }

    /// <summary>No request will enter any more, unless the target is revived.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
            CloseIfDone();
        }
    }

    public void Revive()
    {
        lock (_lock)
        {
            _isRetired = false;
        }
    }

    private void CloseIfDone()
    {
        if (_isRetired && _inFlight == 0)
        {
            _connections?.Dispose();
            _connections = null;
        }
    }

#pragma warning disable CA2000 // The invoker owns its handler, the stream its socket.
    private HttpMessageInvoker Connect() => new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = Dial,
        ConnectTimeout = Timeout.InfiniteTimeSpan,
        MaxConnectionsPerServer = int.MaxValue,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = IdleTimeout,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        UseCookies = false,
        UseProxy = false,
    });

    private async ValueTask<Stream> Dial(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var timeout = context.InitialRequestMessage.Options.TryGetValue(ConnectTimeout, out var given)
            ? given
            : TimeSpan.FromSeconds(60);
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException($"{Name}: no connection within {timeout.TotalSeconds} s");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
