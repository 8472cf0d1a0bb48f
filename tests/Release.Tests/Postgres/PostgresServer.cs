using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Release.Drivers;
using Release.Drivers.Postgres;
using Release.Output;
using Release.Tools;

namespace Release.Tests.Postgres;

/// <summary>A test with a PostgreSQL server of its own; skipped, saying why, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>One server for a whole class, in a folder of its own, run by a user without rights since it refuses root.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    /// <summary>Everything that a password file, a shell or a connection string could trip over.</summary>
    public const string Password = "p:a\\s's\"w;o=r d$x%40ü";

    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).OrderDescending(StringComparer.Ordinal).FirstOrDefault()
        : null;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("release-postgres-");

    public static string? Missing { get; } = Programs is not null ? null
        : Environment.GetEnvironmentVariable("RELEASE_REQUIRE_SERVERS") == "true" ? null
        : "postgresql is not installed (./build.sh Servers installs it on Debian)";

    public int Port { get; private set; }

    public SecretMask Mask { get; } = new();

    private string Data => Path.Combine(_folder.FullName, "data");

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        var password = Path.Combine(_folder.FullName, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.UserName == "root")
        {
            await Run("chown", "-R", "postgres:", _folder.FullName);
        }

        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        _ = Mask.Register(Password);
        await As("initdb", "--no-sync", "--username=postgres", $"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", $"--pgdata={Data}");
        await Start();
    }

    public Task Start() => As(
        "pg_ctl", "--wait", $"--pgdata={Data}", $"--log={Path.Combine(_folder.FullName, "log")}",
        $"--options=-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder.FullName} -c fsync=off -c max_connections=40 -c autovacuum=off", "start");

    /// <summary>Ends it as a crash would.</summary>
    public Task Crash() => As("pg_ctl", "--wait", "--mode=immediate", $"--pgdata={Data}", "stop");

    public async Task DisposeAsync()
    {
        if (Missing is null)
        {
            await Crash();
        }

        _folder.Delete(recursive: true);
    }

    public PostgresConnectionOptions Connection(string database, string user = "postgres") => new() { Host = "127.0.0.1", Port = Port, Database = database, User = user, Password = "${env:PASSWORD}" };

    /// <summary>A connection of the test's own.</summary>
    internal Task<PgSession> Open(string database) => PgSession.Open(new("127.0.0.1", Port, database, "postgres", Password), default);

    public async Task Sql(string database, string sql)
    {
        await using var session = await Open(database);
        await session.Do(sql, default);
    }

    public async Task<string?> Ask(string database, string sql)
    {
        await using var session = await Open(database);
        return await session.One(sql, default);
    }

    public DriverContext Context(string root, Action<string> report) => new(root, "test", new Tool(TimeProvider.System, Mask), TimeProvider.System, report)
    {
        Resolve = text => text.Replace("${env:PASSWORD}", Password, StringComparison.Ordinal),
    };

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
}
