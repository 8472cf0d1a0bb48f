using System.Globalization;
using Release.Planning;

namespace Release.Drivers.Postgres;

/// <summary>
/// Databases that are made here beside the one that is backed up. Each has a comment that says whose it is: what has no such
/// comment is never touched.
/// </summary>
/// <param name="database">The database beside which they are.</param>
internal sealed class OwnDatabases(PostgresDatabase database)
{
    private const string Prefix = "release_scratch_";

    private string Owner => $"Release made this for the environment {database.Context.Environment}, backup {database.Options.Id}; it may be dropped";

    private string Family => $"{Prefix}{Identity.Of(database.Context.Environment, database.Options.Id)[..8]}_";

    /// <summary>The scratch database of a backup.</summary>
    public string ScratchOf(string backup) => Family + Identity.Of(backup)[..16];

    /// <summary>Makes an empty one with the encoding, the locale and the tablespace of the original.</summary>
    /// <param name="session">A connection to another database.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="like">What it is to be like; null for the original as it is now.</param>
    /// <exception cref="DatabaseException">It cannot be made, or somebody else's has this name.</exception>
    public async Task Create(PgSession session, string name, CancellationToken cancellation, DatabaseFacts? like = null)
    {
        await Drop(session, name, cancellation);
        await session.Do(DatabaseLike.Create(name, like ?? await DatabaseLike.Of(session, database.Name, cancellation)), cancellation);
        await session.Do($"COMMENT ON DATABASE {PgText.Identifier(name)} IS {PgText.Literal(Owner)}", cancellation);
    }

    /// <summary>Drops one with the sessions on it; no error when there is none.</summary>
    /// <param name="session">A connection to another database.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="mark">Another comment that makes it ours; null for none.</param>
    /// <exception cref="DatabaseException">It is somebody else's.</exception>
    public async Task Drop(PgSession session, string name, CancellationToken cancellation, string? mark = null)
    {
        var found = await session.Rows(
            $"SELECT coalesce(pg_catalog.shobj_description(oid, 'pg_database'), ''), (datdba = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user))::text FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(name)}",
            cancellation);
        if (found.Count == 0)
        {
            return;
        }

        // Without a comment it is one that was made in the moment of a crash: nobody else comes to this name.
        if (found[0][0] != Owner && found[0][0] != mark && !(found[0][0]!.Length == 0 && found[0][1] == "true"))
        {
            throw new DatabaseException($"There is a database {name} that Release did not make for {database.Context.Environment}/{database.Options.Id}: it was left. Rename it, or drop it.");
        }

        await Remove(session, name, cancellation);
    }

    /// <summary>Drops the scratch databases that earlier runs left.</summary>
    public async Task<IReadOnlyList<string>> Sweep(PgSession session, CancellationToken cancellation)
    {
        var left = (await session.Rows(
            $"SELECT datname::text FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname::text, {PgText.Literal(Family)}) AND pg_catalog.shobj_description(oid, 'pg_database') = {PgText.Literal(Owner)}",
            cancellation)).Select(r => r[0]!).ToList();
        foreach (var name in left)
        {
            await Remove(session, name, cancellation);
        }

        return left;
    }

    /// <summary>A database's comment; empty for none.</summary>
    public static async Task<string> Mark(PgSession session, string name, CancellationToken cancellation) =>
        await session.One($"SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(name)}", cancellation) ?? "";

    /// <summary>Gives a database another comment.</summary>
    public static Task Note(PgSession session, string name, string mark, CancellationToken cancellation) =>
        session.Do($"COMMENT ON DATABASE {PgText.Identifier(name)} IS {PgText.Literal(mark)}", cancellation);

    /// <summary>Whether there is a database of this name.</summary>
    public static async Task<bool> Exists(PgSession session, string name, CancellationToken cancellation) =>
        await session.One($"SELECT '1' FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(name)}", cancellation) is not null;

    // Autovacuum's workers may be told to end by a superuser only, and go by themselves when the database is renamed.
    internal const string OfPeople = "backend_type IS DISTINCT FROM 'autovacuum worker'";

    /// <summary>Ends every session on a database.</summary>
    public static async Task<int> EndSessions(PgSession session, string name, CancellationToken cancellation) => int.Parse(
        (await session.One($"SELECT count(pg_catalog.pg_terminate_backend(pid))::text FROM pg_catalog.pg_stat_activity WHERE datname = {PgText.Literal(name)} AND pid <> pg_catalog.pg_backend_pid() AND {OfPeople}", cancellation))!,
        CultureInfo.InvariantCulture);

    private static async Task Remove(PgSession session, string name, CancellationToken cancellation)
    {
        if (session.Major >= 13)
        {
            await session.Do($"DROP DATABASE IF EXISTS {PgText.Identifier(name)} WITH (FORCE)", cancellation);
            return;
        }

        _ = await EndSessions(session, name, cancellation);
        await session.Do($"DROP DATABASE IF EXISTS {PgText.Identifier(name)}", cancellation);
    }
}
