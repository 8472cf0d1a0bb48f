using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Release.Drivers.Docker;

namespace Release.Tests.Docker;

/// <summary>
/// An engine that runs one program, by its bytes: a web server would not turn a request with a body into a conversation, as an engine does.
/// </summary>
internal sealed class ConversingEngine : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Stream, CancellationToken, Task> _program;
    private readonly int? _exitCode;
    private readonly Task _serving;

    /// <summary>Starts it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="exitCode">How it ends; null for an engine that forgets it.</param>
    public ConversingEngine(Func<Stream, CancellationToken, Task> program, int? exitCode)
    {
        (_program, _exitCode) = (program, exitCode);
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "d.sock")));
        _listener.Listen();
        _serving = Serve();
    }

    public ConcurrentQueue<string> Asked { get; } = new();

    public DockerHost Host => DockerHost.Parse($"unix://{_folder.FullName}/d.sock");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                _ = Answer(new NetworkStream(await _listener.AcceptAsync(_end.Token), ownsSocket: true));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    // One request a connection.
    private async Task Answer(NetworkStream stream)
    {
        await using (stream)
        {
            try
            {
                var request = await Request(stream);
                Asked.Enqueue(request);
                switch (request.Split(' ')[1].Split('/', 3)[^1])
                {
                    case "containers/db/exec":
                        await Say(stream, 201, "{\"Id\":\"e1\"}");
                        break;
                    case "exec/e1/start":
                        await stream.WriteAsync("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"u8.ToArray());
                        await _program(stream, _end.Token);
                        break;
                    case "exec/e1/json":
                        await (_exitCode is { } code ? Say(stream, 200, $"{{\"Running\":false,\"ExitCode\":{code}}}") : Say(stream, 404, "{\"message\":\"No such exec instance\"}"));
                        break;
                    default:
                        await Say(stream, 200, EngineDouble.Version);
                        break;
                }
            }
            catch (Exception over) when (over is OperationCanceledException or IOException)
            {
            }
        }
    }

    private static async Task Say(Stream stream, int status, string body) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));

    private async Task<string> Request(Stream stream)
    {
        var (text, one) = (new StringBuilder(), new byte[1]);
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _end.Token);
            _ = text.Append((char)one[0]);
        }

        var length = text.ToString().Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)) is { } header ? int.Parse(header.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _end.Token);
        return text + Encoding.UTF8.GetString(body);
    }
}
