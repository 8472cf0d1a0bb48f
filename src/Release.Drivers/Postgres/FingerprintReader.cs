using System.Globalization;
using System.Numerics;

namespace Release.Drivers.Postgres;

/// <summary>Reads a database's fingerprint in one transaction that sees one moment.</summary>
/// <param name="session">The connection, with such a transaction open.</param>
/// <param name="owners">Whether owners are compared.</param>
/// <param name="report">Takes one line of progress.</param>
internal sealed class FingerprintReader(PgSession session, bool owners, Action<string> report)
{
    /// <summary>The oldest server that the questions are for.</summary>
    public const int OldestMajor = 12;

    private sealed record Table(string Name, long Estimated, string? Key, string? Condition);

    /// <summary>Keeps every table from being truncated, dropped or rewritten until the transaction ends, as a dump does.</summary>
    public async Task Lock(CancellationToken cancellation)
    {
        var tables = await Tables(cancellation);
        foreach (var some in tables.Chunk(100))
        {
            await session.Do($"LOCK TABLE ONLY {string.Join(", ONLY ", some.Select(t => t.Name))} IN ACCESS SHARE MODE", cancellation);
        }
    }

    /// <summary>Reads it; of a sequence where it stands now.</summary>
    /// <param name="sampled">Which tables are sampled.</param>
    /// <param name="depth">What is read of a table.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Fingerprint> Read(ChecksumDepth depth, Func<string, bool>? sampled, CancellationToken cancellation)
    {
        var sequences = await Sequences(cancellation);
        var (tables, facts) = (await Tables(cancellation), new Dictionary<string, TableFacts>(StringComparer.Ordinal));
        foreach (var table in tables)
        {
            report($"checksums: {table.Name}, {facts.Count + 1} of {tables.Count} tables");
            var isSampled = depth is ChecksumDepth.Sample && table is { Key: not null, Condition: null } && (sampled?.Invoke(table.Name) ?? table.Estimated > FingerprintQueries.ManyRows);
            var sql = depth is ChecksumDepth.Counts ? FingerprintQueries.Count(table.Name, table.Condition) : FingerprintQueries.Checksum(table.Name, isSampled ? table.Key : null, table.Condition);
            facts.Add(table.Name, Facts(await session.Rows(sql, cancellation), isSampled));
        }

        return new()
        {
            Objects = (await session.Rows(FingerprintQueries.Objects(owners), cancellation)).GroupBy(o => o[0]!, StringComparer.Ordinal)
                .ToDictionary(o => o.Key, o => string.Join(" | ", o.Select(r => r[1] ?? "").Order(StringComparer.Ordinal)), StringComparer.Ordinal),
            Roles = (await session.Rows(FingerprintQueries.Roles, cancellation)).ToDictionary(r => r[0]!, r => r[1]!, StringComparer.Ordinal),
            Tables = facts,
            Sequences = sequences,
            LargeObjects = Facts(await session.Rows(depth is ChecksumDepth.Counts ? FingerprintQueries.LargeObjectCount : FingerprintQueries.LargeObjects, cancellation), false),
        };
    }

    /// <summary>The number of rows of each table now; a table that cannot be counted is left out.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Counts(CancellationToken cancellation)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in await Tables(cancellation))
        {
            counts.Add(table.Name, Facts(await session.Rows(FingerprintQueries.Count(table.Name, table.Condition), cancellation), false).Rows);
        }

        return counts;
    }

    /// <summary>Where each sequence stands now.</summary>
    public async Task<IReadOnlyDictionary<string, SequenceFacts>> Sequences(CancellationToken cancellation)
    {
        var found = new Dictionary<string, SequenceFacts>(StringComparer.Ordinal);
        foreach (var sequence in await session.Rows(FingerprintQueries.Sequences, cancellation))
        {
            var at = BigInteger.Parse((await session.One(FingerprintQueries.Position(sequence[0]!, sequence[1]!), cancellation))!, CultureInfo.InvariantCulture);
            found.Add(sequence[0]!, new(at, at, sequence[2] == "true"));
        }

        return found;
    }

    private async Task<IReadOnlyList<Table>> Tables(CancellationToken cancellation) =>
        [.. (await session.Rows(FingerprintQueries.Tables, cancellation)).Select(r => new Table(r[0]!, long.Parse(r[1]!, CultureInfo.InvariantCulture), r[2], r[3]))];

    private static TableFacts Facts(IReadOnlyList<IReadOnlyList<string?>> rows, bool isSampled) =>
        new(long.Parse(rows[0][0]!, CultureInfo.InvariantCulture), rows[0][1] ?? "", isSampled);
}
