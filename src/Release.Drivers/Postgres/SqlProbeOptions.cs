using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Postgres;

/// <summary>
/// A look into a PostgreSQL database, which the server itself keeps from changing anything: tables are there, migrations are
/// applied, connections and replication have room, a query answers as expected.
/// </summary>
public sealed record SqlProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets where the database is; null for that of the only backup of type <c>postgres</c>.</summary>
    public PostgresConnectionOptions? Connection { get; init; }

    /// <summary>Gets a query of one statement; null for none. Its first value is what is judged.</summary>
    public string? Query { get; init; }

    /// <summary>Gets what the first value must be, as the server writes it; null for anything.</summary>
    [MayBeEmpty]
    public string? Expect { get; init; }

    /// <summary>Gets the least that the first value may be; null for no limit.</summary>
    public double? Min { get; init; }

    /// <summary>Gets the most that the first value may be; null for no limit.</summary>
    public double? Max { get; init; }

    /// <summary>Gets how many rows the query must answer with; null for any number up to 1,000.</summary>
    [Range(0, 1000)]
    public int? ExpectRows { get; init; }

    /// <summary>Gets tables and views that must be there, with their schema or in <c>public</c>: <c>orders</c>, <c>billing.invoices</c>.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Gets the migrations that must be applied; null for none.</summary>
    public MigrationsOptions? Migrations { get; init; }

    /// <summary>Gets the share of <c>max_connections</c> that may be in use; null for any.</summary>
    public Percent? MaxConnections { get; init; }

    /// <summary>Gets how far a replica may be behind, whether the server is one or has some; null for any.</summary>
    public TimeSpan? MaxReplicationLag { get; init; }

    /// <summary>Gets how many replicas must be connected.</summary>
    [Range(0, 100)]
    public int LeastReplicas { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Query is null && Tables is not { Count: > 0 } && Migrations is null && MaxConnections is null && MaxReplicationLag is null && LeastReplicas == 0)
        {
            yield return new("query", "expected something to look at: \"query\", \"tables\", \"migrations\", \"maxConnections\", \"maxReplicationLag\" or \"leastReplicas\"");
        }

        if (Query is null && (Expect is not null || Min is not null || Max is not null || ExpectRows is not null))
        {
            yield return new("query", "expected a query whose answer is judged");
        }
    }
}

/// <summary>Migrations, as the tool that applies them records them in a table.</summary>
public sealed record MigrationsOptions
{
    /// <summary>Gets the table (<c>schema_migrations</c>, <c>public.flyway_schema_history</c>).</summary>
    public required string Table { get; init; }

    /// <summary>Gets the column with their ids.</summary>
    public string Column { get; init; } = "version";

    /// <summary>Gets the ids that must be there; others may be, too.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Applied { get; init; } = [];

    /// <summary>Gets the newest id there must be, by the order of numbers where all are numbers and else of text; null for any.</summary>
    public string? Newest { get; init; }
}

/// <summary>The newest backup of a database is young enough and was verified.</summary>
public sealed record BackupProbeOptions : ProbeOptions
{
    /// <summary>Gets the backup's <c>id</c>; null for the only one of type <c>postgres</c>.</summary>
    public string? Backup { get; init; }

    /// <summary>Gets how old it may be.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>Gets a value indicating whether only backups count that were restored and compared.</summary>
    public bool Verified { get; init; } = true;
}
