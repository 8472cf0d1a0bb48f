using Release.Runs;

namespace Release.Drivers.Postgres;

/// <summary>Verifies a backup in a scratch database, whose name comes from the backup's: whoever goes on after a crash drops it.</summary>
internal sealed class VerifyBackupStep(string id, PostgresDatabase database, string name) : IStep
{
    public string Id => id;

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => database.Options.Timeout + TimeSpan.FromMinutes(2);

    public string Describe() => $"Restore the backup {name} of {database.Options.Id} into a scratch database, and compare what is there with what was dumped.";

    public Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult(database.Folder.Find(name) is { Verified: { Stands: true } verified }
                ? new Observation(StepState.Applied, Verifying.Seen(verified), $"The backup {name} was restored and compared: {verified.Detail}{(verified.WithoutOwners is { } why ? $". A RESTORE WITH OWNERS AND PRIVILEGES WOULD FAIL: {why.TrimEnd('.')}" : "")}.")
                : new(StepState.Pending, [], $"The backup {name} is not verified."));
        }
        catch (DatabaseException damaged)
        {
            return Task.FromResult(new Observation(StepState.Pending, [], damaged.Message));
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var backup = database.Folder.Find(name) ?? throw new DatabaseException($"There is no backup {name} to verify in {database.Folder.Path}.");
        var (detail, withoutOwners) = await new Verifying(database).Verify(backup, cancellation);
        database.Folder.Note(name, new(database.Context.Time.GetUtcNow(), backup.Digest, Stands: true, detail, withoutOwners));
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (!BackupFolder.IsName(name))
        {
            return;
        }

        await new Verifying(database).Drop(new OwnDatabases(database).ScratchOf(name));
        try
        {
            if (Directory.Exists(database.Folder.Of(name)) && database.Folder.Find(name) is { Verified: { Stands: true } verified })
            {
                database.Folder.Note(name, verified with { Stands = false });
            }
        }
        catch (Exception problem) when (problem is DatabaseException or IOException or UnauthorizedAccessException)
        {
            // The journal says that it was taken back; a full disk here must not make the rollback stuck (invariant 14).
            database.Context.Report($"  that the verification of {name} was taken back could not be noted beside it: {problem.Message}");
        }
    }
}
