using Release.Configuration;
using System.Text.Json.Nodes;

namespace Release.Drivers.Postgres;

/// <summary>
/// Shows that a backup can be restored: every byte is what was written, it is restored into a scratch database, and what is
/// there then is compared with what was in the database at the moment of the dump. The scratch database is dropped whatever
/// happens.
/// </summary>
/// <param name="database">The database.</param>
internal sealed class Verifying(PostgresDatabase database)
{
    private const int Named = 8;
    private static readonly TimeSpan Dropping = TimeSpan.FromSeconds(60);
    private readonly OwnDatabases _own = new(database);

    private BackupFolder Folder => database.Folder;

    /// <summary>Verifies it; what was compared, for a person.</summary>
    /// <exception cref="DatabaseException">It is damaged, cannot be restored, or is not what the database was.</exception>
    public async Task<string> Verify(StoredBackup backup, CancellationToken cancellation)
    {
        var manifest = backup.Manifest;
        await using var session = await database.Open(cancellation);
        var programs = await database.Programs(session, cancellation);
        await RequireWhole(manifest, programs, cancellation);
        var (name, owners) = (_own.ScratchOf(manifest.Name), manifest.Owners && await PostgresDatabase.IsSuperuser(session, cancellation));
        foreach (var left in await _own.Sweep(session, cancellation))
        {
            database.Context.Report($"  dropped {left}, which an earlier run had left");
        }

        try
        {
            await _own.Create(session, name, cancellation);
            await programs.Restore(name, Archive(manifest), database.Options.Jobs, owners, cancellation);
            return await Compare(manifest, name, owners, cancellation);
        }
        finally
        {
            // Also after a stop. A server that is gone cannot be asked: the undo or the next run drops it.
            await Drop(name);
        }
    }

    /// <summary>Throws unless every byte is what was written, and names the table at which a damaged dump cannot be read on.</summary>
    public async Task RequireWhole(BackupManifest manifest, IClientPrograms programs, CancellationToken cancellation)
    {
        if (await Folder.Damages(manifest, cancellation) is { Count: > 0 } damages)
        {
            throw new DatabaseException($"The backup {manifest.Name} is damaged: {string.Join("; ", damages.Take(Named))}. {await Where(manifest, programs, cancellation)}");
        }
    }

    /// <summary>Compares a database that the backup was restored into.</summary>
    /// <exception cref="DatabaseException">It is not the same; what differs is named, tables first.</exception>
    public async Task<string> Compare(BackupManifest manifest, string name, bool owners, CancellationToken cancellation)
    {
        var was = Folder.Facts(manifest.Name);
        await using var session = await database.Open(cancellation, name);
        await session.Do("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellation);
        var reader = new FingerprintReader(session, owners, line => database.Context.Report($"  {line} (restored)"));
        var now = await reader.Read(manifest.Checksum, table => was.Tables.TryGetValue(table, out var facts) && facts.IsSampled, cancellation);
        var comparable = owners ? was : was with { Objects = was.Objects.Where(o => !o.Key.StartsWith("owner ", StringComparison.Ordinal)).ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal) };
        var differences = comparable.Differences(now);
        return differences.Count == 0
            ? $"{was.Tables.Count} tables with {PgText.Count(was.Rows)} rows, {was.Sequences.Count} sequences, {PgText.Count(was.LargeObjects.Rows)} large objects and {was.Objects.Count} objects are the same{How(manifest, owners)}"
            : throw new DatabaseException(
                $"What was restored of the backup {manifest.Name} is not what was in {manifest.Database}: {string.Join("; ", differences.Take(Named))}{(differences.Count > Named ? $"; and {differences.Count - Named} more" : "")}.");
    }

    /// <summary>Where the dump lies.</summary>
    public string Archive(BackupManifest manifest) => Path.Combine(Folder.Of(manifest.Name), manifest.Format is DumpFormat.Custom ? BackupFolder.Dump : BackupFolder.DumpFolder);

    /// <summary>Drops the scratch database of a backup.</summary>
    public async Task Drop(string scratch)
    {
        using var limit = new CancellationTokenSource(Dropping, database.Context.Time);
        try
        {
            await using var session = await database.Open(limit.Token);
            await _own.Drop(session, scratch, limit.Token);
        }
        catch (Exception problem) when (problem is DatabaseException or OperationCanceledException or PlaceholderException)
        {
            // A courtesy: the next verification drops it by our mark, and nothing of a release needs it gone (invariant 14).
            database.Context.Report($"  the scratch database {scratch} could not be dropped and is dropped by the next run: {problem.Message}");
        }
    }

    public static JsonObject Seen(BackupVerification verification) => new() { ["verifiedAt"] = verification.At.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["manifest"] = verification.Manifest, ["compared"] = verification.Detail };

    private static string How(BackupManifest manifest, bool owners) =>
        (manifest.Checksum switch
        {
            ChecksumDepth.Full => ", by a checksum of every row",
            ChecksumDepth.Sample => ", by a checksum of every row, of large tables of their first and last rows",
            ChecksumDepth.Counts or _ => ", by the number of rows",
        })
        + (owners ? "" : "; owners and privileges were not tried, which only a superuser may give");

    // The archive is read and nothing of it is executed: what is damaged may be anything.
    private async Task<string> Where(BackupManifest manifest, IClientPrograms programs, CancellationToken cancellation)
    {
        try
        {
            await programs.ReadThrough(Archive(manifest), cancellation);
            return "It can be read to its end all the same, so a single value may be another one. Nothing of it was restored.";
        }
        catch (DatabaseException said)
        {
            return $"Nothing of it was restored. {said.Message}";
        }
    }
}
