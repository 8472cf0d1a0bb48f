using System.Diagnostics;
using Release.Conformance;
using Release.Drivers.External;
using Release.Drivers.Postgres;
using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.Postgres;

/// <summary>Goal: a backup is right or it is none. Method: a real server with data that is hard to keep, and everything that can go wrong.</summary>
public sealed class BackingUpPostgres(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private static int Made;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly string _database = $"shop '{Interlocked.Increment(ref Made)}' \"x\" =ü";
    private static readonly StepKey Key = new(new string('0', 32));

    [PostgresFact]
    public async Task A_backup_of_everything_is_verified_and_leaves_no_scratch_database()
    {
        await Fill();
        await Take(Options());

        Backup.Manifest.Rows.ShouldBe(500 + 2000 + 4 + 30 + 20 + 2);
        Backup.Verified!.Detail.ShouldContain("3 large objects");
        (await Databases()).ShouldNotContain(d => d.StartsWith("release_", StringComparison.Ordinal));
        _told.ShouldNotContain(line => line.Contains(PostgresServer.Password, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task A_folder_is_dumped_and_restored_by_several_jobs_at_once()
    {
        await Fill();
        await Take(Options() with { Jobs = 2 });

        Backup.Manifest.Files.Count.ShouldBeGreaterThan(5);
        Backup.Verified.ShouldNotBeNull();
    }

    [PostgresFact]
    public async Task It_keeps_what_every_backup_method_promises()
    {
        await Fill();
        var discarding = Method(Options() with { OnRollback = BackupPolicy.Discard });
        var behaviours = new BackupBehaviours("postgres", discarding, discarding, "scratch-1", new Subject(TimeProvider.System, "pg", _folder.Path) { Late = TimeSpan.FromMilliseconds(200) });

        foreach (var behaviour in behaviours.All.Where(b => !b.Name.EndsWith(": restores", StringComparison.Ordinal)))
        {
            await behaviour.Try(default);
        }

        (await Databases()).ShouldNotContain(d => d.StartsWith("release_", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Somebody_who_writes_all_the_time_makes_no_difference()
    {
        await Fill();
        using var stop = new CancellationTokenSource();
        var writing = Write(stop.Token);
        await Take(Options());
        await stop.CancelAsync();
        var written = await writing;

        written.ShouldBeGreaterThan(5, "the writer was at work meanwhile");
        Backup.Verified.ShouldNotBeNull();
    }

    [PostgresFact]
    public async Task A_byte_that_changed_anywhere_in_the_dump_is_found()
    {
        await Fill();
        await Take(Options());
        var dump = Path.Combine(FolderOf(Backup), BackupFolder.Dump);
        var whole = await File.ReadAllBytesAsync(dump);
        foreach (var place in new[] { 3, whole.Length / 4, whole.Length / 2, whole.Length - 20 })
        {
            var damaged = whole.ToArray();
            damaged[place] ^= 0x55;
            await File.WriteAllBytesAsync(dump, damaged);
            (await Failing(Backup)).ShouldContain("data.dump is not what was written");
        }

        await File.WriteAllBytesAsync(dump, whole[..(whole.Length / 2)]);
        var cut = await Failing(Backup);
        cut.ShouldContain("bytes, not");
        cut.ShouldContain("public.", Case.Sensitive, "the table where reading stops is named");
        (await Databases()).ShouldNotContain(d => d.StartsWith("release_", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task A_table_that_is_short_or_different_or_missing_is_named()
    {
        await Fill();
        await Take(Options());

        // Somebody changes the database and dumps it over our backup, with a digest that is right.
        await server.Sql(_database, "DELETE FROM public.orders WHERE id = 77");
        (await Failing(await Dumped("--exclude-table-data=public.empty"))).ShouldContain("table public.orders: 1,999 rows, not 2,000");
        await server.Sql(_database, "UPDATE public.customers SET born = born + 1 WHERE id = 3");
        (await Failing(await Dumped("--exclude-table=\"Schëma Two\".\"-Fc\""))).ShouldSatisfyAllConditions(
            said => said.ShouldContain("table \"Schëma Two\".\"-Fc\" is missing (30 rows)"), said => said.ShouldContain("table public.customers: as many rows (500), but not with the same contents"));
        await server.Sql(_database, "SELECT lo_put(4711, 5, 'x'), setval('public.down', 1); ALTER TABLE public.empty ADD more int; DROP VIEW public.totals");
        (await Failing(await Dumped("--exclude-table-data=public.empty"))).ShouldSatisfyAllConditions(
            said => said.ShouldContain("large objects: as many of them (3), but not with the same contents"),
            said => said.ShouldContain("sequence public.down stands at 1"),
            said => said.ShouldContain("column public.empty.more was not there"),
            said => said.ShouldContain("view public.totals is missing"));
    }

    [PostgresFact]
    public async Task A_server_that_goes_away_in_mid_dump_leaves_nothing_that_looks_like_a_backup()
    {
        await Fill();
        await server.Sql(_database, "CREATE TABLE public.aaa AS SELECT i, (SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 60) j) AS noise FROM generate_series(1, 25000) i");
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var take = new PostgresBackup(Options(), server.Context(_folder.Path, line =>
        {
            if (line.Contains("table \"public.aaa\"", StringComparison.Ordinal))
            {
                _ = reached.TrySetResult();
            }
        })).Take("before-1")[0];

        var taking = take.Apply(Key, default);
        await reached.Task;
        await server.Crash();
        var failure = await Should.ThrowAsync<DatabaseException>(() => taking);
        await server.Start();

        failure.Message.ShouldMatch("public\\.aaa|does not answer");
        (await take.Observe(default)).State.ShouldBe(StepState.Pending);
        Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, ".release", "test", "backups", "shop")).ShouldBeEmpty();
        await take.Apply(Key, default);
        (await take.Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [PostgresFact]
    public async Task A_disk_that_is_full_is_named_before_the_dump_and_in_the_middle_of_it()
    {
        await Fill();
        await server.Sql(_database, "CREATE TABLE public.aaa AS SELECT (SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 60) j) AS noise FROM generate_series(1, 4000) i");
        var small = Path.Combine(_folder.Path, "small");
        _ = Directory.CreateDirectory(small);
        if (await Ended("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small) != 0)
        {
            return; // Only root may mount.
        }

        try
        {
            var options = Options() with { Path = small, MinFree = "1MB" };
            var before = await Should.ThrowAsync<DatabaseException>(() => Method(options).Take("before-1")[0].Apply(Key, default));
            before.Message.ShouldContain("is expected to take");
            before.Message.ShouldContain("Nothing was written");
            Directory.EnumerateFileSystemEntries(small).ShouldBeEmpty();

            // An earlier backup that compressed well lets one expect that the next one does, too.
            var folder = new BackupFolder(PostgresDatabase.FolderOf(options, server.Context(_folder.Path, _ => { })));
            _ = folder.Begin("earlier");
            folder.Finish(Earlier(), new Fingerprint { Objects = new Dictionary<string, string>(), Tables = new Dictionary<string, TableFacts>(), Sequences = new Dictionary<string, SequenceFacts>(), LargeObjects = new(0, "", false) });
            var during = await Should.ThrowAsync<DatabaseException>(() => Method(options with { MinFree = "1kB" }).Take("before-2")[0].Apply(Key, default));
            during.Message.ShouldContain("is full");
            Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).ShouldBe(["earlier"]);
        }
        finally
        {
            _ = await Ended("umount", small);
        }
    }

    [PostgresFact]
    public async Task The_password_is_in_no_argument_and_in_no_line()
    {
        await Fill();
        var seen = new List<string>();
        var told = new List<string>();
        foreach (var step in new PostgresBackup(Options(), server.Context(_folder.Path, line =>
        {
            told.Add(line);
            seen.AddRange(Directory.EnumerateDirectories("/proc").Select(Arguments));
        })).Take("before-1"))
        {
            await step.Apply(Key, default);
            told.Add((await step.Observe(default)).Seen.ToJsonString());
        }

        seen.ShouldContain(line => line.Contains("pg_dump", StringComparison.Ordinal));
        seen.Concat(told).ShouldNotContain(line => line.Contains(PostgresServer.Password, StringComparison.Ordinal) || line.Contains("s'w;o", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task What_a_run_that_was_killed_left_is_dropped_and_what_is_somebody_elses_is_not()
    {
        await Fill();
        var own = new OwnDatabases(new(Options(), server.Context(_folder.Path, _ => { })));
        var (left, foreign) = (own.ScratchOf("long-ago"), own.ScratchOf("before-1"));
        await using (var session = await server.Open("postgres"))
        {
            await own.Create(session, left, default);
        }

        await server.Sql("postgres", $"CREATE DATABASE {foreign}; COMMENT ON DATABASE {foreign} IS 'mine'");
        await Method(Options()).Take("before-1")[0].Apply(Key, default);

        (await Should.ThrowAsync<DatabaseException>(() => Method(Options()).Take("before-1")[1].Apply(Key, default))).Message.ShouldContain("did not make");
        (await Databases()).ShouldSatisfyAllConditions(all => all.ShouldContain(foreign), all => all.ShouldNotContain(left));
        await server.Sql("postgres", $"DROP DATABASE {foreign}");
    }

    public void Dispose() => _folder.Dispose();

    private StoredBackup Backup => new BackupFolder(Path.Combine(_folder.Path, ".release", "test", "backups", "shop")).All()[0];

    private string FolderOf(StoredBackup backup) => Path.Combine(_folder.Path, ".release", "test", "backups", "shop", backup.Manifest.Name);

    private async Task<string> Failing(StoredBackup backup) =>
        (await Should.ThrowAsync<DatabaseException>(() => new Verifying(new(Options(), server.Context(_folder.Path, _ => { }))).Verify(backup, default))).Message;

    // A dump of now under the facts of before.
    private async Task<StoredBackup> Dumped(string exclude)
    {
        var path = Path.Combine(FolderOf(Backup), BackupFolder.Dump);
        var start = new ProcessStartInfo("pg_dump", ["--format=custom", $"--file={path}", exclude, PgText.ConnectionArgument(_database)]);
        start.Environment["PGPASSWORD"] = PostgresServer.Password;
        (start.Environment["PGHOST"], start.Environment["PGPORT"], start.Environment["PGUSER"]) = ("127.0.0.1", $"{server.Port}", "postgres");
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        var bytes = await File.ReadAllBytesAsync(path);
        return Backup with { Manifest = Backup.Manifest with { Files = [new(BackupFolder.Dump, bytes.Length, Sha256.HexOf(bytes)), .. Backup.Manifest.Files.Skip(1)] } };
    }

    private static async Task<int> Ended(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private BackupManifest Earlier() => new()
    {
        Name = "earlier", Environment = "test", Id = "shop", Database = _database, Server = "15", Client = "15", TakenAt = DateTimeOffset.UnixEpoch, Format = DumpFormat.Custom,
        DataSize = 1_000_000_000, Tables = 0, Rows = 0, Checksum = ChecksumDepth.Full, Owners = true, Files = [],
    };

    private async Task<int> Write(CancellationToken stop)
    {
        var written = 0;
        await using var session = await server.Open(_database);
        while (!stop.IsCancellationRequested)
        {
            await session.Do("INSERT INTO public.customers (name) VALUES ('x'); UPDATE public.orders SET amount = amount + 1 WHERE id % 10 = 0; DELETE FROM public.orders WHERE id = (SELECT min(id) FROM public.orders); SELECT pg_catalog.nextval('public.down')", default);
            written++;
        }

        return written;
    }

    private static string Arguments(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private PostgresBackupOptions Options() => new() { Type = "postgres", Id = "shop", Connection = server.Connection(_database), Timeout = TimeSpan.FromMinutes(2) };

    private PostgresBackup Method(PostgresBackupOptions options) => new(options, server.Context(_folder.Path, line =>
    {
        lock (_told)
        {
            _told.Add(line);
        }
    }));

    private async Task Take(PostgresBackupOptions options, string name = "before-1")
    {
        foreach (var step in Method(options).Take(name))
        {
            await step.Apply(Key, default);
            (await step.Observe(default)).State.ShouldBe(StepState.Applied);
        }
    }

    private async Task Fill()
    {
        await server.Sql("postgres", $"CREATE DATABASE {PgText.Identifier(_database)}");
        await server.Sql(_database, Shop.Sql);
    }

    private async Task<IReadOnlyList<string>> Databases()
    {
        await using var session = await server.Open("postgres");
        return [.. (await session.Rows("SELECT datname::text FROM pg_catalog.pg_database", default)).Select(r => r[0]!)];
    }
}
