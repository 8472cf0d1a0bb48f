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
    private readonly DatabaseDoor _door = new(database);

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
                (true, false, true) => await DatabaseDoor.IsOpen(session, names.Database, cancellation)
                    ? new(StepState.Applied, seen, $"{names.Database} is what was restored; what was there is {names.Aside}.")
                    : new(StepState.Torn, seen, $"{names.Database} lets nobody in."),
                (true, true, false) when !await DatabaseDoor.IsOpen(session, names.Database, cancellation) => new(StepState.Torn, seen, $"{names.Database} lets nobody in, and is not replaced yet."),
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
                await DatabaseDoor.Open(session, names.Database, cancellation);
                break;
            default:
                throw new DatabaseException($"{names.Database} could not be put back: of it, {names.Made} and {names.Aside} there are others than expected. Rename them by hand.");
        }
    }

    /// <summary>Why this user could not do it; null when he can. A database that is not there has no owner and no sessions.</summary>
    public static async Task<string?> WhyNot(PgSession session, string database, CancellationToken cancellation)
    {
        var rights = await session.Rows(
            $"SELECT r.rolsuper::text, r.rolcreatedb::text, pg_catalog.pg_has_role(current_user, d.datdba, 'USAGE')::text, pg_catalog.pg_has_role(current_user, 'pg_signal_backend', 'USAGE')::text, current_user::text "
            + $"FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_database d ON d.datname = {PgText.Literal(database)} WHERE r.rolname = current_user",
            cancellation);
        var of = rights[0];
        return of[0] == "true" ? null
            : of[1] != "true" ? $"the user {of[4]} may not make or rename databases (CREATEDB)"
            : of[2] is null ? null
            : of[2] != "true" ? $"the user {of[4]} does not own {database}, so cannot rename it"
            : of[3] != "true" ? $"the user {of[4]} may not end the sessions of others (GRANT pg_signal_backend)"
            : null;
    }

    private async Task Change(PgSession session, (string From, string To) first, (string From, string To) second, CancellationToken cancellation)
    {
        await DatabaseDoor.Close(session, first.From, cancellation);
        try
        {
            var ended = await _door.Empty(session, first.From, cancellation) + await _door.Empty(session, second.From, cancellation);
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
                await DatabaseDoor.Open(again, name, CancellationToken.None);
            }

            throw;
        }
    }
}
