using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Postgres;

/// <summary>Backups of a PostgreSQL database.</summary>
public sealed class PostgresBackup : IRestorableBackup
{
    private const int StampLength = 14;
    private static readonly string[] AsideWords = ["_before_", "_undone_"];
    private readonly PostgresDatabase _database;

    /// <summary>Makes the method; connects to nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    public PostgresBackup(PostgresBackupOptions options, DriverContext context) => _database = new(options, context);

    private PostgresBackupOptions Options => _database.Options;

    /// <inheritdoc/>
    public string Id => Options.Id;

    /// <inheritdoc/>
    public string Target => _database.Name;

    /// <inheritdoc/>
    public IReadOnlyList<IStep> Take(string name) =>
    [
        new TakeBackupStep($"take-backup-{Options.Id}", _database, name),
        new VerifyBackupStep($"verify-backup-{Options.Id}", _database, name),
        .. Options.Keep is { } keep ? [new PruneBackupsStep($"prune-backups-{Options.Id}", _database, keep)] : Array.Empty<IStep>(),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<KeptBackup> Kept()
    {
        // The newest is never that of another environment while there is one of this.
        var own = _database.Folder.All().OrderBy(b => b.Manifest.Environment != _database.Context.Environment);
        return [.. own.Select(b => new KeptBackup(Id, b.Manifest.Name, b.Manifest.TakenAt, b.Manifest.Size, b.Verified is not null))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> Aside(CancellationToken cancellation)
    {
        try
        {
            await using var session = await _database.OpenBeside(cancellation);
            var names = await session.Rows("SELECT datname::text FROM pg_catalog.pg_database", cancellation);
            return [.. names.Select(n => n[0]!).Where(IsAside).OrderByDescending(n => n[^StampLength..], StringComparer.Ordinal)];
        }
        catch (DatabaseException problem)
        {
            throw new ReleaseException(ExitStatus.Failed, $"What was put aside is not known: {problem.Message} Nothing was changed.");
        }
    }

    /// <inheritdoc/>
    public async Task<RestoreOutlook> LookAhead(RestoreOrder order, CancellationToken cancellation)
    {
        try
        {
            return await new LookingAhead(_database).Of(order, cancellation);
        }
        catch (PlaceholderException unset)
        {
            throw new ReleaseException(ExitStatus.Usage, $"{unset.Message} Nothing was changed.", "Give it its value, and run the command again.");
        }
        catch (DatabaseException problem)
        {
            throw new ReleaseException(ExitStatus.Failed, $"{problem.Message} Nothing was changed.");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<IStep> Restore(RestoreOrder order)
    {
        var names = order.Aside is { } aside ? RestoreNames.Back(Target, aside, order.Stamp) : RestoreNames.Of(Target, order.Stamp);
        return
        [
            .. order.IsGone || order.WithoutSafety ? Array.Empty<IStep>() : [new TakeBackupStep($"safety-backup-{Id}", _database, $"before-restore-{order.Stamp}")],
            .. order.Backup is { } backup ? [new RestoreDatabaseStep($"restore-database-{Id}", _database, backup, names, order.IsGone ? order.Stamp : null)] : Array.Empty<IStep>(),
            order.IsGone ? new PlaceDatabaseStep($"place-database-{Id}", _database, names, order.Stamp) : new SwapDatabaseStep($"swap-database-{Id}", _database, names),
        ];
    }

    private bool IsAside(string name) => AsideWords.Any(word =>
        name.Length > StampLength && name[^StampLength..].All(char.IsAsciiDigit) && name == PgText.Beside(Target, word + name[^StampLength..]));
}
