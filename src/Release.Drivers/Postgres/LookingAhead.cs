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
        if (stored is { Manifest: var manifest })
        {
            var window = database.Context.Time.GetUtcNow() - manifest.TakenAt;
            lines.Add($"the backup {manifest.Name} was taken at {manifest.At}, {Span(window)} ago: {manifest.Tables} tables, {PgText.Count(manifest.Rows)} rows, {PgText.Size(manifest.Size)}");
            lines.Add(stored.Verified is { } verified ? $"it was verified at {verified.At:yyyy-MM-dd HH:mm:ss'Z'}" : "it was NEVER VERIFIED: nobody has restored it yet");
        }

        try
        {
            await using var session = await database.OpenBeside(cancellation);
            if (await SwapDatabaseStep.WhyNot(session, database.Name, cancellation) is { } why)
            {
                throw new DatabaseException($"It could not be restored: {why}.");
            }

            lines.AddRange(await Sessions(session, cancellation));
        }
        catch (DatabaseException problem) when (order.Backup is not null && problem.InnerException is not null)
        {
            lines.Add($"what would be lost is not known: {problem.Message}");
            return new(database.Name, stored?.Manifest.TakenAt, lines);
        }

        if (order.Backup is null)
        {
            lines.Add($"{order.Aside} would be called {database.Name} again; what was written to {database.Name} since the restore is not in it");
        }
        else if (stored is not null)
        {
            lines.AddRange(await Lost(stored.Manifest, cancellation));
        }

        return new(database.Name, stored?.Manifest.TakenAt, lines);
    }

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
