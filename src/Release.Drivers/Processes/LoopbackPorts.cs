using System.Net;
using System.Net.Sockets;
using Release.Drivers.Kong;

namespace Release.Drivers.Processes;

/// <summary>Ports of this machine that nobody outside it can reach.</summary>
internal static class LoopbackPorts
{
    private const int Tries = 100;

    /// <summary>A port that is free now and not among the taken ones, which may be those of programs that do not run at the moment.</summary>
    public static int Choose(IReadOnlySet<int> taken)
    {
        for (var left = Tries; left > 0; left--)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (!taken.Contains(port))
            {
                return port;
            }
        }

        throw new IOException("No free port was found on 127.0.0.1.");
    }

    /// <summary>The ports that an environment's programs have, whether they run or not.</summary>
    public static IReadOnlySet<int> TakenIn(string state)
    {
        var instances = new DirectoryInfo(Path.Combine(state, "instances"));
        var taken = (instances.Exists ? instances.EnumerateDirectories() : [])
            .Select(folder => InstanceRecord.Read(folder.FullName))
            .OfType<InstanceRecord>()
            .Select(record => record.Port);
        return GatewayPorts.Read(state) is { } gateway
            ? new HashSet<int>([.. taken, gateway.Proxy, gateway.Admin])
            : new HashSet<int>(taken);
    }

    /// <summary>Whether nobody listens there.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
