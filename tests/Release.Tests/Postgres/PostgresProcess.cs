using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Release.Tests.Postgres;

/// <summary>
/// A PostgreSQL server in a folder of its own, run by a user without rights since it refuses root. Its programs are copies, so that it
/// looks for extensions in that folder, too: it finds its files from where it is.
/// </summary>
public sealed class PostgresProcess
{
    /// <summary>Everything that a password file, a shell or a connection string could trip over.</summary>
    public const string Password = "p:a\\s's\"w;o=r d$x%40ü";

    private const string Installed = "/usr/lib/postgresql";
    private static readonly string[] Copied = ["initdb", "pg_ctl", "postgres"];

    private static readonly string? Version = Directory.Exists(Installed)
        ? Directory.EnumerateDirectories(Installed).Where(d => File.Exists(Path.Combine(d, "bin", "initdb"))).Select(Path.GetFileName).OrderDescending(StringComparer.Ordinal).FirstOrDefault()
        : null;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("release-postgres-");

    /// <summary>Gets why there can be none; null where there can, and where its absence is to fail.</summary>
    public static string? Missing { get; } = Version is not null ? null
        : Environment.GetEnvironmentVariable("RELEASE_REQUIRE_SERVERS") == "true" ? null
        : "postgresql is not installed (./build.sh Servers installs it on Debian)";

    /// <summary>Gets the folder of the programs that are installed.</summary>
    public static string Programs => Path.Combine(Installed, Version!, "bin");

    public int Port { get; private set; }

    /// <summary>Gets the folder of its extensions.</summary>
    public string Extensions => Path.Combine(Share, "extension");

    private string Data => Path.Combine(_folder.FullName, "data");

    private string Share => Path.Combine(_folder.FullName, "share", "postgresql", Version!);

    private string Own => Path.Combine(_folder.FullName, "lib", "postgresql", Version!);

    /// <summary>Makes and starts one.</summary>
    public async Task Make()
    {
        Copy();
        var password = Path.Combine(_folder.FullName, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.UserName == "root")
        {
            await Run("chown", "-hR", "postgres:", _folder.FullName);
        }

        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await As("initdb", "--no-sync", "--username=postgres", $"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", $"--pgdata={Data}");
        await Start();
    }

    public Task Start() => As(
        "pg_ctl", "--wait", $"--pgdata={Data}", $"--log={Path.Combine(_folder.FullName, "log")}",
        $"--options=-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder.FullName} -c fsync=off -c max_connections=40 -c autovacuum=off", "start");

    /// <summary>Ends it as a crash would.</summary>
    public Task Crash() => As("pg_ctl", "--wait", "--mode=immediate", $"--pgdata={Data}", "stop");

    /// <summary>Ends it, and leaves nothing of it.</summary>
    public async Task End()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await Crash();
        }

        _folder.Delete(recursive: true);
    }

    private void Copy()
    {
        _ = Directory.CreateDirectory(Path.Combine(Own, "bin"));
        _ = Directory.CreateDirectory(Extensions);
        _ = File.CreateSymbolicLink(Path.Combine(Own, "lib"), Path.Combine(Installed, Version!, "lib"));
        foreach (var program in Copied)
        {
            File.Copy(Path.Combine(Programs, program), Path.Combine(Own, "bin", program));
        }

        var shared = $"/usr/share/postgresql/{Version}";
        foreach (var entry in Directory.EnumerateFileSystemEntries(shared).Where(e => Path.GetFileName(e) != "extension"))
        {
            _ = File.CreateSymbolicLink(Path.Combine(Share, Path.GetFileName(entry)), entry);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(shared, "extension"), "plpgsql*"))
        {
            _ = File.CreateSymbolicLink(Path.Combine(Extensions, Path.GetFileName(file)), file);
        }
    }

    private Task As(string program, params string[] arguments) => Environment.UserName == "root"
        ? Run("runuser", ["-u", "postgres", "--", Path.Combine(Own, "bin", program), .. arguments])
        : Run(Path.Combine(Own, "bin", program), arguments);

    private static async Task Run(string program, params string[] arguments)
    {
        // Its output is not taken: the server inherits it and would hold it open.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }
}
