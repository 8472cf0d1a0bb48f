using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Release.Tests.Postgres;

/// <summary>A PostgreSQL server of a test's own, in a folder of its own, run by a user without rights since it refuses root.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).OrderDescending(StringComparer.Ordinal).FirstOrDefault()
        : null;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("release-postgres-");

    private PostgresCluster(int port) => Port = port;

    /// <summary>Gets why there can be none here, or null.</summary>
    public static string? Missing { get; } = Programs is not null ? null
        : Environment.GetEnvironmentVariable("RELEASE_REQUIRE_SERVERS") == "true" ? null
        : "postgresql is not installed (./build.sh Servers installs it on Debian)";

    public int Port { get; }

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>A server that runs, with the superuser <c>postgres</c>.</summary>
    public static async Task<PostgresCluster> Begin(string password)
    {
        var cluster = new PostgresCluster(FreePort());
        var file = Path.Combine(cluster._folder.FullName, "password");
        await File.WriteAllTextAsync(file, password);
        if (Environment.UserName == "root")
        {
            await Run("chown", "-R", "postgres:", cluster._folder.FullName);
        }

        await As("initdb", "--no-sync", "--username=postgres", $"--pwfile={file}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", $"--pgdata={cluster.Data}");
        await cluster.Start();
        return cluster;
    }

    public Task Start() => As(
        "pg_ctl", "--wait", $"--pgdata={Data}", $"--log={Path.Combine(_folder.FullName, "log")}",
        $"--options=-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder.FullName} -c fsync=off -c max_connections=40 -c autovacuum=off", "start");

    /// <summary>Ends it as a crash would.</summary>
    public Task Crash() => As("pg_ctl", "--wait", "--mode=immediate", $"--pgdata={Data}", "stop");

    public async ValueTask DisposeAsync()
    {
        await Crash();
        _folder.Delete(recursive: true);
    }

    /// <summary>Runs one of its programs as the user who may.</summary>
    private static Task As(string program, params string[] arguments) => Environment.UserName == "root"
        ? Run("runuser", ["-u", "postgres", "--", Path.Combine(Programs!, program), .. arguments])
        : Run(Path.Combine(Programs!, program), arguments);

    private static async Task Run(string program, params string[] arguments)
    {
        // Its output is not taken: the server inherits it and would hold it open.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
