using Release.Drivers;
using Release.Drivers.Postgres;
using Release.Output;
using Release.Tools;

namespace Release.Tests.Postgres;

/// <summary>A test with a PostgreSQL server of its own; skipped, saying why, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresProcess.Missing;
}

/// <summary>One server for a whole class.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string Password = PostgresProcess.Password;

    private readonly PostgresProcess _process = new();

    public int Port => _process.Port;

    public SecretMask Mask { get; } = new();

    /// <summary>Gets the folder of its extensions.</summary>
    public string Extensions => _process.Extensions;

    public async Task InitializeAsync()
    {
        if (PostgresProcess.Missing is null)
        {
            _ = Mask.Register(Password);
            await _process.Make();
        }
    }

    public Task Start() => _process.Start();

    /// <summary>Ends it as a crash would.</summary>
    public Task Crash() => _process.Crash();

    public Task DisposeAsync() => _process.End();

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
