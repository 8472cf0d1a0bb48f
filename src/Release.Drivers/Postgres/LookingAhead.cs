using System.Globalization;
using Release.Configuration;
using Release.Platforms;

namespace Release.Drivers.Postgres;

/// <summary>Says what a restore would do, and above all what it would lose.</summary>
/// <param name="database">The database.</param>
internal sealed class LookingAhead(PostgresDatabase database)
{
    private const int Named = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<RestoreOutlook> Of(RestoreOrder order, CancellationToken cancellation)
    {
        var (lines, stored) = (new List<string>(), order.Backup is { } name ? database.Folder.Find(name) : null);
        if (stored is not null)
        {
            lines.AddRange(About(stored));
        }

        PgSession session;
        try
        {
            session = await database.OpenBeside(cancellation);
        }
        catch (DatabaseException problem) when (order.Backup is not null)
        {
            lines.Add($"what would be lost is not known: {problem.Message}");
            return new(database.Name, stored?.Manifest.TakenAt, lines);
        }

        await using (session)
        {
            await RequirePossible(session, stored, cancellation);
            return await OwnDatabases.Exists(session, database.Name, cancellation)
                ? await Replacing(session, order, stored, lines, cancellation)
                : await Gone(session, order, stored, lines, cancellation);
        }
    }

    private async Task<RestoreOutlook> Replacing(PgSession session, RestoreOrder order, StoredBackup? stored, List<string> lines, CancellationToken cancellation)
    {
        lines.AddRange(await Sessions(session, cancellation));
        var unread = await WhyUnread(cancellation);
        if (order.Backup is null)
        {
            lines.Add($"{order.Aside} would be called {database.Name} again; what was written to {database.Name} since the restore is not in it");
        }
        else if (unread is not null)
        {
            lines.Add($"THE LIVE DATABASE COULD NOT BE READ: {unread} What it holds more than the backup is not known: everything written since would be missing");
        }
        else if (stored is not null)
        {
            lines.AddRange(await Lost(stored.Manifest, cancellation));
        }

        var noSafety = unread ?? await WhyNoSafety(cancellation);
        if (noSafety is not null)
        {
            lines.Add($"NO SAFETY DUMP can be taken of what is there now: {noSafety} It would be put aside under another name all the same");
        }

        return new(database.Name, stored?.Manifest.TakenAt, lines) { NoSafety = noSafety };
    }

    private async Task<RestoreOutlook> Gone(PgSession session, RestoreOrder order, StoredBackup? stored, List<string> lines, CancellationToken cancellation)
    {
        lines.Add($"THERE IS NO DATABASE {database.Name} on its server: it was dropped or renamed, and could not be read. Nothing is there to be dumped first or put aside");
        lines.Add(order.Backup is null ? $"{order.Aside} would be called {database.Name} again" : "everything written after the backup was taken is in no backup that is restored here: it is lost, unless the database is there under another name");
        var others = await session.Rows(
            $"SELECT datname::text, pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(oid)) FROM pg_catalog.pg_database WHERE NOT datistemplate AND pg_catalog.has_database_privilege(oid, 'CONNECT') ORDER BY (pg_catalog.strpos(datname::text, {PgText.Literal(database.Name)}) = 0), datname LIMIT {Named}", cancellation);
        lines.Add($"databases that are there: {string.Join(", ", others.Select(o => $"{o[0]} ({o[1]})"))}");
        if (stored is { Manifest.Portrait: null })
        {
            lines.Add("the backup does not say who owned the database and how it was set: it gets what a new one has");
        }

        return new(database.Name, stored?.Manifest.TakenAt, lines) { IsGone = true };
    }

    private IEnumerable<string> About(StoredBackup stored)
    {
        var (manifest, window) = (stored.Manifest, database.Context.Time.GetUtcNow() - stored.Manifest.TakenAt);
        yield return $"the backup {manifest.Name} was taken at {manifest.At}, {Span(window)} ago: {manifest.Tables} tables, {PgText.Count(manifest.Rows)} rows, {PgText.Size(manifest.Size)}";
        if (manifest.Database != database.Name || manifest.Environment != database.Context.Environment)
        {
            yield return $"IT IS A BACKUP OF ANOTHER DATABASE: of {manifest.Database} in the environment {manifest.Environment}, not of {database.Name} in {database.Context.Environment}";
        }

        yield return stored.Verified is { } verified ? $"it was verified at {verified.At:yyyy-MM-dd HH:mm:ss'Z'}" : "it was NEVER VERIFIED: nobody has restored it yet";
        if (stored.Verified?.WithoutOwners is { } why)
        {
            yield return $"it was verified WITHOUT OWNERS AND PRIVILEGES: {why}";
        }
    }

    // What a restore would fail at later is said before anything is changed.
    private async Task RequirePossible(PgSession session, StoredBackup? stored, CancellationToken cancellation)
    {
        if (await SwapDatabaseStep.WhyNot(session, database.Name, cancellation) is { } why)
        {
            throw new DatabaseException($"It could not be restored: {why}.");
        }

        if (stored is not null && await RestoringRoles.Obstacle(session, database.Folder.Facts(stored.Manifest.Name), cancellation) is { } obstacle)
        {
            throw new DatabaseException($"It could not be restored with its owners and privileges: {obstacle}");
        }
    }

    private async Task<string?> WhyUnread(CancellationToken cancellation)
    {
        try
        {
            await using var session = await database.Open(cancellation);
            return null;
        }
        catch (DatabaseException problem)
        {
            return Sentence(problem);
        }
    }

    private async Task<string?> WhyNoSafety(CancellationToken cancellation)
    {
        try
        {
            await using var session = await database.Open(cancellation);
            await new Dumping(database).RequireRoom(session, cancellation);
            return null;
        }
        catch (DatabaseException problem)
        {
            return Sentence(problem);
        }
    }

    private static string Sentence(DatabaseException problem) => $"{problem.Message.TrimEnd('.')}.";

    /// <summary>What the tables have more and less than the backup, the largest difference first.</summary>
    internal static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, TableFacts> backup, IReadOnlyDictionary<string, long> now)
    {
        var changes = backup.Keys.Union(now.Keys)
            .Select(table => (Table: table, Change: now.GetValueOrDefault(table) - (backup.TryGetValue(table, out var was) ? was.Rows : 0), IsNew: !backup.ContainsKey(table), IsGone: !now.ContainsKey(table)))
            .Where(t => t.Change != 0 || t.IsNew || t.IsGone).OrderByDescending(t => Math.Abs(t.Change)).ToList();
        return
        [
            .. changes.Take(Named).Select(t => t.IsNew ? $"  {t.Table}: is not in the backup ({PgText.Count(t.Change)} rows now)"
                : t.IsGone ? $"  {t.Table}: is not there now ({PgText.Count(-t.Change)} rows in the backup)"
                : $"  {t.Table}: {PgText.Count(Math.Abs(t.Change))} rows {(t.Change > 0 ? "more" : "fewer")} than in the backup"),
            .. changes.Count > Named ? [$"  and {changes.Count - Named} tables more"] : Array.Empty<string>(),
        ];
    }

    private async Task<IEnumerable<string>> Lost(BackupManifest manifest, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, database.Context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await using var session = await database.Open(either.Token);
            await session.Do("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", either.Token);
            var now = await new FingerprintReader(session, false, _ => { }).Counts(either.Token);
            var differences = Differences(database.Folder.Facts(manifest.Name).Tables, now);
            return differences.Count == 0
                ? ["every table has as many rows as in the backup (changed rows are not counted)"]
                : [$"{database.Name} has changed since (rows that were changed in place are not counted):", .. differences];
        }
        catch (Exception problem) when (problem is DatabaseException || (problem is OperationCanceledException && limit.IsCancellationRequested && !cancellation.IsCancellationRequested))
        {
            return [$"what {database.Name} has more than the backup is not known: {(problem is DatabaseException ? problem.Message : $"its rows could not be counted within {Patience.TotalSeconds:0} s")}"];
        }
    }

    private async Task<IEnumerable<string>> Sessions(PgSession session, CancellationToken cancellation)
    {
        var sessions = await session.Rows(
            $"SELECT usename::text, application_name, count(*)::text FROM pg_catalog.pg_stat_activity WHERE datname = {PgText.Literal(database.Name)} AND backend_type = 'client backend' GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 10", cancellation);
        return sessions.Count == 0
            ? ["nobody is connected to it"]
            : [$"sessions that would be ended: {string.Join(", ", sessions.Select(s => $"{s[2]} of {s[0]}{(s[1] is { Length: > 0 } program ? $" ({program})" : "")}"))}"];
    }

    private static string Span(TimeSpan span) => span < TimeSpan.FromMinutes(2) ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s")
        : span < TimeSpan.FromHours(3) ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} minutes")
        : ValueText.Of(TimeSpan.FromHours(Math.Round(span.TotalHours)));
}
