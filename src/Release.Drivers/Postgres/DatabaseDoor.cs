using System.Globalization;

namespace Release.Drivers.Postgres;

/// <summary>Keeps sessions out of a database while it is renamed, since nobody is renamed under a session.</summary>
/// <param name="database">The database beside which it is.</param>
internal sealed class DatabaseDoor(PostgresDatabase database)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(30);

    public static async Task<bool> IsOpen(PgSession session, string name, CancellationToken cancellation) =>
        await session.One($"SELECT datallowconn::text FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(name)}", cancellation) == "true";

    /// <summary>Lets sessions in; no error when there is no such database.</summary>
    public static async Task Open(PgSession session, string name, CancellationToken cancellation)
    {
        if (await OwnDatabases.Exists(session, name, cancellation) && !await IsOpen(session, name, cancellation))
        {
            await session.Do($"ALTER DATABASE {PgText.Identifier(name)} ALLOW_CONNECTIONS true", cancellation);
        }
    }

    public static Task Close(PgSession session, string name, CancellationToken cancellation) =>
        session.Do($"ALTER DATABASE {PgText.Identifier(name)} ALLOW_CONNECTIONS false", cancellation);

    /// <summary>Ends its sessions; how many. One that is told to end needs a moment for it.</summary>
    /// <exception cref="DatabaseException">Some do not end.</exception>
    public async Task<int> Empty(PgSession session, string name, CancellationToken cancellation)
    {
        var (began, ended) = (database.Context.Time.GetTimestamp(), 0);
        while (true)
        {
            ended = Math.Max(ended, await OwnDatabases.EndSessions(session, name, cancellation));
            var left = int.Parse((await session.One($"SELECT count(*)::text FROM pg_catalog.pg_stat_activity WHERE datname = {PgText.Literal(name)} AND pid <> pg_catalog.pg_backend_pid() AND {OwnDatabases.OfPeople}", cancellation))!, CultureInfo.InvariantCulture);
            if (left == 0)
            {
                return ended;
            }

            if (database.Context.Time.GetElapsedTime(began) > Leaving)
            {
                throw new DatabaseException($"{left} sessions on {name} do not end.");
            }

            await Task.Delay(Pause, database.Context.Time, cancellation);
        }
    }
}
