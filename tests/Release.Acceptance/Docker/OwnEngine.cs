using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Release.Acceptance.Processes;
using Release.Certificates;
using Release.Drivers.Docker;
using Release.Tests.Certificates;

namespace Release.Acceptance.Docker;

/// <summary>
/// A Docker Engine of this test run's own: its data, socket and networks are its alone, and gone at the end. Its
/// containers outlive a restart of it, as on a host where somebody has thought about that.
/// </summary>
internal sealed class OwnEngine : IAsyncDisposable
{
    private const string Prefix = "release-docker-";
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Stopping = TimeSpan.FromSeconds(30);
    private readonly string _folder;
    private readonly int _port = FreePort();
    private TlsFiles _shown = null!;
    private Command _daemon = null!;

    private OwnEngine(string folder)
    {
        _folder = folder;
        Client = new(DockerHost.Parse(Address), TimeProvider.System);
    }

    /// <summary>Gets the address of its socket, as <c>DOCKER_HOST</c> has it.</summary>
    public string Address => $"unix://{_folder}/d.sock";

    /// <summary>Gets the folder of the socket: a container that mounts it still finds the socket after a restart.</summary>
    public string SocketFolder => _folder;

    /// <summary>Gets the address at which it speaks TLS, with whom <see cref="Authority"/> made a certificate for.</summary>
    public string TlsAddress => $"tcp://127.0.0.1:{_port}";

    /// <summary>Gets whom it trusts, and from whom its own certificate is.</summary>
    public TestAuthority Authority { get; private set; } = null!;

    public DockerEngine Client { get; }

    public static async Task<OwnEngine> Start()
    {
        await SweepOrphans();

        // Short: the path of a socket has at most 107 characters.
        var engine = new OwnEngine(Directory.CreateTempSubdirectory(Prefix).FullName);
        await File.WriteAllTextAsync(Path.Combine(engine._folder, "owner"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(Path.Combine(engine._folder, "daemon.json"), "{}");
        engine.Authority = new TestAuthority(engine._folder, "engine");
        engine._shown = engine.Authority.Issue("127.0.0.1");
        await engine.Run();
        return engine;
    }

    /// <summary>Stops the engine and starts it again; containers run on.</summary>
    public async Task Restart()
    {
        await Stop();
        await Run();
    }

    /// <summary>Stops the engine only.</summary>
    public async Task Stop()
    {
        _daemon.Send(Machine.Terminate);
        _ = await _daemon.End(Stopping);
        _daemon.Dispose();
    }

    /// <summary>Starts it, and returns when it answers.</summary>
    public async Task Run()
    {
        _daemon = Command.Start(_folder, Machine.CleanEnvironment(), "dockerd", Arguments());
        var daemon = _daemon;
        await Eventually.Holds("the engine answers", Starting, async () =>
        {
            try
            {
                _ = await Client.Version(CancellationToken.None);
                return true;
            }
            catch (DockerUnavailableException) when (!daemon.HasExited)
            {
                return false;
            }
            catch (DockerUnavailableException)
            {
                throw new InvalidOperationException($"The engine does not start.\n{await daemon.End()}");
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Clear();
        await Stop();
        Client.Dispose();
        Authority.Dispose();
        await Remove(_folder);
    }

    /// <summary>Removes every container and network: what is left running would outlive the engine.</summary>
    private async Task Clear()
    {
        var none = new Dictionary<string, string?>();
        foreach (var container in await Client.Containers(none, all: true, CancellationToken.None))
        {
            await Client.Remove(container.Id, force: true, CancellationToken.None);
        }

        foreach (var network in (await Client.Networks(none, CancellationToken.None)).Where(network => network.Driver == "bridge" && network.Name != "bridge"))
        {
            await Client.RemoveNetwork(network.Id, CancellationToken.None);
        }
    }

    private string[] Arguments() =>
    [
        "--config-file", Path.Combine(_folder, "daemon.json"), "--data-root", Path.Combine(_folder, "data"), "--exec-root", Path.Combine(_folder, "exec"),
        "--host", Address, "--host", TlsAddress, "--tlsverify", "--tlscacert", Authority.File, "--tlscert", _shown.Certificate!, "--tlskey", _shown.Key!, "--pidfile", Path.Combine(_folder, "pid"), "--live-restore", "--ip6tables=false",

        // The bridge that every engine would take is not needed, so that another engine on this machine keeps it. Compose's
        // own networks get ranges that are free.
        "--bridge=none",
    ];

    // A test run that was killed leaves its engine behind: the next one clears it away.
    private static async Task SweepOrphans()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (!TryRead(Path.Combine(folder, "owner"), out var owner) || Machine.IsAlive(owner))
            {
                continue;
            }

            if (TryRead(Path.Combine(folder, "pid"), out var daemon) && (await Machine.CommandLine(daemon)).Contains(folder, StringComparison.Ordinal))
            {
                var orphan = new OwnEngine(folder);
                await orphan.Clear();
                orphan.Client.Dispose();
                Machine.Send(daemon, Machine.Terminate);
                await Eventually.Holds("an orphaned engine ends", Stopping, () => !Machine.IsAlive(daemon));
            }

            await Remove(folder);
        }
    }

    // An engine that was killed leaves what it had mounted. What cannot be removed is in nobody's way: each engine has a folder of its own.
    private static async Task Remove(string folder)
    {
        foreach (var place in (await File.ReadAllLinesAsync("/proc/mounts")).Select(line => line.Split(' ')[1]).Where(place => place.StartsWith(folder + "/", StringComparison.Ordinal)).Reverse())
        {
            using var unmount = Command.Start(Path.GetTempPath(), Machine.CleanEnvironment(), "umount", ["--lazy", place]);
            _ = await unmount.End(Stopping);
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool TryRead(string file, out int id)
    {
        id = 0;
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }
}
