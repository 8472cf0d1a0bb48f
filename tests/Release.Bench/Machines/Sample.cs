using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Release.Bench.Machines;

/// <summary>An instance of the service that the environment releases, started without any of the machinery.</summary>
internal sealed class Sample : IAsyncDisposable
{
    private readonly BackgroundProcess _process;

    private Sample(BackgroundProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public Uri Health => HealthAt(Port);

    /// <summary>Starts an instance, and returns when it is healthy.</summary>
    /// <param name="commands">How programs are started.</param>
    /// <param name="workspace">An environment in which something was released: its oldest artefact is started.</param>
    public static async Task<Sample> Start(Commands commands, Workspace workspace)
    {
        var program = Directory.GetFiles(Path.Combine(workspace.State, "artefacts"), "Release.Sample", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var port = FreePort();
        using var client = new HttpClient();
        var process = await BackgroundProcess.Start(
            commands.Direct, _ => Answers(client, HealthAt(port)), program, "--port", port.ToString(CultureInfo.InvariantCulture));
        return new Sample(process, port);
    }

    public static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Whether something answers there with success.</summary>
    public static async Task<bool> Answers(HttpClient client, Uri address)
    {
        try
        {
            using var answer = await client.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static Uri HealthAt(int port) => new($"http://127.0.0.1:{port}/health");
}
