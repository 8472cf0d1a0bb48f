using System.Net;
using System.Net.Sockets;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>A real registry on a port of this machine, which gives images to one user only. An engine takes it as it is: loopback needs no TLS.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    public const string User = "deployer";
    public const string Password = "hunter2000";
    private readonly string _folder = Directory.CreateTempSubdirectory("release-registry-").FullName;
    private Command? _server;

    private int Port { get; } = FreePort();

    /// <summary>Gets its name in images.</summary>
    public string Name => $"127.0.0.1:{Port}";

    public static async Task<RegistryServer> Start()
    {
        var registry = new RegistryServer();

        // The password as bcrypt has it: htpasswd -nbB.
        await File.WriteAllTextAsync(Path.Combine(registry._folder, "htpasswd"), $"{User}:$2y$05$abcdefghijklmnopqrstuufC8ACL.CqfgvumwvXYv.lLeLr/xqWjC\n");
        await File.WriteAllTextAsync(Path.Combine(registry._folder, "config.yml"), $"""
            version: 0.1
            storage:
              filesystem:
                rootdirectory: {registry._folder}/data
            http:
              addr: {registry.Name}
            auth:
              htpasswd:
                realm: test
                path: {registry._folder}/htpasswd

            """);
        await registry.Run();
        return registry;
    }

    public async Task Run()
    {
        var server = _server = Command.Start(_folder, Machine.CleanEnvironment(), "docker-registry", "serve", Path.Combine(_folder, "config.yml"));
        using var http = new HttpClient();
        await Eventually.Holds("the registry answers", TimeSpan.FromSeconds(10), async () =>
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://{Name}/v2/"));
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            }
            catch (HttpRequestException) when (!server.HasExited)
            {
                return false;
            }
        });
    }

    /// <summary>Has an engine push an image here, and forget it.</summary>
    public async Task Push(OwnEngine engine, string image, string name)
    {
        var here = $"{Name}/{name}";
        string[] docker = ["--config", Path.Combine(_folder, "docker"), "--host", engine.Address];
        _ = await Command.Require(_folder, "docker", [.. docker, "login", "--username", User, "--password", Password, Name]);
        _ = await Command.Require(_folder, "docker", [.. docker, "tag", image, here]);
        _ = await Command.Require(_folder, "docker", [.. docker, "push", "--quiet", here]);
        await engine.Client.Untag(here, CancellationToken.None);
    }

    public async Task Stop()
    {
        if (_server is { } server)
        {
            server.Send(Machine.Terminate);
            _ = await server.End();
            server.Dispose();
            _server = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
