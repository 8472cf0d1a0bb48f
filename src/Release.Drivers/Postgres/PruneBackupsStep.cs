using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Postgres;

/// <summary>Which backups are not kept any longer. Pure.</summary>
internal static class Retention
{
    /// <summary>
    /// Those that are neither among the newest nor young enough, nor in use; none unless a newer one than each of them is verified.
    /// </summary>
    public static IReadOnlyList<StoredBackup> Due(IReadOnlyList<StoredBackup> newestFirst, KeepBackupsOptions keep, IReadOnlyCollection<string> inUse, DateTimeOffset now) =>
        newestFirst.ToList().FindIndex(b => b.Verified is not null) is >= 0 and var verified
            ? [.. newestFirst.Skip(Math.Max(verified + 1, keep.Count)).Where(b => now - b.Manifest.TakenAt > keep.For && !inUse.Contains(b.Manifest.Name))]
            : [];
}

/// <summary>Removes old backups when a newer one was verified.</summary>
internal sealed class PruneBackupsStep(string id, PostgresDatabase database, KeepBackupsOptions keep) : IStep
{
    public string Id => id;

    public StepSafety Safety => StepSafety.Irreversible;

    public TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public string Describe() => $"Remove backups of {database.Options.Id} that are older than {Release.Configuration.ValueText.Of(keep.For)}, beyond the {keep.Count} newest.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var due = await Due(cancellation);
        var seen = new JsonObject { ["due"] = new JsonArray([.. due.Select(b => (JsonNode)b.Manifest.Name)]) };
        return due.Count == 0
            ? new(StepState.Applied, seen, "No backup is old enough to be removed.")
            : new(StepState.Pending, seen, $"{due.Count} backups are not kept any longer: {string.Join(", ", due.Select(b => b.Manifest.Name).Take(10))}.");
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        foreach (var backup in await Due(cancellation))
        {
            database.Folder.Remove(backup.Manifest.Name);
        }
    }

    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => Task.CompletedTask;

    private async Task<IReadOnlyList<StoredBackup>> Due(CancellationToken cancellation) =>
        Retention.Due(database.Folder.Own(database.Context.Environment), keep, await database.Context.BackupsInUse(cancellation), database.Context.Time.GetUtcNow());
}
