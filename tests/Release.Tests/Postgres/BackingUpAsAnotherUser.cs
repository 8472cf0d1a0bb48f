using Release.Drivers.Postgres;
using Release.Platforms;
using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.Postgres;

/// <summary>Goal: whoever reads "verified" knows whether a restore would work with its owners. Method: users who may do less, on a real server.</summary>
public sealed class BackingUpAsAnotherUser(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private static int Made;
    private static readonly StepKey Key = new(new string('0', 32));
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly int _number = Interlocked.Increment(ref Made);

    private string Database => $"shop{_number}";

    private string Keeper => $"the \"keeper\" {_number}";

    private string App => $"app {_number}";

    [PostgresFact]
    public async Task One_who_may_act_as_every_owner_verifies_with_owners_and_privileges()
    {
        await Fill($"GRANT {Q(App)} TO {Q(Keeper)}", "apps");
        await Take();

        Backup.Verified!.WithoutOwners.ShouldBeNull();
        Backup.Verified.Detail.ShouldContain("with owners and privileges");
        (await server.Ask("postgres", "SELECT count(*)::text FROM pg_catalog.pg_database WHERE datname LIKE 'release%'")).ShouldBe("0");
    }

    [PostgresFact]
    public async Task One_who_may_not_verifies_the_data_and_says_what_would_fail_and_a_restore_is_refused_with_it()
    {
        await Fill($"GRANT USAGE ON SCHEMA apps TO {Q(Keeper)}; GRANT SELECT ON ALL TABLES IN SCHEMA apps TO {Q(Keeper)}", "apps");
        var verify = await Take();

        var grant = $"GRANT {Q(App)} TO {Q(Keeper)};";
        Backup.Verified!.WithoutOwners!.ShouldContain(grant);
        Backup.Verified.Detail.ShouldContain("WITHOUT owners and privileges");
        var seen = await verify.Observe(default);
        (seen.State, seen.Seen["withoutOwners"]!.GetValue<string>().Contains(grant, StringComparison.Ordinal)).ShouldBe((StepState.Applied, true));
        seen.Detail.ShouldContain("A RESTORE WITH OWNERS AND PRIVILEGES WOULD FAIL");
        _told.ShouldContain(line => line.Contains("OWNERS AND PRIVILEGES ARE NOT VERIFIED", StringComparison.Ordinal));

        (await Should.ThrowAsync<ReleaseException>(() => Method.LookAhead(Order, default))).Message.ShouldSatisfyAllConditions(
            said => said.ShouldContain(grant), said => said.ShouldContain("Nothing was changed"));
        await server.Sql("postgres", grant);
        (await Method.LookAhead(Order, default)).Lines.ShouldContain(line => line.Contains("WITHOUT OWNERS AND PRIVILEGES", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Owners_that_turn_out_not_to_work_are_found_by_trying()
    {
        // Whoever is given a table must be allowed to make one in its schema, which no question to the server's roles tells.
        await Fill($"GRANT {Q(App)} TO {Q(Keeper)}", "public");
        await Take();

        Backup.Verified!.WithoutOwners!.ShouldSatisfyAllConditions(
            said => said.ShouldContain("a restore with them failed"), said => said.ShouldContain("permission denied for schema public"));
    }

    [PostgresFact]
    public async Task A_role_that_the_dump_names_and_the_server_lost_is_named_with_its_statement()
    {
        await Fill($"GRANT {Q(App)} TO {Q(Keeper)}", "apps");
        await Take();
        await server.Sql(Database, $"REASSIGN OWNED BY {Q(App)} TO {Q(Keeper)}; DROP OWNED BY {Q(App)}");
        await server.Sql("postgres", $"DROP ROLE {Q(App)}");
        await Method.Take("before-1")[1].Apply(Key, default);

        Backup.Verified!.WithoutOwners!.ShouldContain($"CREATE ROLE {Q(App)};");
        (await Should.ThrowAsync<ReleaseException>(() => Method.LookAhead(Order, default))).Message.ShouldContain($"CREATE ROLE {Q(App)};");
    }

    [PostgresFact]
    public async Task A_privilege_that_is_not_what_it_was_fails_the_verification()
    {
        await Fill($"GRANT {Q(App)} TO {Q(Keeper)}", "apps");
        await Take();
        var folder = Path.Combine(_folder.Path, ".release", "test", "backups", "shop", "before-1");
        var facts = Path.Combine(folder, "fingerprint.json");
        var text = await File.ReadAllTextAsync(facts);
        text.ShouldContain("privileges apps.things");
        await File.WriteAllTextAsync(facts, text.Replace($"\"privileges apps.things\":\"{App} DELETE, ", "\"privileges apps.things\":\"", StringComparison.Ordinal));
        var changed = Backup with { Manifest = Backup.Manifest with { Files = [.. Backup.Manifest.Files.Where(f => f.Name != "fingerprint.json")] } };

        (await Should.ThrowAsync<DatabaseException>(() => new Verifying(new(Options, server.Context(_folder.Path, _ => { }))).Verify(changed, default)))
            .Message.ShouldContain("privileges apps.things is");
    }

    [PostgresFact]
    public async Task What_an_extension_keeps_of_its_users_is_compared_and_what_it_made_itself_is_not()
    {
        await Extension();
        await server.Sql("postgres", $"CREATE DATABASE {Database}");
        await server.Sql(Database, "CREATE EXTENSION release_test SCHEMA public; INSERT INTO public.settings VALUES ('colour', 'red', false), ('size', 'big', false); SELECT nextval('public.counter'), nextval('public.counter')");
        var options = Options with { Connection = server.Connection(Database) };
        foreach (var step in new PostgresBackup(options, server.Context(_folder.Path, _ => { })).Take("before-1"))
        {
            await step.Apply(Key, default);
            (await step.Observe(default)).State.ShouldBe(StepState.Applied);
        }

        var folder = new BackupFolder(Path.Combine(_folder.Path, ".release", "test", "backups", "shop"));
        var facts = folder.Facts("before-1");
        facts.Tables.Keys.ShouldBe(["public.settings"], "what is the extension's own is made anew by it");
        facts.Tables["public.settings"].Rows.ShouldBe(2, "the row that the extension brought is in no dump");
        facts.Sequences["public.counter"].To.ShouldBe(2);
        (facts with { Tables = new Dictionary<string, TableFacts> { ["public.settings"] = facts.Tables["public.settings"] with { Checksum = "another" } } })
            .Differences(facts).ShouldBe(["table public.settings: as many rows (2), but not with the same contents"]);
    }

    public void Dispose() => _folder.Dispose();

    private StoredBackup Backup => new BackupFolder(Path.Combine(_folder.Path, ".release", "test", "backups", "shop")).All()[0];

    private PostgresBackupOptions Options => new() { Type = "postgres", Id = "shop", Connection = server.Connection(Database, Keeper), Timeout = TimeSpan.FromMinutes(2) };

    private PostgresBackup Method => new(Options, server.Context(_folder.Path, _told.Add));

    private static RestoreOrder Order => new("shop", "before-1", "20260102030405");

    private static string Q(string name) => PgText.Identifier(name);

    private async Task Fill(string rights, string schema)
    {
        await server.Sql("postgres", $"CREATE ROLE {Q(App)}; CREATE ROLE {Q(Keeper)} LOGIN CREATEDB PASSWORD {PgText.Literal(PostgresServer.Password)}; GRANT pg_signal_backend TO {Q(Keeper)}");
        await server.Sql("postgres", $"CREATE DATABASE {Database} OWNER {Q(Keeper)}");
        await server.Sql(Database, $"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {Q(App)}; CREATE TABLE {schema}.things AS SELECT i FROM generate_series(1, 100) i; ALTER TABLE {schema}.things OWNER TO {Q(App)}; GRANT SELECT ON {schema}.things TO PUBLIC; {rights}");
    }

    private async Task<IStep> Take()
    {
        var steps = Method.Take("before-1");
        await steps[0].Apply(Key, default);
        await steps[1].Apply(Key, default);
        return steps[1];
    }

    private async Task Extension()
    {
        await File.WriteAllTextAsync(Path.Combine(server.Extensions, "release_test.control"), "default_version = '1.0'\nrelocatable = true\n");
        await File.WriteAllTextAsync(Path.Combine(server.Extensions, "release_test--1.0.sql"), """
            CREATE TABLE settings (name text, value text, standard boolean NOT NULL);
            CREATE TABLE internal (a int);
            CREATE SEQUENCE counter;
            INSERT INTO settings VALUES ('version', '1', true);
            INSERT INTO internal VALUES (1);
            SELECT pg_catalog.pg_extension_config_dump('settings', 'WHERE NOT standard');
            SELECT pg_catalog.pg_extension_config_dump('counter', '');
            """);
    }
}
