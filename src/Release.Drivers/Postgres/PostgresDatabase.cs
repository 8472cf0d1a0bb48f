using System.Globalization;

namespace Release.Drivers.Postgres;

/// <summary>The database of one section of the configuration: its connection, its programs, its backups.</summary>
/// <param name="options">The section.</param>
/// <param name="context">The surroundings.</param>
internal sealed class PostgresDatabase(PostgresBackupOptions options, DriverContext context)
{
    private const string Maintenance = "postgres";

    public PostgresBackupOptions Options => options;

    public DriverContext Context => context;

    public BackupFolder Folder { get; } = new(FolderOf(options, context));

    /// <summary>Gets the connection; its secret is resolved each time, and nowhere before.</summary>
    public PgPlace Place => PgPlace.Of(options.Connection, context.Resolve, context.Root);

    public string Name => context.Resolve(options.Connection.Database);

    /// <summary>Where the backups of a section are.</summary>
    public static string FolderOf(PostgresBackupOptions options, DriverContext context) => options.Path is { } path
        ? Path.Combine(Path.GetFullPath(path, Path.GetFullPath(context.Root)), context.Environment.Replace('/', '-'), options.Id)
        : Path.Combine(context.State, "backups", options.Id);

    /// <summary>Connects to it, or to another database of its server.</summary>
    /// <exception cref="DatabaseException">It cannot be.</exception>
    public Task<PgSession> Open(CancellationToken cancellation, string? database = null) =>
        PgSession.Open(database is null ? Place : Place with { Database = database }, cancellation);

    /// <summary>Connects to a database of its server that it is not, since nobody renames the one that he is in.</summary>
    public async Task<PgSession> OpenBeside(CancellationToken cancellation)
    {
        try
        {
            return await Open(cancellation, Name == Maintenance ? "template1" : Maintenance);
        }
        catch (DatabaseException) when (Name != Maintenance)
        {
            return await Open(cancellation, "template1");
        }
    }

    /// <summary>The programs that speak with this server.</summary>
    /// <exception cref="DatabaseException">There are none, or the server is too old.</exception>
    public async Task<IClientPrograms> Programs(PgSession session, CancellationToken cancellation) => session.Major < FingerprintReader.OldestMajor
        ? throw new DatabaseException($"The server is PostgreSQL {session.Version}; backups are taken of {FingerprintReader.OldestMajor} and newer.")
        : options.ClientContainer is { } container ? await ContainerPrograms.For(container, session.Major, context, Place, options.Timeout, cancellation)
        : new HostPrograms(await PgClient.For(session.Major, options.Client is { } folder ? Path.GetFullPath(folder, context.Root) : null, context.Tool, cancellation), context, Place, options.Timeout);

    /// <summary>What the database's own tables and large objects take, without what every database has.</summary>
    public static async Task<long> DataSize(PgSession session, CancellationToken cancellation) => long.Parse(
        (await session.One(
            "SELECT (coalesce(sum(pg_table_size(c.oid)), 0) + pg_table_size('pg_catalog.pg_largeobject'))::bigint::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            + "WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
            cancellation))!,
        CultureInfo.InvariantCulture);
}
