using Release.Drivers;
using Release.Drivers.Postgres;
using Release.Output;
using Release.Tools;

namespace Release.Tests.Postgres;

/// <summary>A test with a PostgreSQL server of its own; skipped, saying why, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresCluster.Missing;
}

/// <summary>One server for a whole class, and what reaches it.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    /// <summary>Everything that a password file, a shell or a connection string could trip over.</summary>
    public const string Password = "p:a\\s's\"w;o=r d$x%40ü";

    private PostgresCluster? _cluster;

    public int Port => _cluster!.Port;

    public SecretMask Mask { get; } = new();

    public async Task InitializeAsync()
    {
        if (PostgresCluster.Missing is null)
        {
            _ = Mask.Register(Password);
            _cluster = await PostgresCluster.Begin(Password);
        }
    }

    public Task Start() => _cluster!.Start();

    /// <summary>Ends it as a crash would.</summary>
    public Task Crash() => _cluster!.Crash();

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
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
}
