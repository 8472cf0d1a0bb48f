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

    /// <summary>Verifies it; what was compared, for a person, and why owners and privileges were not, or null.</summary>
    /// <exception cref="DatabaseException">It is damaged, cannot be restored, or is not what the database was.</exception>
    public async Task<(string Detail, string? WithoutOwners)> Verify(StoredBackup backup, CancellationToken cancellation)
    {
        var manifest = backup.Manifest;
        await using var session = await database.Open(cancellation);
        var programs = await database.Programs(session, cancellation);
        await RequireWhole(manifest, programs, cancellation);
        var name = _own.ScratchOf(manifest.Name);
        foreach (var left in await _own.Sweep(session, cancellation))
        {
            database.Context.Report($"  dropped {left}, which an earlier run had left");
        }

        try
        {
            var withoutOwners = await Restore(session, manifest, name, programs, cancellation);
            if (withoutOwners is not null)
            {
                database.Context.Report($"  OWNERS AND PRIVILEGES ARE NOT VERIFIED: {withoutOwners}");
            }

            return (await Compare(manifest, name, owners: withoutOwners is null, cancellation), withoutOwners);
        }
        finally
        {
            // Also after a stop. A server that is gone cannot be asked: the undo or the next run drops it.
            await Drop(name);
        }
    }

    // With owners and privileges, as an ordered restore has them. Only where this user cannot, without: the data is what a
    // release waits for; that a restore would fail at its roles is said, loudly, and is mended by a GRANT.
    private async Task<string?> Restore(PgSession session, BackupManifest manifest, string name, IClientPrograms programs, CancellationToken cancellation)
    {
        var obstacle = manifest.Owners
            ? await RestoringRoles.Obstacle(session, Folder.Facts(manifest.Name), cancellation)
            : "an earlier version took the backup as a user who may not give objects to their owners, so these were not recorded.";
        var superuser = await session.One("SELECT rolsuper::text FROM pg_catalog.pg_roles WHERE rolname = current_user", cancellation) == "true";
        await _own.Create(session, name, cancellation);
        if (obstacle is null)
        {
            try
            {
                await programs.Restore(name, Archive(manifest), database.Options.Jobs, owners: true, cancellation);
                return null;
            }
            catch (ClientFailedException failure) when (!superuser)
            {
                obstacle = $"a restore with them failed, as one that is ordered would; give the user what it lacks, or name a superuser in \"connection\". {failure.Message}";
                await _own.Create(session, name, cancellation);
            }
        }

        await programs.Restore(name, Archive(manifest), database.Options.Jobs, owners: false, cancellation);
        return obstacle;
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
        var comparable = owners ? was : was with { Objects = was.Objects.Where(o => !Fingerprint.IsOfOwners(o.Key)).ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal) };
        var differences = comparable.Differences(now);
        return differences.Count == 0
            ? $"{was.Tables.Count} tables with {PgText.Count(was.Rows)} rows, {was.Sequences.Count} sequences, {PgText.Count(was.LargeObjects.Rows)} large objects and {comparable.Objects.Count} objects are the same{How(manifest, owners)}"
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

    public static JsonObject Seen(BackupVerification verification) => new() { ["verifiedAt"] = verification.At.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["manifest"] = verification.Manifest, ["compared"] = verification.Detail, ["withoutOwners"] = verification.WithoutOwners };

    private static string How(BackupManifest manifest, bool owners) =>
        (manifest.Checksum switch
        {
            ChecksumDepth.Full => ", by a checksum of every row",
            ChecksumDepth.Sample => ", by a checksum of every row, of large tables of their first and last rows",
            ChecksumDepth.Counts or _ => ", by the number of rows",
        })
        + (owners ? "; with owners and privileges" : "; WITHOUT owners and privileges");

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
