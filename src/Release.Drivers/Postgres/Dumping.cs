using System.Globalization;

namespace Release.Drivers.Postgres;

/// <summary>
/// Takes a backup: one transaction holds a snapshot open, the dump is written in it, and what the database holds is read in
/// it meanwhile. Whoever writes to the database in this time changes neither.
/// </summary>
/// <param name="database">The database.</param>
internal sealed class Dumping(PostgresDatabase database)
{
    private const int Block = 128 * 1024;
    private const long Told = 64_000_000;

    private BackupFolder Folder => database.Folder;

    /// <summary>Takes it. What fails leaves nothing.</summary>
    /// <exception cref="DatabaseException">It could not be taken.</exception>
    public async Task Take(string name, CancellationToken cancellation)
    {
        await using var session = await database.Open(cancellation);
        var programs = await database.Programs(session, cancellation);
        var size = await RequireRoom(session, cancellation);
        var portrait = await DatabasePortrait.Of(session, database.Name, cancellation);
        await session.Do("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellation);
        var moment = (await session.Rows("SELECT to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), pg_catalog.pg_export_snapshot()", cancellation))[0];
        var reader = new FingerprintReader(session, owners: true, line => database.Context.Report($"  {line}"));
        await reader.Lock(cancellation);

        var part = Folder.Begin(name);
        try
        {
            var (files, facts) = await Both(Write(programs, moment[1]!, part), Read(reader), cancellation);
            Folder.Finish(
                new()
                {
                    Name = name,
                    Environment = database.Context.Environment,
                    Id = database.Options.Id,
                    Database = database.Name,
                    Server = session.Version,
                    Client = programs.Version,
                    TakenAt = DateTimeOffset.Parse(moment[0]!, CultureInfo.InvariantCulture),
                    Format = database.Options.FormatInUse,
                    DataSize = size,
                    Tables = facts.Tables.Count,
                    Rows = facts.Rows,
                    Checksum = database.Options.Checksum,
                    Owners = true,
                    Portrait = portrait,
                    Files = files,
                },
                facts);
        }
        catch (Exception problem)
        {
            Folder.Clear(name);
            if (problem is IOException full && DiskRoom.Free(Folder.Path) < Told)
            {
                throw Full(full);
            }

            throw problem is DatabaseException { Message: var said } && said.Contains("No space left on device", StringComparison.Ordinal) && said.Contains("could not write", StringComparison.Ordinal)
                ? Full(problem)
                : problem is DatabaseException or OperationCanceledException ? problem : new DatabaseException($"The dump of {database.Place} could not be written: {problem.Message}", problem);
        }
    }

    /// <summary>Throws when the dump will not fit on its disk; else what the tables take.</summary>
    /// <exception cref="DatabaseException">It will not.</exception>
    public async Task<long> RequireRoom(PgSession session, CancellationToken cancellation)
    {
        var size = await PostgresDatabase.DataSize(session, cancellation);
        DiskRoom.Require(Folder.Path, DiskRoom.Expected(size, Folder.All() is [var newest, ..] ? newest.Manifest : null), database.Options.MinFree);
        return size;
    }

    private DatabaseException Full(Exception cause) => new(
        $"The disk of {Folder.Path} is full: the dump of {database.Name} did not fit, and what was written of it is removed ({PgText.Size(DiskRoom.Free(Folder.Path))} are free now). Make room, or name another \"path\".", cause);

    private Func<CancellationToken, Task<IReadOnlyList<DumpedFile>>> Write(IClientPrograms programs, string snapshot, string part) => async cancellation =>
    {
        if (database.Options.FormatInUse is DumpFormat.Custom)
        {
            DumpedFile? written = null;
            await programs.Dump(database.Name, snapshot, async (output, token) => written = await Copy(output, Path.Combine(part, BackupFolder.Dump), token), cancellation);
            return [written!];
        }

        var folder = Path.Combine(part, BackupFolder.DumpFolder);
        await programs.DumpFolder(database.Name, snapshot, folder, database.Options.Jobs, cancellation);
        return await Digests(part, folder, cancellation);
    };

    // Sequences heed no snapshot: where they stand is read once more when the dump has read them.
    private Func<CancellationToken, Task<(Fingerprint Facts, Func<CancellationToken, Task<IReadOnlyDictionary<string, SequenceFacts>>> After)>> Read(FingerprintReader reader) => async cancellation =>
        (await reader.Read(database.Options.Checksum, null, cancellation), reader.Sequences);

    // Whichever fails ends the other, and its own reason is the one that is told.
    private static async Task<(IReadOnlyList<DumpedFile> Files, Fingerprint Facts)> Both(
        Func<CancellationToken, Task<IReadOnlyList<DumpedFile>>> write,
        Func<CancellationToken, Task<(Fingerprint Facts, Func<CancellationToken, Task<IReadOnlyDictionary<string, SequenceFacts>>> After)>> read,
        CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (writing, reading) = (write(either.Token), read(either.Token));
        var first = await Task.WhenAny(writing, reading);
        if (!first.IsCompletedSuccessfully)
        {
            await either.CancelAsync();
            await Task.WhenAll(writing, reading).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await first;
        }

        var files = await Ended(writing, either, reading);
        var (facts, after) = await reading;
        var now = await after(cancellation);
        return (files, facts with { Sequences = facts.Sequences.ToDictionary(s => s.Key, s => s.Value with { To = now.TryGetValue(s.Key, out var later) ? later.To : s.Value.To }, StringComparer.Ordinal) });
    }

    private static async Task<IReadOnlyList<DumpedFile>> Ended(Task<IReadOnlyList<DumpedFile>> writing, CancellationTokenSource either, Task reading)
    {
        try
        {
            return await writing;
        }
        catch
        {
            await either.CancelAsync();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<DumpedFile> Copy(Stream output, string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        });
        using var digest = new RunningSha256();
        var (block, told) = (new byte[Block], 0L);
        for (int read; (read = await output.ReadAsync(block, cancellation)) > 0;)
        {
            digest.Append(block.AsSpan(0, read));
            await file.WriteAsync(block.AsMemory(0, read), cancellation);
            if (file.Position - told >= Told)
            {
                told = file.Position;
                database.Context.Report($"  dump of {database.Name}: {PgText.Size(told)} written");
            }
        }

        RandomAccess.FlushToDisk(file.SafeFileHandle);
        return new(BackupFolder.Dump, file.Position, digest.ToHex());
    }

    private static async Task<IReadOnlyList<DumpedFile>> Digests(string part, string folder, CancellationToken cancellation)
    {
        var files = new List<DumpedFile>();
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            await using var file = File.OpenRead(path);
            files.Add(new(Path.GetRelativePath(part, path), file.Length, await RunningSha256.HexOf(file, cancellation)));
        }

        return files;
    }
}
