using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;
using Release.Configuration;

namespace Release.Probes;

/// <summary>Something listens on a port.</summary>
public sealed record TcpProbeOptions : ProbeOptions
{
    /// <summary>Gets the name or address.</summary>
    [MayHoldPlaceholders]
    public required string Host { get; init; }

    /// <summary>Gets the port.</summary>
    [Range(1, 65535)]
    public required int Port { get; init; }
}

/// <summary>
/// Connects and hangs up. A refused connection is an answer: the machine is there and nothing listens. No answer, an
/// unknown name or no route is none.
/// </summary>
internal static class TcpProbe
{
    public static async Task<ProbeResult> Look(TcpProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var place = $"{context.Placeholders.Show(options.Host)}:{options.Port}";
        var host = context.Placeholders.Resolve(options.Host);
        if (string.IsNullOrWhiteSpace(host))
        {
            return new(ProbeVerdict.Unavailable, $"{place}: the host is empty", "Correct the host.");
        }

        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, options.Port, cancellation);
            return new(ProbeVerdict.Pass, $"{place} accepts connections");
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return new(ProbeVerdict.Fail, $"{place} refuses connections", "Start what should listen there, or correct the port.");
        }
        catch (SocketException problem)
        {
            return new(ProbeVerdict.Unavailable, $"{place} could not be reached: {problem.Message}");
        }
    }
}
