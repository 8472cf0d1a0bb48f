using System.Net;
using System.Net.Sockets;

namespace Release.Drivers.Webhook;

/// <summary>
/// Connects to where a message may go. It decides on the address that is really connected to, whatever the name said before: an
/// address that hands out a machine's credentials (169.254.169.254 and its like) is none, in any of its spellings.
/// </summary>
internal static class OutwardConnection
{
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LinkLocal = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPNetwork ThisNetwork = IPNetwork.Parse("0.0.0.0/8");
    private static readonly IPAddress AmazonMetadata = IPAddress.Parse("fd00:ec2::254");

    /// <summary>A client that follows no redirects, keeps no cookies, and connects by <see cref="Connect"/>.</summary>
    public static HttpClient Client(bool isHere) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !isHere,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 32,
        ConnectCallback = Connect,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // It would not cover the body; the token of each call does.
    };

    /// <summary>Whether a message may go there.</summary>
    public static bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : address.AddressFamily is AddressFamily.InterNetworkV6 && Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes()[12..])
            : address;
        return plain.AddressFamily is AddressFamily.InterNetwork
            ? !LinkLocal.Contains(plain) && !ThisNetwork.Contains(plain) && plain.GetAddressBytes()[0] < 224
            : !plain.IsIPv6LinkLocal && !plain.IsIPv6Multicast && !plain.Equals(IPAddress.IPv6Any) && !plain.Equals(AmazonMetadata);
    }

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var allowed = addresses.Where(IsAllowed).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException("its address is one that no message is sent to (link-local, metadata, multicast)");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
