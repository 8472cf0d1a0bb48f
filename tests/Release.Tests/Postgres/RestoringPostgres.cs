using Release.Drivers.Postgres;
using Release.Platforms;
using Release.Probes;
using Release.Configuration;
using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.Postgres;

/// <summary>Goal: a restore brings back what was dumped, loses nothing that is there, and can be taken back. Method: its steps on a real server.</summary>
public sealed class RestoringPostgres(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Stamp = "20260102030405";
    private static int Made;
    private static readonly StepKey Key = new(new string('0', 32));
    private readonly TemporaryFolder _folder = new();
    private readonly string _database = $"restore '{Interlocked.Increment(ref Made)}' \"x\" =ü";

    private string Aside => $"{_database}_before_{Stamp}";

    [PostgresFact]
    public async Task It_is_right_row_for_row_and_what_was_there_is_kept_and_comes_back()
    {
        var before = await Prepared();
        await server.Sql(_database, "DELETE FROM public.orders; UPDATE public.customers SET name = 'lost'; SELECT lo_unlink(4711); CREATE TABLE public.since (a int)");
        await server.Sql("postgres", $"ALTER DATABASE {PgText.Identifier(_database)} SET search_path TO \"$user\", \"Schëma Two\"; COMMENT ON DATABASE {PgText.Identifier(_database)} IS 'the shop'");
        var changed = await Everything(_database);
        var outlook = await Method.LookAhead(Order, default);
        await using var session = await server.Open(_database);
        var steps = Method.Restore(Order);
        await Apply(steps);

        (await Everything(_database)).ShouldBe(before);
        (await Everything(Aside)).ShouldBe(changed);
        (await server.Ask("postgres", $"SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(_database)}")).ShouldBe("the shop");
        (await server.Ask("postgres", $"SELECT setconfig::text FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = setdatabase WHERE datname = {PgText.Literal(_database)}"))!.ShouldContain("Schëma Two");
        outlook.Lines.ShouldSatisfyAllConditions(
            lines => lines.ShouldContain(l => l.Contains("public.orders: 2,000 rows fewer", StringComparison.Ordinal)),
            lines => lines.ShouldContain(l => l.Contains("public.since: is not in the backup", StringComparison.Ordinal)));
        await Should.ThrowAsync<DatabaseException>(() => session.One("SELECT '1'", default));

        foreach (var step in steps.Reverse())
        {
            await step.Undo(new([]), Key, default);
            await step.Undo(new([]), Key, default);
        }

        (await Everything(_database)).ShouldBe(changed);
        (await Databases()).Where(d => d.EndsWith(Stamp, StringComparison.Ordinal)).ShouldBe([$"{_database}_undone_{Stamp}"], "somebody may have written to it while it served");
        (await Everything($"{_database}_undone_{Stamp}")).ShouldBe(before);
        Method.Kept().Select(k => k.Name).ShouldContain($"before-restore-{Stamp}", "the dump of what was there is kept");
    }

    [PostgresFact]
    public async Task What_was_put_aside_comes_back_by_its_word()
    {
        _ = await Prepared();
        await server.Sql(_database, "DELETE FROM public.orders");
        var changed = await Everything(_database);
        await Apply(Method.Restore(Order));

        (await Method.Aside(default)).ShouldBe([Aside]);
        await Apply(Method.Restore(new("shop", null, "20270102030405", Aside)));

        (await Everything(_database)).ShouldBe(changed);
        (await Method.Aside(default)).ShouldBe([$"{_database}_undone_20270102030405"]);
    }

    [PostgresFact]
    public async Task A_kill_between_closing_the_door_and_renaming_is_found_and_settled_both_ways()
    {
        var before = await Prepared();
        var steps = Method.Restore(Order);
        await Apply(steps.SkipLast(1));
        await server.Sql("postgres", $"ALTER DATABASE {PgText.Identifier(_database)} ALLOW_CONNECTIONS false");

        (await steps[^1].Observe(default)).State.ShouldBe(StepState.Torn);
        await steps[^1].Undo(new([]), Key, default);
        (await steps[^1].Observe(default)).State.ShouldBe(StepState.Pending);
        await server.Sql("postgres", $"ALTER DATABASE {PgText.Identifier(_database)} ALLOW_CONNECTIONS false");
        await steps[^1].Apply(Key, default);

        (await steps[^1].Observe(default)).State.ShouldBe(StepState.Applied);
        (await steps[1].Observe(default)).State.ShouldBe(StepState.Applied, "a run that goes on restores nothing again");
        (await Everything(_database)).ShouldBe(before);
    }

    [PostgresFact]
    public async Task A_damaged_backup_is_never_restored_and_nothing_is_changed()
    {
        _ = await Prepared();
        var dump = Directory.EnumerateFiles(_folder.Path, "data.dump", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(dump);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(dump, bytes);
        var step = Method.Restore(Order)[1];

        (await Should.ThrowAsync<DatabaseException>(() => step.Apply(Key, default))).Message.ShouldContain("is damaged");
        await step.Undo(new([]), Key, default);
        (await Databases()).ShouldNotContain(d => d.EndsWith(Stamp, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task A_database_that_is_gone_comes_back_with_its_settings_and_may_be_taken_back()
    {
        var before = await Prepared($"ALTER DATABASE {PgText.Identifier(_database)} SET search_path TO \"Schëma Two\"; REVOKE CONNECT ON DATABASE {PgText.Identifier(_database)} FROM PUBLIC; ALTER DATABASE {PgText.Identifier(_database)} CONNECTION LIMIT 30");
        await server.Sql("postgres", $"DROP DATABASE {PgText.Identifier(_database)} WITH (FORCE)");

        var outlook = await Method.LookAhead(Order, default);
        (outlook.IsGone, outlook.NoSafety).ShouldBe((true, null));
        outlook.Lines.ShouldSatisfyAllConditions(
            lines => lines.ShouldContain(l => l.Contains($"THERE IS NO DATABASE {_database} on its server", StringComparison.Ordinal) && l.Contains("could not be read", StringComparison.Ordinal)),
            lines => lines.ShouldContain(l => l.Contains("everything written after the backup was taken", StringComparison.Ordinal)),
            lines => lines.ShouldContain(l => l.Contains("databases that are there: ", StringComparison.Ordinal)));
        var steps = Method.Restore(Order with { IsGone = true });
        steps.Select(s => s.Id).ShouldBe(["restore-database-shop", "place-database-shop"]);
        await Apply(steps);

        (await Everything(_database)).ShouldBe(before);
        (await server.Ask("postgres", $"SELECT datconnlimit::text || pg_catalog.has_database_privilege('public', oid, 'CONNECT') || (SELECT setconfig::text FROM pg_catalog.pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_catalog.pg_database d WHERE datname = {PgText.Literal(_database)}"))!
            .ShouldSatisfyAllConditions(said => said.ShouldStartWith("30false"), said => said.ShouldContain("Schëma Two"));
        (await steps[0].Observe(default)).State.ShouldBe(StepState.Applied, "a run that goes on restores nothing again");

        foreach (var step in steps.Reverse())
        {
            await step.Undo(new([]), Key, default);
            await step.Undo(new([]), Key, default);
            (await step.Observe(default)).State.ShouldBe(StepState.Pending);
        }

        (await Databases()).ShouldBe([$"{_database}_undone_{Stamp}"], "somebody may have written to it while it served");
        (await Everything($"{_database}_undone_{Stamp}")).ShouldBe(before);
        await Apply(Method.Restore(new("shop", null, "20270102030405", $"{_database}_undone_{Stamp}") { IsGone = true }));
        (await Everything(_database)).ShouldBe(before);
    }

    [PostgresFact]
    public async Task One_that_somebody_made_again_meanwhile_is_never_replaced_by_such_an_order()
    {
        _ = await Prepared();
        await server.Sql("postgres", $"DROP DATABASE {PgText.Identifier(_database)} WITH (FORCE)");
        var steps = Method.Restore(Order with { IsGone = true });
        await Apply(steps.SkipLast(1));
        await server.Sql("postgres", $"CREATE DATABASE {PgText.Identifier(_database)}");

        (await steps[1].Observe(default)).State.ShouldBe(StepState.Foreign);
        (await Should.ThrowAsync<DatabaseException>(() => steps[1].Apply(Key, default))).Message.ShouldContain("Nothing was renamed");
        await steps[1].Undo(new([]), Key, default);
        await steps[0].Undo(new([]), Key, default);

        (await Databases()).ShouldBe([_database]);
        (await steps[0].Observe(default)).State.ShouldBe(StepState.Foreign);
    }

    [PostgresFact]
    public async Task A_database_that_lets_nobody_in_is_put_aside_without_a_dump_of_it()
    {
        var before = await Prepared();
        await server.Sql("postgres", $"ALTER DATABASE {PgText.Identifier(_database)} ALLOW_CONNECTIONS false");

        var outlook = await Method.LookAhead(Order, default);
        outlook.IsGone.ShouldBeFalse();
        outlook.NoSafety!.ShouldContain("not currently accepting connections");
        outlook.Lines.ShouldSatisfyAllConditions(
            lines => lines.ShouldContain(l => l.Contains("THE LIVE DATABASE COULD NOT BE READ", StringComparison.Ordinal)),
            lines => lines.ShouldContain(l => l.Contains("NO SAFETY DUMP", StringComparison.Ordinal)));
        (await Should.ThrowAsync<DatabaseException>(() => Method.Restore(Order)[0].Apply(Key, default))).Message.ShouldContain("not currently accepting connections");
        var steps = Method.Restore(Order with { WithoutSafety = true });
        steps.Select(s => s.Id).ShouldBe(["restore-database-shop", "swap-database-shop"]);
        await Apply(steps);

        (await Everything(_database)).ShouldBe(before);
        (await Method.Aside(default)).ShouldBe([Aside], "what was there is kept all the same");
        (await Everything(Aside)).ShouldBe(before);
    }

    [PostgresFact]
    public async Task A_disk_without_room_for_the_safety_dump_is_said_before_anything_begins()
    {
        _ = await Prepared();
        var method = new PostgresBackup(Options with { MinFree = "900000GB" }, server.Context(_folder.Path, _ => { }));

        (await method.LookAhead(Order, default)).NoSafety!.ShouldContain("(\"minFree\") must be left");
    }

    [PostgresFact]
    public async Task A_backup_of_another_database_is_called_one()
    {
        _ = await Prepared();
        await server.Sql("postgres", $"CREATE DATABASE other{Made}");
        var method = new PostgresBackup(Options with { Connection = server.Connection($"other{Made}") }, server.Context(_folder.Path, _ => { }));

        (await method.LookAhead(Order, default)).Lines.ShouldContain(l => l.Contains($"IT IS A BACKUP OF ANOTHER DATABASE: of {_database}", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Checks_name_what_is_missing_and_cannot_change_anything()
    {
        _ = await Prepared();
        await server.Sql(_database, "CREATE TABLE public.schema_migrations (version text); INSERT INTO public.schema_migrations VALUES ('9'), ('10')");
        var sql = new SqlProbeOptions { Id = "db", Type = "sql", Connection = server.Connection(_database) };

        (await Look(sql with { Tables = ["customers", "Schëma Two.-Fc", "gone", "public.away"] })).ShouldBe((ProbeVerdict.Fail, "tables are missing: gone, public.away"));
        (await Look(sql with { Tables = ["customers"], Migrations = new() { Table = "schema_migrations", Newest = "10", Applied = ["9"] }, MaxConnections = new(90), MaxReplicationLag = TimeSpan.FromSeconds(1) })).Verdict.ShouldBe(ProbeVerdict.Pass);
        (await Look(sql with { Migrations = new() { Table = "public.schema_migrations", Newest = "11", Applied = ["8"] } })).ShouldBe((ProbeVerdict.Fail, "migrations are not applied: 8; the newest migration is 10: expected 11"));
        (await Look(sql with { MaxConnections = new(1) })).Detail.ShouldContain("expected at most 1%");
        (await Look(sql with { LeastReplicas = 1 })).Detail.ShouldContain("expected at least 1");
        (await Look(sql with { Query = "SELECT count(*) FROM public.orders;", Expect = "2000" })).Verdict.ShouldBe(ProbeVerdict.Pass);
        (await Look(sql with { Query = "SELECT 3", Max = 2 })).ShouldBe((ProbeVerdict.Fail, "the query answers \"3\": expected at most 2"));
        (await Look(sql with { Query = "SELECT generate_series(1, 100000000)" })).Detail.ShouldContain("more than 1000 rows");
        (await Look(sql with { Query = "SELECT pg_sleep(30)", Timeout = TimeSpan.FromMilliseconds(500) })).Verdict.ShouldBe(ProbeVerdict.Unavailable);
        foreach (var evil in new[]
        {
            "DELETE FROM public.orders", "SELECT 1; DELETE FROM public.orders", "SELECT 1; COMMIT; SET default_transaction_read_only = off; DELETE FROM public.orders",
            "SELECT nextval('public.customers_id_seq')", "WITH d AS (DELETE FROM public.orders RETURNING 1) SELECT count(*) FROM d", "SELECT lo_unlink(4711) WHERE set_config('transaction_read_only', 'off', true) IS NOT NULL",
        })
        {
            (await Look(sql with { Query = evil })).Verdict.ShouldBe(ProbeVerdict.Unavailable, evil);
        }

        (await server.Ask(_database, "SELECT count(*)::text FROM public.orders")).ShouldBe("2000");
        (await Look(sql with { Connection = server.Connection(_database) with { Port = 1 }, Tables = ["x"] })).Verdict.ShouldBe(ProbeVerdict.Fail);
        (await Look(sql with { Connection = server.Connection("not there"), Tables = ["x"] })).Verdict.ShouldBe(ProbeVerdict.Unavailable);
    }

    [PostgresFact]
    public async Task A_backup_that_is_too_old_or_not_verified_fails_its_check()
    {
        await server.Sql("postgres", $"CREATE DATABASE {PgText.Identifier(_database)}");
        var probe = new BackupProbeOptions { Id = "age", Type = "backup", MaxAge = TimeSpan.FromHours(1) };
        (await Look(probe)).ShouldBe((ProbeVerdict.Fail, "there is no verified backup of shop"));
        var steps = Method.Take("one");
        await steps[0].Apply(Key, default);
        (await Look(probe)).Detail.ShouldContain("1 that were never verified");
        (await Look(probe with { Verified = false })).Verdict.ShouldBe(ProbeVerdict.Pass);
        await steps[1].Apply(Key, default);
        (await Look(probe)).Verdict.ShouldBe(ProbeVerdict.Pass);
        (await Look(probe with { MaxAge = TimeSpan.FromTicks(1) })).Verdict.ShouldBe(ProbeVerdict.Fail);
    }

    public void Dispose() => _folder.Dispose();

    private PostgresBackupOptions Options => new() { Type = "postgres", Id = "shop", Connection = server.Connection(_database), Timeout = TimeSpan.FromMinutes(2) };

    private PostgresBackup Method => new(Options, server.Context(_folder.Path, _ => { }));

    private static RestoreOrder Order => new("shop", "before-1", Stamp);

    private async Task<string> Prepared(string settings = "SELECT 1")
    {
        await server.Sql("postgres", $"CREATE DATABASE {PgText.Identifier(_database)}");
        await server.Sql("postgres", settings);
        await server.Sql(_database, Shop.Sql);
        await Method.Take("before-1")[0].Apply(Key, default);
        return await Everything(_database);
    }

    private static async Task Apply(IEnumerable<IStep> steps)
    {
        foreach (var step in steps)
        {
            await step.Apply(Key, default);
            await step.Apply(Key, default);
            (await step.Observe(default)).State.ShouldBe(StepState.Applied);
        }
    }

    // Not by the product's own reading: every row as text, in order.
    private async Task<string> Everything(string database)
    {
        await using var session = await server.Open(database);
        var (text, tables) = (new System.Text.StringBuilder(), await session.Rows("SELECT format('%I.%I', schemaname, tablename) FROM pg_catalog.pg_tables WHERE schemaname IN ('public', 'Schëma Two') ORDER BY 1", default));
        foreach (var table in tables)
        {
            _ = text.AppendLine(table[0]).AppendJoin('\n', (await session.Rows($"SELECT (x.*)::text FROM {table[0]} AS x ORDER BY 1", default)).Select(r => r[0])).AppendLine();
        }

        return text.AppendJoin('\n', (await session.Rows("SELECT oid::text, md5(lo_get(oid)) FROM pg_catalog.pg_largeobject_metadata ORDER BY 1", default)).Select(r => $"{r[0]} {r[1]}")).ToString();
    }

    private async Task<IReadOnlyList<string>> Databases()
    {
        await using var session = await server.Open("postgres");
        return [.. (await session.Rows("SELECT datname::text FROM pg_catalog.pg_database", default)).Select(r => r[0]!).Where(d => d.StartsWith(_database, StringComparison.Ordinal))];
    }

    private async Task<(ProbeVerdict Verdict, string Detail)> Look(ProbeOptions options)
    {
        var context = server.Context(_folder.Path, _ => { }) with { Backups = [Options] };
        var placeholders = new Placeholders(new PlaceholderSources { Root = _folder.Path, Variable = name => name == "PASSWORD" ? PostgresServer.Password : null }, server.Mask);
        var probe = Drivers.DriverCatalog.CreateProbes(context).Create(options, new ProbeContext { Root = _folder.Path, Placeholders = placeholders, Mask = server.Mask, Tool = context.Tool, Time = TimeProvider.System });
        var result = await probe.Look(default);
        var place = $"{_database} at 127.0.0.1:{server.Port}: ";
        return (result.Verdict, result.Detail.Replace(place, "", StringComparison.Ordinal));
    }
}
