using System.Globalization;
using System.Text.Json.Nodes;
using Release.Drivers.External;
using Release.Runs;

namespace Release.Drivers.Postgres;

/// <summary>Takes a backup. Nothing that serves is changed; the database is read.</summary>
internal sealed class TakeBackupStep(string id, PostgresDatabase database, string name) : IStep
{
    public string Id => id;

    // What is whole is found by its name; what a killed call left is removed by the next one.
    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => database.Options.Timeout + TimeSpan.FromSeconds(30);

    public string Describe() => $"Dump the database of {database.Options.Id} as the backup {name}.";

    public Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult(database.Folder.Find(name) is { } backup ? new(StepState.Applied, Seen(backup), Told(backup.Manifest))
                : database.Folder.IsBegun(name) ? new(StepState.Torn, [], $"The backup {name} was begun and is not whole.")
                : new Observation(StepState.Pending, [], BackupFolder.IsName(name) ? $"There is no backup {name}." : "This is no name of a backup."));
        }
        catch (DatabaseException damaged)
        {
            return Task.FromResult(new Observation(StepState.Foreign, [], damaged.Message));
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        _ = database.Folder.Of(name);
        if (database.Folder.Find(name) is null)
        {
            await new Dumping(database).Take(name, cancellation);
        }
    }

    public Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (BackupFolder.IsName(name))
        {
            database.Folder.Clear(name);
            if (database.Options.OnRollback is BackupPolicy.Discard)
            {
                database.Folder.Remove(name);
            }
        }

        return Task.CompletedTask;
    }

    private JsonObject Seen(StoredBackup backup) => new()
    {
        ["backup"] = backup.Manifest.Name,
        ["id"] = database.Options.Id,
        ["database"] = backup.Manifest.Database,
        ["folder"] = Path.GetRelativePath(database.Context.Root, database.Folder.Of(name)),
        ["takenAt"] = backup.Manifest.TakenAt.ToString("O", CultureInfo.InvariantCulture),
        ["size"] = backup.Manifest.Size,
        ["tables"] = backup.Manifest.Tables,
        ["rows"] = backup.Manifest.Rows,
        ["server"] = backup.Manifest.Server,
        ["client"] = backup.Manifest.Client,
        ["sha256"] = backup.Manifest.Format is DumpFormat.Custom ? backup.Manifest.Files[0].Sha256 : null,
        ["manifest"] = backup.Digest,
    };

    private static string Told(BackupManifest manifest) =>
        $"The backup {manifest.Name} of {manifest.Database} as it was at {manifest.At}: {manifest.Tables} tables, {PgText.Count(manifest.Rows)} rows, {PgText.Size(manifest.Size)}.";
}
