using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Postgres;

/// <summary>
/// Gives a restored database its name where no database has it any more: nothing is put aside, since there is nothing. Undone,
/// what served since keeps a name of its own, and nobody drops it.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="database">The database.</param>
/// <param name="names">Its names.</param>
/// <param name="stamp">The moment of the order.</param>
internal sealed class PlaceDatabaseStep(string id, PostgresDatabase database, RestoreNames names, string stamp) : IStep
{
    private readonly DatabaseDoor _door = new(database);

    public string Id => id;

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => TimeSpan.FromMinutes(2);

    /// <summary>The comment by which one that was put there is told from one that somebody else made meanwhile.</summary>
    public static string MarkOf(string stamp) => $"Release put this here by the order of {stamp}, when there was no database of this name";

    public string Describe() => $"Call {names.Made} {names.Database}, since there is no database of this name.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            await using var session = await database.OpenBeside(cancellation);
            var there = await names.There(session, cancellation);
            var seen = new JsonObject { ["database"] = names.Database };
            return there switch
            {
                { Database: true } when await IsOurs(session, cancellation) => await DatabaseDoor.IsOpen(session, names.Database, cancellation)
                    ? new(StepState.Applied, seen, $"{names.Database} is there again, as it was restored.")
                    : new(StepState.Torn, seen, $"{names.Database} lets nobody in."),
                { Database: true } => new(StepState.Foreign, seen, $"There is a database {names.Database} again, and Release did not put it there: order the restore anew, which keeps that one aside."),
                { Made: true } => new(StepState.Pending, seen, $"There is no database {names.Database} yet."),
                _ when await OwnDatabases.Exists(session, names.Undone, cancellation) => new(StepState.Pending, seen, $"There is no database {names.Database}; what had been restored is {names.Undone}."),
                _ => new(StepState.Foreign, seen, $"There is neither a database {names.Database} nor {names.Made}: somebody else renames them, too."),
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
        switch (await names.There(session, cancellation))
        {
            case { Database: true } when await IsOurs(session, cancellation):
                await DatabaseDoor.Open(session, names.Database, cancellation);
                break;
            case { Database: false, Made: true }:
                _ = await _door.Empty(session, names.Made, cancellation);
                await session.Do(
                    $"BEGIN; ALTER DATABASE {PgText.Identifier(names.Made)} RENAME TO {PgText.Identifier(names.Database)}; COMMENT ON DATABASE {PgText.Identifier(names.Database)} IS {PgText.Literal(MarkOf(stamp))}; "
                    + $"ALTER DATABASE {PgText.Identifier(names.Database)} ALLOW_CONNECTIONS true; COMMIT",
                    cancellation);
                break;
            default:
                throw new DatabaseException($"{names.Made} could not be called {names.Database}: one of this name is there again, or {names.Made} is gone. Nothing was renamed.");
        }
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        await using var session = await database.OpenBeside(cancellation);
        if (!await OwnDatabases.Exists(session, names.Database, cancellation) || !await IsOurs(session, cancellation))
        {
            return;
        }

        await DatabaseDoor.Close(session, names.Database, cancellation);
        try
        {
            _ = await _door.Empty(session, names.Database, cancellation);
            await session.Do(
                $"BEGIN; ALTER DATABASE {PgText.Identifier(names.Database)} RENAME TO {PgText.Identifier(names.Undone)}; ALTER DATABASE {PgText.Identifier(names.Undone)} ALLOW_CONNECTIONS true; COMMIT", cancellation);
        }
        catch
        {
            await using var again = await database.OpenBeside(CancellationToken.None);
            await DatabaseDoor.Open(again, names.Database, CancellationToken.None);
            throw;
        }
    }

    private async Task<bool> IsOurs(PgSession session, CancellationToken cancellation) =>
        await OwnDatabases.Mark(session, names.Database, cancellation) == MarkOf(stamp);
}
