using System.Globalization;
using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Postgres;

/// <summary>
/// Lets two databases change places by their names, in one transaction. Sessions on them are ended, since nobody is renamed
/// under a session; those that come back find what has the name then. Undoing lets them change back.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="database">The database.</param>
/// <param name="names">Theirs.</param>
/// <remarks>What served after the swap may have been written to: taken back it is kept under a name of its own, and nobody drops it.</remarks>
internal sealed class SwapDatabaseStep(string id, PostgresDatabase database, RestoreNames names) : IStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(30);

    public string Id => id;

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => TimeSpan.FromMinutes(2);

    public string Describe() => $"End the sessions on {names.Database}, call it {names.Aside}, and call {names.Made} {names.Database}.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            await using var session = await database.OpenBeside(cancellation);
            var there = await names.There(session, cancellation);
            var seen = new JsonObject { ["database"] = names.Database, ["aside"] = names.Aside };
            return there switch
            {
                (true, false, true) => await IsOpen(session, names.Database, cancellation)
                    ? new(StepState.Applied, seen, $"{names.Database} is what was restored; what was there is {names.Aside}.")
                    : new(StepState.Torn, seen, $"{names.Database} lets nobody in."),
                (true, true, false) when !await IsOpen(session, names.Database, cancellation) => new(StepState.Torn, seen, $"{names.Database} lets nobody in, and is not replaced yet."),
                (true, true, false) => new(StepState.Pending, seen, $"{names.Database} is as it was."),
                (true, false, false) when await OwnDatabases.Exists(session, names.Undone, cancellation) => new(StepState.Pending, seen, $"{names.Database} is as it was; what had been restored is {names.Undone}."),
                _ => new(StepState.Foreign, seen, $"Of the databases {names.Database}, {names.Made} and {names.Aside} there are others than expected: somebody else renames them, too."),
            };
        }
        catch (DatabaseException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        await using var session = await database.OpenBeside(cancellation);
        if (await names.There(session, cancellation) is (true, true, false))
        {
            await Change(session, (names.Database, names.Aside), (names.Made, names.Database), cancellation);
        }
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        await using var session = await database.OpenBeside(cancellation);
        switch (await names.There(session, cancellation))
        {
            case (true, false, true):
                await Change(session, (names.Database, names.Undone), (names.Aside, names.Database), cancellation);
                break;
            case (true, true, false):
            case (true, false, false) when await OwnDatabases.Exists(session, names.Undone, cancellation):
                await Open(session, names.Database, cancellation);
                break;
            default:
                throw new DatabaseException($"{names.Database} could not be put back: of it, {names.Made} and {names.Aside} there are others than expected. Rename them by hand.");
        }
    }

    /// <summary>Why this user could not do it; null when he can.</summary>
    public static async Task<string?> WhyNot(PgSession session, string database, CancellationToken cancellation)
    {
        var rights = await session.Rows(
            $"SELECT r.rolsuper::text, r.rolcreatedb::text, pg_catalog.pg_has_role(current_user, d.datdba, 'USAGE')::text, pg_catalog.pg_has_role(current_user, 'pg_signal_backend', 'USAGE')::text, current_user::text "
            + $"FROM pg_catalog.pg_roles r, pg_catalog.pg_database d WHERE r.rolname = current_user AND d.datname = {PgText.Literal(database)}",
            cancellation);
        return rights is not [var of] ? $"there is no database {database}"
            : of[0] == "true" ? null
            : of[1] != "true" ? $"the user {of[4]} may not make or rename databases (CREATEDB)"
            : of[2] != "true" ? $"the user {of[4]} does not own {database}, so cannot rename it"
            : of[3] != "true" ? $"the user {of[4]} may not end the sessions of others (GRANT pg_signal_backend)"
            : null;
    }

    private async Task Change(PgSession session, (string From, string To) first, (string From, string To) second, CancellationToken cancellation)
    {
        await session.Do($"ALTER DATABASE {PgText.Identifier(first.From)} ALLOW_CONNECTIONS false", cancellation);
        try
        {
            var ended = await Empty(session, first.From, cancellation) + await Empty(session, second.From, cancellation);
            database.Context.Report($"  {ended} sessions were ended");
            var comment = await session.One($"SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(first.From)}", cancellation);
            await session.Do(
                $"BEGIN; ALTER DATABASE {PgText.Identifier(first.From)} RENAME TO {PgText.Identifier(first.To)}; ALTER DATABASE {PgText.Identifier(second.From)} RENAME TO {PgText.Identifier(second.To)}; "
                + $"COMMENT ON DATABASE {PgText.Identifier(second.To)} IS {(comment is null ? "NULL" : PgText.Literal(comment))}; "
                + $"ALTER DATABASE {PgText.Identifier(first.To)} ALLOW_CONNECTIONS true; ALTER DATABASE {PgText.Identifier(second.To)} ALLOW_CONNECTIONS true; COMMIT",
                cancellation);
        }
        catch
        {
            // Whoever is kept out is let in again, renamed or not; a kill in between is found by the next look.
            await using var again = await database.OpenBeside(CancellationToken.None);
            foreach (var name in new[] { first.From, first.To, second.To })
            {
                await Open(again, name, CancellationToken.None);
            }

            throw;
        }
    }

    private static async Task<bool> IsOpen(PgSession session, string name, CancellationToken cancellation) =>
        await session.One($"SELECT datallowconn::text FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(name)}", cancellation) == "true";

    private static async Task Open(PgSession session, string name, CancellationToken cancellation)
    {
        if (await OwnDatabases.Exists(session, name, cancellation) && !await IsOpen(session, name, cancellation))
        {
            await session.Do($"ALTER DATABASE {PgText.Identifier(name)} ALLOW_CONNECTIONS true", cancellation);
        }
    }

    // A session that is told to end needs a moment for it.
    private async Task<int> Empty(PgSession session, string name, CancellationToken cancellation)
    {
        var (began, ended) = (database.Context.Time.GetTimestamp(), 0);
        while (true)
        {
            ended = Math.Max(ended, await OwnDatabases.EndSessions(session, name, cancellation));
            var left = int.Parse((await session.One($"SELECT count(*)::text FROM pg_catalog.pg_stat_activity WHERE datname = {PgText.Literal(name)} AND pid <> pg_catalog.pg_backend_pid() AND {OwnDatabases.OfPeople}", cancellation))!, CultureInfo.InvariantCulture);
            if (left == 0)
            {
                return ended;
            }

            if (database.Context.Time.GetElapsedTime(began) > Leaving)
            {
                throw new DatabaseException($"{left} sessions on {name} do not end.");
            }

            await Task.Delay(Pause, database.Context.Time, cancellation);
        }
    }
}
