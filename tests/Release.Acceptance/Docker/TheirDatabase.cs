using Npgsql;
using Release.Tests.Postgres;

namespace Release.Acceptance.Docker;

/// <summary>The runbook's database on a real server: its tables beside all that makes a dump hard.</summary>
internal sealed class TheirDatabase : IAsyncDisposable
{
    public const string Name = "opsconductor";
    public const string Password = PostgresProcess.Password;

    private readonly PostgresProcess _server = new();

    public int Port => _server.Port;

    public static async Task<TheirDatabase> Start()
    {
        var database = new TheirDatabase();
        await database._server.Make();
        await database.Do("postgres", $"CREATE ROLE {Name} LOGIN CREATEDB PASSWORD '{Password.Replace("'", "''", StringComparison.Ordinal)}'", "postgres");
        await database.Do("postgres", $"CREATE DATABASE {Name} OWNER {Name}", "postgres");
        await database.Do(Shop.Sql);
        await database.Do("""
            CREATE TABLE users (id bigserial PRIMARY KEY, name text NOT NULL);
            CREATE TABLE workflows (id bigserial PRIMARY KEY, owner bigint NOT NULL REFERENCES users);
            CREATE TABLE executions (id bigserial PRIMARY KEY, workflow bigint NOT NULL REFERENCES workflows, output text);
            CREATE TABLE schema_migrations (version text PRIMARY KEY);
            INSERT INTO users (name) SELECT 'user ' || i FROM generate_series(1, 20) i;
            INSERT INTO workflows (owner) SELECT 1 + i % 20 FROM generate_series(1, 50) i;
            INSERT INTO executions (workflow, output) SELECT 1 + i % 50, 'pong ' || i FROM generate_series(1, 500) i;
            INSERT INTO schema_migrations VALUES ('20241201'), ('20250101');
            """);
        return database;
    }

    /// <summary>Runs statements in the runbook's database, as its owner.</summary>
    public Task Do(string sql) => Do(Name, sql, Name);

    public async ValueTask DisposeAsync() => await _server.End();

    private async Task Do(string database, string sql, string user)
    {
        var connection = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = Port, Database = database, Username = user, Password = Password, Pooling = false };
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        _ = await command.ExecuteNonQueryAsync();
    }
}
