using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Postgres;

/// <summary>The names of one restore.</summary>
/// <param name="Database">What is replaced.</param>
/// <param name="Made">What replaces it, until they change places.</param>
/// <param name="Aside">What the replaced one is called afterwards.</param>
/// <param name="Undone">What the one that served is called when they change back.</param>
internal sealed record RestoreNames(string Database, string Made, string Aside, string Undone)
{
    /// <summary>Of a backup.</summary>
    public static RestoreNames Of(string database, string stamp) => new(database, PgText.Beside(database, $"_restore_{stamp}"), PgText.Beside(database, $"_before_{stamp}"), PgText.Beside(database, $"_undone_{stamp}"));

    /// <summary>Of what an earlier restore put aside.</summary>
    public static RestoreNames Back(string database, string aside, string stamp) => new(database, aside, PgText.Beside(database, $"_undone_{stamp}"), aside);

    /// <summary>Which of these databases there are.</summary>
    public async Task<(bool Database, bool Made, bool Aside)> There(PgSession session, CancellationToken cancellation) =>
        (await OwnDatabases.Exists(session, Database, cancellation), await OwnDatabases.Exists(session, Made, cancellation), await OwnDatabases.Exists(session, Aside, cancellation));
}

/// <summary>
/// Restores a backup into a new database, compares it with what was dumped, and gives it what the replaced one has: owner,
/// settings, privileges; where there is none to replace, what it had when it was dumped.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="database">The database.</param>
/// <param name="backup">The backup's name.</param>
/// <param name="names">The databases' names.</param>
/// <param name="gone">The order's moment where there was no database to replace then; null where there was.</param>
internal sealed class RestoreDatabaseStep(string id, PostgresDatabase database, string backup, RestoreNames names, string? gone) : IStep
{
    private readonly OwnDatabases _own = new(database);

    public string Id => id;

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => database.Options.Timeout + TimeSpan.FromMinutes(5);

    public string Describe() => $"Restore the backup {backup} into the new database {names.Made}, and compare it with what was dumped.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            await using var session = await database.OpenBeside(cancellation);
            var there = await names.There(session, cancellation);
            var seen = new JsonObject { ["backup"] = backup, ["made"] = names.Made };

            // Once it has the name, it is not there under this one any more.
            return (gone is null ? there is { Database: true, Made: false, Aside: true } : there.Database && await OwnDatabases.Mark(session, names.Database, cancellation) == PlaceDatabaseStep.MarkOf(gone)) ? new(StepState.Applied, seen, $"{names.Database} was restored from {backup}.")
                : gone is not null && there.Database ? new(StepState.Foreign, seen, $"There is a database {names.Database} again, and Release did not put it there: order the restore anew, which keeps that one aside.")
                : !there.Made ? new(StepState.Pending, seen, $"There is no database {names.Made}.")
                : await OwnDatabases.Mark(session, names.Made, cancellation) == Done ? new(StepState.Applied, seen, $"The backup {backup} is restored in {names.Made}, and is what was dumped.")
                : new(StepState.Torn, seen, $"{names.Made} is there and not whole.");
        }
        catch (DatabaseException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        await using var session = await database.OpenBeside(cancellation);
        if (await OwnDatabases.Exists(session, names.Made, cancellation) && await OwnDatabases.Mark(session, names.Made, cancellation) == Done)
        {
            return;
        }

        var stored = database.Folder.Find(backup) ?? throw new DatabaseException($"There is no backup {backup} in {database.Folder.Path}.");
        var (programs, verifying) = (await database.Programs(session, cancellation), new Verifying(database));
        await verifying.RequireWhole(stored.Manifest, programs, cancellation);
        var like = await Like(session, stored.Manifest, cancellation);
        await _own.Create(session, names.Made, cancellation, like.Facts);
        await programs.Restore(names.Made, verifying.Archive(stored.Manifest), database.Options.Jobs, owners: true, cancellation);
        _ = await verifying.Compare(stored.Manifest, names.Made, stored.Manifest.Owners, cancellation);
        await using (var restored = await database.Open(cancellation, names.Made))
        {
            // A dump has no statistics, and without them the first queries are slow.
            await restored.Do("ANALYZE", cancellation);
        }

        await DatabaseLike.Dress(session, names.Made, like, cancellation, gone is null ? null : line => database.Context.Report($"  NOT AS IT WAS: {line}"));
        await OwnDatabases.Note(session, names.Made, Done, cancellation);
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        await using var session = await database.OpenBeside(cancellation);
        await _own.Drop(session, names.Made, cancellation, Done);
    }

    /// <summary>The comment of a database that is restored and has not changed places yet.</summary>
    public static string MarkOf(string backup) => $"Release restored the backup {backup} here; it may be dropped while it has this name";

    private async Task<DatabasePortrait> Like(PgSession session, BackupManifest manifest, CancellationToken cancellation)
    {
        if (gone is null)
        {
            return await DatabasePortrait.Of(session, names.Database, cancellation);
        }

        if (manifest.Portrait is { } portrait)
        {
            return portrait;
        }

        database.Context.Report($"  the backup does not say what {names.Database} was beside its contents: it gets what a new database has");
        return await DatabasePortrait.Of(session, "template0", cancellation) with { Owner = (await session.One("SELECT current_user::text", cancellation))!, Settings = [], Grants = null };
    }

    private string Done => MarkOf(backup);
}
