using System.Globalization;
using Release.Configuration;
using Release.Output;
using Release.Probes;

namespace Release.Drivers.Postgres;

/// <summary>
/// Looks into a database, in a READ ONLY transaction with a time limit of the server's. A configured query is a cursor's, so
/// that nothing behind a semicolon can end that transaction, and the server gives a bounded number of rows.
/// </summary>
internal static class SqlProbe
{
    private const int MostRows = 1000;
    private const int Shown = 100;

    public static async Task<ProbeResult> Look(SqlProbeOptions options, ProbeContext probe, DriverContext context, CancellationToken cancellation)
    {
        if ((options.Connection ?? OnlyBackup(context)?.Connection) is not { } connection)
        {
            return new(ProbeVerdict.Unavailable, "no database is named: the check has no connection, and there is not exactly one backup of type postgres", "Write \"connection\" into the check.");
        }

        var place = PgPlace.Of(connection, probe.Placeholders.Resolve, context.Root);
        try
        {
            await using var session = await PgSession.Open(place, cancellation);
            await session.Do(
                string.Create(CultureInfo.InvariantCulture, $"SET default_transaction_read_only = on; SET statement_timeout = {Math.Max(1, (long)options.Timeout.TotalMilliseconds)}; SET lock_timeout = {Math.Max(1, (long)options.Timeout.TotalMilliseconds)}; SET search_path = public"),
                cancellation);
            await session.Do("BEGIN TRANSACTION READ ONLY", cancellation);
            var (seen, problems) = (new List<string>(), new List<string>());
            await Tables(options, session, seen, problems, cancellation);
            await Migrations(options, session, seen, problems, cancellation);
            await Connections(options, session, seen, problems, cancellation);
            await Replication(options, session, seen, problems, cancellation);
            await Query(options, session, seen, problems, cancellation);
            return problems.Count > 0
                ? new(ProbeVerdict.Fail, $"{place}: {string.Join("; ", problems)}")
                : new(ProbeVerdict.Pass, $"{place}: {string.Join("; ", seen)}");
        }
        catch (DatabaseException problem) when (IsRefusedConnection(problem))
        {
            return new(ProbeVerdict.Fail, $"{place} refuses connections", "Start it, or correct host and port.");
        }
        catch (DatabaseException problem)
        {
            return new(ProbeVerdict.Unavailable, problem.Message, problem.InnerException is Npgsql.PostgresException { SqlState: "25006" } ? "A check only looks: write a query that changes nothing." : "Correct the connection or the query.");
        }
    }

    /// <summary>The only backup of a database that is configured; null for none or several.</summary>
    public static PostgresBackupOptions? OnlyBackup(DriverContext context, string? id = null) =>
        context.Backups.OfType<PostgresBackupOptions>().Where(b => id is null || b.Id == id).ToList() is [var only] ? only : null;

    /// <summary>The newest of ids: by number where all are whole numbers, else as text.</summary>
    internal static string? Newest(IReadOnlyList<string> ids) => ids.Count == 0 ? null
        : ids.All(i => i.Length > 0 && i.All(char.IsAsciiDigit)) ? ids.MaxBy(i => System.Numerics.BigInteger.Parse(i, CultureInfo.InvariantCulture))
        : ids.Max(StringComparer.Ordinal);

    /// <summary>A name as people write it, for SQL: at most one dot, between schema and name.</summary>
    internal static string Table(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? PgText.Identifier(name) : $"{PgText.Identifier(name[..dot])}.{PgText.Identifier(name[(dot + 1)..])}";
    }

    private static async Task Tables(SqlProbeOptions options, PgSession session, List<string> seen, List<string> problems, CancellationToken cancellation)
    {
        if (options.Tables.Count == 0)
        {
            return;
        }

        var there = (await session.Rows(
            "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')", cancellation))
            .Select(r => $"{r[0]}.{r[1]}").ToHashSet(StringComparer.Ordinal);
        var missing = options.Tables.Where(t => !there.Contains(t.Contains('.', StringComparison.Ordinal) ? t : $"public.{t}")).ToList();
        (missing.Count > 0 ? problems : seen).Add(missing.Count > 0 ? $"tables are missing: {string.Join(", ", missing)}" : $"all {options.Tables.Count} tables are there");
    }

    private static async Task Migrations(SqlProbeOptions options, PgSession session, List<string> seen, List<string> problems, CancellationToken cancellation)
    {
        if (options.Migrations is not { } migrations)
        {
            return;
        }

        var applied = (await session.Rows($"SELECT {PgText.Identifier(migrations.Column)}::text FROM {Table(migrations.Table)}", cancellation)).Select(r => r[0]).OfType<string>().ToList();
        var (missing, newest) = (migrations.Applied.Except(applied).ToList(), Newest(applied));
        if (missing.Count > 0)
        {
            problems.Add($"migrations are not applied: {string.Join(", ", missing)}");
        }

        if (migrations.Newest is { } expected && expected != newest)
        {
            problems.Add($"the newest migration is {newest ?? "none"}: expected {expected}");
        }

        seen.Add($"{applied.Count} migrations are applied, the newest is {newest ?? "none"}");
    }

    private static async Task Connections(SqlProbeOptions options, PgSession session, List<string> seen, List<string> problems, CancellationToken cancellation)
    {
        if (options.MaxConnections is not { } share)
        {
            return;
        }

        var counts = (await session.Rows("SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend')::text, pg_catalog.current_setting('max_connections')", cancellation))[0];
        var (used, most) = (long.Parse(counts[0]!, CultureInfo.InvariantCulture), long.Parse(counts[1]!, CultureInfo.InvariantCulture));
        var isFull = used > (double)share.Fraction * most;
        (isFull ? problems : seen).Add($"{used} of {most} connections are in use{(isFull ? $": expected at most {share}" : "")}");
    }

    // A replica whose primary is silent is not behind: what it has replayed is all that it got.
    private static async Task Replication(SqlProbeOptions options, PgSession session, List<string> seen, List<string> problems, CancellationToken cancellation)
    {
        if (options.MaxReplicationLag is null && options.LeastReplicas == 0)
        {
            return;
        }

        if (await session.One("SELECT pg_catalog.pg_is_in_recovery()::text", cancellation) == "true")
        {
            var behind = await session.One(
                "SELECT CASE WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN '0' ELSE extract(epoch FROM pg_catalog.now() - pg_catalog.pg_last_xact_replay_timestamp())::text END", cancellation);
            Lag("this replica", behind, options, seen, problems);
            return;
        }

        var replicas = await session.Rows("SELECT coalesce(nullif(application_name, ''), client_addr::text, 'a replica'), state, coalesce(extract(epoch FROM replay_lag), 0)::text FROM pg_catalog.pg_stat_replication", cancellation);
        var streaming = replicas.Count(r => r[1] == "streaming");
        (streaming < options.LeastReplicas ? problems : seen).Add($"{streaming} replicas are connected{(streaming < options.LeastReplicas ? $": expected at least {options.LeastReplicas}" : "")}");
        foreach (var replica in replicas)
        {
            Lag($"replica {TerminalText.Line(replica[0] ?? "", 60)}", replica[2], options, seen, problems);
        }
    }

    private static void Lag(string name, string? seconds, SqlProbeOptions options, List<string> seen, List<string> problems)
    {
        if (options.MaxReplicationLag is not { } most)
        {
            return;
        }

        var isKnown = double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var lag);
        var isLate = !isKnown || lag > most.TotalSeconds;
        var text = isKnown ? string.Create(CultureInfo.InvariantCulture, $"{name} is {lag:0.###} s behind") : $"how far {name} is behind is not known";
        (isLate ? problems : seen).Add(isLate ? $"{text}: expected at most {ValueText.Of(most)}" : text);
    }

    private static async Task Query(SqlProbeOptions options, PgSession session, List<string> seen, List<string> problems, CancellationToken cancellation)
    {
        if (options.Query is not { } query)
        {
            return;
        }

        var rows = await session.Query(query, MostRows + 1, cancellation);
        var value = rows is [[var first, ..], ..] ? first : null;
        var shown = rows.Count == 0 ? "no row" : value is null ? "NULL" : $"\"{TerminalText.Line(value, Shown)}\"";
        var isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        var problem = options.ExpectRows is { } count && rows.Count != count ? $"the query answers with {(rows.Count > MostRows ? $"more than {MostRows}" : rows.Count)} rows: expected {count}"
            : rows.Count > MostRows ? $"the query answers with more than {MostRows} rows"
            : options.Expect is { } expected && value != expected ? $"the query answers {shown}: expected \"{expected}\""
            : (options.Min is not null || options.Max is not null) && !isNumber ? $"the query answers {shown}: expected a number"
            : options.Min is { } least && !(number >= least) ? string.Create(CultureInfo.InvariantCulture, $"the query answers {shown}: expected at least {least}")
            : options.Max is { } most && !(number <= most) ? string.Create(CultureInfo.InvariantCulture, $"the query answers {shown}: expected at most {most}")
            : null;
        (problem is null ? seen : problems).Add(problem ?? $"the query answers {shown}");
    }

    private static bool IsRefusedConnection(DatabaseException problem) =>
        problem.InnerException?.GetBaseException() is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.ConnectionRefused };
}

/// <summary>Looks at the backups on disk.</summary>
internal static class BackupProbe
{
    public static Task<ProbeResult> Look(BackupProbeOptions options, DriverContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (SqlProbe.OnlyBackup(context, options.Backup) is not { } configured)
        {
            return Task.FromResult(new ProbeResult(ProbeVerdict.Unavailable, options.Backup is { } id ? $"there is no backup {id} of type postgres" : "there is not exactly one backup of type postgres", "Write its id into \"backup\" of the check."));
        }

        var all = new BackupFolder(PostgresDatabase.FolderOf(configured, context)).Own(context.Environment);
        var what = options.Verified ? "verified backup" : "backup";
        if (all.FirstOrDefault(b => !options.Verified || b.Verified is not null) is not { Manifest: var newest })
        {
            return Task.FromResult(new ProbeResult(ProbeVerdict.Fail, $"there is no {what} of {configured.Id}{(all.Count > 0 ? $", but {all.Count} that were never verified" : "")}", "Take one: Backup, or Promote."));
        }

        var age = context.Time.GetUtcNow() - newest.TakenAt;
        var text = string.Create(CultureInfo.InvariantCulture, $"the newest {what} of {configured.Id} is {newest.Name} of {newest.At}, {age.TotalHours:0.#} h old");
        return Task.FromResult(age <= options.MaxAge
            ? new ProbeResult(ProbeVerdict.Pass, text)
            : new ProbeResult(ProbeVerdict.Fail, $"{text}: expected at most {ValueText.Of(options.MaxAge)}", "Take one: Backup, or Promote."));
    }
}
