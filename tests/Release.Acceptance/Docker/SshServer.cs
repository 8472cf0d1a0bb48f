using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Release.Acceptance.Processes;
using Release.Drivers.Docker;

namespace Release.Acceptance.Docker;

/// <summary>
/// A real sshd on a port of this machine, with a host key of its own, a key that may log in, and one that is nobody's there.
/// Each client has a configuration of its own: nobody's <c>~/.ssh</c> is read or written.
/// </summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("release-ssh-").FullName;
    private Command _server = null!;

    public int Port { get; } = FreePort();

    public static async Task<SshServer> Start()
    {
        var server = new SshServer();
        foreach (var key in new[] { "host", "user", "stranger", "unprivileged" })
        {
            _ = await Command.Require(server._folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", key);
        }

        // The second key's commands run as nobody: a user without a right to the engine.
        await server.Write("authorized_keys", await server.Read("user.pub")
            + "command=\"setpriv --reuid=65534 --regid=65534 --clear-groups sh -c \\\"$SSH_ORIGINAL_COMMAND\\\"\" " + await server.Read("unprivileged.pub"));
        await server.Write("sshd_config", $"""
            ListenAddress 127.0.0.1
            Port {server.Port}
            HostKey {server._folder}/host
            PidFile {server._folder}/pid
            AuthorizedKeysFile {server._folder}/authorized_keys
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            StrictModes no
            UsePAM no

            """);

        // Where sshd shuts itself in before anybody has logged in; its package's start makes it, and nothing starts it here.
        _ = Directory.CreateDirectory("/run/sshd");
        server._server = Command.Start(server._folder, Machine.CleanEnvironment(), Machine.Find("sshd")!, "-D", "-e", "-f", Path.Combine(server._folder, "sshd_config"));
        await Eventually.Holds("sshd listens", TimeSpan.FromSeconds(10), async () => server._server.HasExited
            ? throw new InvalidOperationException($"sshd does not start.\n{await server._server.End()}")
            : await IsOpen(server.Port));
        return server;
    }

    /// <summary>The engine behind this server, at a socket of its machine.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="key">Who logs in: <c>user</c>, <c>stranger</c>, <c>unprivileged</c>.</param>
    /// <param name="isKnown">Whether the client knows the server's host key.</param>
    public async Task<DockerHost> Engine(string socket, string key = "user", bool isKnown = true)
    {
        var name = $"{key}-{isKnown}";
        await Write($"{name}.known", isKnown ? $"[127.0.0.1]:{Port} {await Read("host.pub")}" : "");
        await Write($"{name}.config", $"""
            IdentityFile {_folder}/{key}
            IdentitiesOnly yes
            IdentityAgent none
            UserKnownHostsFile {_folder}/{name}.known
            GlobalKnownHostsFile /dev/null
            StrictHostKeyChecking yes

            """);
        await Machine.WriteScript(_folder, $"{name}.ssh", $"exec ssh -F {_folder}/{name}.config \"$@\"");
        return DockerHost.Parse($"ssh://root@127.0.0.1:{Port}{socket}") with { Ssh = Path.Combine(_folder, $"{name}.ssh") };
    }

    /// <summary>Breaks off every connection that there is: what serves it is killed.</summary>
    public async Task Cut()
    {
        using var list = Command.Start(_folder, Machine.CleanEnvironment(), "ps", "-o", "pid=", "--ppid", $"{_server.Id}");
        foreach (var served in (await list.End()).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Machine.Send(int.Parse(served, CultureInfo.InvariantCulture), Machine.Kill);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _server.Send(Machine.Terminate);
        _ = await _server.End();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<string> Read(string file) => File.ReadAllTextAsync(Path.Combine(_folder, file));

    private Task Write(string file, string text) => File.WriteAllTextAsync(Path.Combine(_folder, file), text);

    private static async Task<bool> IsOpen(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
