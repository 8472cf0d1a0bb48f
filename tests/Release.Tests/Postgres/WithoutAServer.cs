using Release.Drivers.Postgres;

namespace Release.Tests.Postgres;

/// <summary>What needs no server: commands, names, password files, comparisons, retention.</summary>
public sealed class WithoutAServer
{
    [Fact]
    public void A_dump_is_one_call_without_a_secret() => new Release.Tools.ToolCommand("pg_dump", PgCommands.Dump("shop", "0003-1", TimeSpan.FromSeconds(60), 15)).ToString()
        .ShouldBe("pg_dump --format=custom --snapshot=0003-1 --verbose --no-password --lock-wait-timeout=60000 --dbname=dbname='shop'");

    [Fact]
    public void A_dump_by_jobs_goes_into_a_folder() => new Release.Tools.ToolCommand("pg_dump", PgCommands.DumpFolder("shop", "0003-1", TimeSpan.FromSeconds(60), "/b/data", 4, 15)).ToString()
        .ShouldBe("pg_dump --format=directory --jobs=4 --file=/b/data --snapshot=0003-1 --verbose --no-password --lock-wait-timeout=60000 --dbname=dbname='shop'");

    [Fact]
    public void A_restore_stops_at_the_first_error() => new Release.Tools.ToolCommand("pg_restore", PgCommands.Restore("new", "-data.dump", 3, owners: false, 15)).ToString()
        .ShouldBe("pg_restore --dbname=dbname='new' --no-password --verbose --exit-on-error --no-subscriptions --no-owner --no-privileges --jobs=3 -- -data.dump");

    [Theory]
    [InlineData("postgres://evil/x", "--dbname=dbname='postgres://evil/x'")]
    [InlineData("a=b host=evil", "--dbname=dbname='a=b host=evil'")]
    [InlineData("it's \\ odd", "--dbname=dbname='it\\'s \\\\ odd'")]
    [InlineData("--help", "--dbname=dbname='--help'")]
    public void A_database_is_never_read_as_anything_else(string name, string argument) => PgText.ConnectionArgument(name).ShouldBe(argument);

    [Fact]
    public void The_environment_has_a_password_file_and_nothing_of_the_callers()
    {
        var variables = PgCommands.Environment(new("db", 5433, "shop", "ana", "secret") { Tls = PostgresTls.VerifyFull }, "/tmp/pass");

        variables["PGPASSFILE"].ShouldBe("/tmp/pass");
        variables["PGSSLMODE"].ShouldBe("verify-full");
        variables["PGPASSWORD"].ShouldBeNull();
        variables["PGOPTIONS"].ShouldBeNull();
        variables.Values.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("plain", "*:*:*:*:plain\n")]
    [InlineData("a:b\\c'd\"e", "*:*:*:*:a\\:b\\\\c'd\"e\n")]
    public void A_password_file_has_colons_and_backslashes_escaped(string password, string line) => PgPass.Line(password).ShouldBe(line);

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void A_password_that_no_file_can_hold_is_refused_without_saying_it(string password) =>
        Should.Throw<DatabaseException>(() => PgPass.Line(password)).Message.ShouldNotContain("a\n");

    [Theory]
    [InlineData("${env:PGPASSWORD}", 0)]
    [InlineData("hunter2", 1)]
    public void A_password_in_the_configuration_itself_is_refused_without_repeating_it(string password, int problems)
    {
        var found = new PostgresConnectionOptions { Database = "d", User = "u", Password = password }.Problems().ToList();

        found.Count.ShouldBe(problems);
        found.ShouldAllBe(problem => !problem.Message.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public void A_password_file_is_for_this_user_only_and_goes_away()
    {
        string path;
        using (var file = PgPass.Write("secret"))
        {
            path = file.Path;
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        Directory.Exists(Path.GetDirectoryName(path)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15, "15.18")]
    [InlineData("pg_dump (PostgreSQL) 18beta1", 18, "18beta1")]
    public void A_client_says_its_version(string said, int major, string version) => PgClient.Parse(said).ShouldBe((major, version));

    [Fact]
    public void Words_that_are_no_version_are_none() => PgClient.Parse("bash: pg_dump: not found").ShouldBeNull();

    [Theory]
    [InlineData(15, 15)]
    [InlineData(14, 15)]
    [InlineData(13, 13)]
    [InlineData(17, 17)]
    [InlineData(16, null)] // What 17 restores begins with a setting that 16 does not know.
    [InlineData(19, null)]
    public void The_servers_version_is_chosen_else_the_next_newer_that_fits_and_never_an_older(int server, int? chosen) =>
        (PgClient.Choose([new("/d", 18, "18.0"), new("/a", 17, "17.1"), new("/b", 15, "15.3"), new("/c", 13, "13.0")], server)?.Major).ShouldBe(chosen);

    [Fact]
    public void Statistics_are_in_no_dump_whatever_the_client()
    {
        PgCommands.Dump("shop", "1", TimeSpan.FromSeconds(1), 18).ShouldContain("--no-statistics");
        PgCommands.Restore("shop", null, 1, owners: true, 18).ShouldContain("--no-statistics");
        PgCommands.Dump("shop", "1", TimeSpan.FromSeconds(1), 17).ShouldNotContain("--no-statistics");
    }

    [Fact]
    public void In_a_container_the_password_is_in_no_word_and_no_variable()
    {
        var place = new PgPlace("db.internal", 6000, "shop", "ana", "s3cret") { Tls = PostgresTls.VerifyFull, RootCertificate = "/here/ca.pem" };
        var words = ContainerScript.ThatReads(77, "pg_restore", PgCommands.Restore("shop", null, 1, owners: true, 15));
        var variables = ContainerScript.Variables(place, new() { Name = "db", Host = "/run/postgresql", Port = 5433 });

        words.Concat(variables).ShouldNotContain(w => w.Contains("s3cret", StringComparison.Ordinal));
        words.Skip(3).Take(3).ShouldBe(["release", "77", "pg_restore"]);
        variables.ShouldSatisfyAllConditions(
            v => v.ShouldContain("PGHOST=/run/postgresql"), v => v.ShouldContain("PGPORT=5433"), v => v.ShouldContain("PGUSER=ana"), v => v.ShouldContain("PGSSLMODE=prefer", "the way from inside is another one"),
            v => v.ShouldNotContain(x => x.StartsWith("PGSSLROOTCERT", StringComparison.Ordinal)));
        ContainerScript.FirstLine("s3cret").ShouldBe("s3cret\n"u8.ToArray());
        Should.Throw<DatabaseException>(() => ContainerScript.FirstLine("two\nlines"));
    }

    [Fact]
    public void A_container_is_named_once_and_takes_no_jobs()
    {
        new PostgresContainerOptions { Service = "db" }.Problems().ShouldBeEmpty();
        new PostgresContainerOptions().Problems().ShouldHaveSingleItem().Member.ShouldBe("service");
        new PostgresContainerOptions { Service = "db", Name = "x" }.Problems().ShouldHaveSingleItem();
        new PostgresContainerOptions { Name = "x", Engine = "http://x" }.Problems().ShouldHaveSingleItem().Member.ShouldBe("engine");
        var options = new PostgresBackupOptions { Type = "postgres", Id = "i", Connection = new() { Database = "d", User = "u" }, ClientContainer = new() { Name = "x" } };
        options.Problems().ShouldBeEmpty();
        (options with { Jobs = 2 }).Problems().ShouldHaveSingleItem().Member.ShouldBe("clientContainer");
        (options with { Client = "/usr/bin" }).Problems().ShouldHaveSingleItem().Member.ShouldBe("client");
    }

    [Fact]
    public void Roles_that_stand_in_a_restores_way_are_named_with_what_to_do()
    {
        var roles = new Dictionary<string, string> { ["app"] = RestoringRoles.Owner, ["read\"er"] = RestoringRoles.Grantee, ["web"] = RestoringRoles.Grantee };

        RestoringRoles.Obstacle(roles, new Dictionary<string, bool> { ["app"] = true, ["read\"er"] = false, ["web"] = true }, "ana").ShouldBeNull("privileges are granted by whoever owns");
        RestoringRoles.Obstacle(roles, new Dictionary<string, bool> { ["app"] = false, ["web"] = true }, "ana").ShouldBe(
            "the roles read\"er are named by the dump and are not on this server; make them: CREATE ROLE \"read\"\"er\"; the user ana may not give objects to their owners app; allow it: GRANT \"app\" TO \"ana\";");
    }

    [Fact]
    public void A_fingerprint_of_an_earlier_version_is_not_held_against_what_it_did_not_read()
    {
        var now = new Fingerprint
        {
            Objects = new Dictionary<string, string> { ["table public.a"] = "x", ["privileges public.a"] = "y" },
            Tables = new Dictionary<string, TableFacts> { ["public.a"] = new(1, "1/1", false), ["public.settings"] = new(2, "2/2", false) },
            Sequences = new Dictionary<string, SequenceFacts>(),
            LargeObjects = new(0, "", false),
            Roles = new Dictionary<string, string> { ["app"] = RestoringRoles.Owner },
        };
        var json = now.ToJson();
        Fingerprint.FromJson(json).Roles.ShouldBe(now.Roles);
        _ = json.Remove("form");
        _ = json.Remove("roles");
        _ = json["objects"]!.AsObject().Remove("privileges public.a");
        _ = json["tables"]!.AsObject().Remove("public.settings");

        Fingerprint.FromJson(json).Differences(now).ShouldBeEmpty();
        (now with { Tables = new Dictionary<string, TableFacts> { ["public.a"] = new(1, "1/1", false) } }).Differences(now).ShouldBe(["table public.settings was not there"]);
    }

    [Fact]
    public void A_manifest_keeps_what_the_database_was()
    {
        var portrait = new DatabasePortrait(new("UTF8", "C", "C", "c", "", "", "pg_default"), "own\"er", 5, [new(null, "a.b=c"), new("r", "search_path=x")], [new(null, "CONNECT", false), new("r", "CREATE", true)]);
        var manifest = Stored("m", 1, false).Manifest with { Portrait = portrait };

        BackupManifest.FromJson(manifest.ToJson()).Portrait!.ToJson().ToJsonString().ShouldBe(portrait.ToJson().ToJsonString());
        DatabaseLike.Clothes("n", portrait).ShouldBe([
            "ALTER DATABASE \"n\" OWNER TO \"own\"\"er\"", "ALTER DATABASE \"n\" CONNECTION LIMIT 5", "ALTER DATABASE \"n\" SET \"a\".\"b\" TO 'c'", "ALTER ROLE \"r\" IN DATABASE \"n\" SET \"search_path\" TO 'x'",
            "REVOKE ALL ON DATABASE \"n\" FROM PUBLIC", "GRANT CONNECT ON DATABASE \"n\" TO PUBLIC", "GRANT CREATE ON DATABASE \"n\" TO \"r\" WITH GRANT OPTION"]);
        DatabaseLike.Clothes("n", portrait with { Grants = null }).ShouldNotContain(s => s.StartsWith("REVOKE", StringComparison.Ordinal), "what every database has stays");
    }

    [Fact]
    public void A_copy_under_another_name_is_no_backup_and_never_stands_for_the_one_it_was_made_of()
    {
        using var root = new Processes.TemporaryFolder();
        var folder = new BackupFolder(root.Path);
        var (manifest, facts) = (Stored("good", 1, false).Manifest, new Fingerprint { Objects = new Dictionary<string, string>(), Tables = new Dictionary<string, TableFacts>(), Sequences = new Dictionary<string, SequenceFacts>(), LargeObjects = new(0, "", false) });
        _ = folder.Begin("good");
        folder.Finish(manifest, facts);
        _ = Directory.CreateDirectory(folder.Of("copy"));
        File.Copy(Path.Combine(folder.Of("good"), BackupManifest.File), Path.Combine(folder.Of("copy"), BackupManifest.File));

        folder.All().Select(b => b.Manifest.Name).ShouldBe(["good"]);
        Should.Throw<DatabaseException>(() => folder.Find("copy")).Message.ShouldContain("it says that it is the backup good");
        folder.Own("another").ShouldBeEmpty("what another environment keeps there is neither counted nor removed");
        folder.Own("e").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"objects\": 5}")]
    [InlineData("{\"objects\": {}, \"tables\": {\"a\": {}}}")]
    public void Facts_that_are_damaged_are_named_as_that(string text)
    {
        using var root = new Processes.TemporaryFolder();
        var folder = new BackupFolder(root.Path);
        _ = Directory.CreateDirectory(folder.Of("b"));
        File.WriteAllText(Path.Combine(folder.Of("b"), "fingerprint.json"), text);

        Should.Throw<DatabaseException>(() => folder.Facts("b")).Message.ShouldContain("The backup b in");
    }

    [Theory]
    [InlineData("pg_dump: dumping contents of table \"public.a: b\"", "table \"public.a: b\"")]
    [InlineData("pg_restore: processing data for table \"public.x\"", "table \"public.x\"")]
    [InlineData("pg_restore: error: could not read from input file: end of file", null)]
    public void Progress_is_read_from_what_they_say(string line, string? thing) => ClientWords.Progress.Of(line).ShouldBe(thing);

    [Fact]
    public void A_name_of_ours_is_no_longer_than_a_server_keeps() =>
        System.Text.Encoding.UTF8.GetByteCount(PgText.Beside(string.Concat(Enumerable.Repeat("é😀", 20)), "_before_20260102030405")).ShouldBeInRange(58, 63);

    [Fact]
    public void A_list_of_names_is_taken_apart() => PgText.Elements("\"$user\", public, \"a, \"\"b\"\"\"").ShouldBe(["$user", "public", "a, \"b\""]);

    [Fact]
    public void A_setting_that_is_a_list_is_no_single_text() => DatabaseLike.Set("d", "r", "search_path=\"$user\", public")
        .ShouldBe("ALTER ROLE \"r\" IN DATABASE \"d\" SET \"search_path\" TO '$user', 'public'");

    [Fact]
    public void A_database_is_made_like_another() => DatabaseLike.Create("n\"w", new("UTF8", "C", "C", "i", "de-DE", "", "fast disk"))
        .ShouldBe("CREATE DATABASE \"n\"\"w\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' TABLESPACE \"fast disk\"");

    [Fact]
    public void The_usual_tablespace_is_not_named_since_that_takes_a_superuser() =>
        DatabaseLike.Create("n", new("UTF8", "C", "C", "c", "", "", "pg_default")).ShouldBe("CREATE DATABASE \"n\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc");

    [Theory]
    [InlineData("before-1.2.0-abc", true)]
    [InlineData("../x", false)]
    [InlineData("-rf", false)]
    [InlineData("a..b", false)]
    [InlineData("", false)]
    public void A_backups_name_leads_nowhere_else(string name, bool isOne) => BackupFolder.IsName(name).ShouldBe(isOne);

    [Fact]
    public void A_sequence_may_stand_where_it_was_while_it_was_dumped()
    {
        new SequenceFacts(5, 9, false).Allows(7).ShouldBeTrue();
        new SequenceFacts(5, 9, false).Allows(4).ShouldBeFalse();
        new SequenceFacts(5, -9, false).Allows(-8).ShouldBeTrue();
        new SequenceFacts(5, 5, false).Allows(6).ShouldBeFalse();
    }

    [Fact]
    public void A_first_dump_is_expected_as_large_as_the_data_and_a_later_one_as_the_one_before()
    {
        DiskRoom.Expected(1000, null).ShouldBe(1000);
        DiskRoom.Expected(1000, Stored("a", 1, true).Manifest with { DataSize = 500, Files = [new("data.dump", 100, "")] }).ShouldBe(250);
    }

    [Fact]
    public void Only_what_is_older_than_a_verified_one_and_too_old_and_not_in_use_goes()
    {
        var keep = new KeepBackupsOptions { Count = 2, For = TimeSpan.FromDays(10) };
        StoredBackup[] all = [Stored("new", 1, false), Stored("good", 5, true), Stored("used", 20, true), Stored("young", 9, false), Stored("old", 30, false)];

        Retention.Due(all, keep, ["used"], Now).Select(b => b.Manifest.Name).ShouldBe(["old"]);
        Retention.Due([.. all.Select(b => b with { Verified = null })], keep, [], Now).ShouldBeEmpty("nothing goes before something newer was verified");
        Retention.Due(all, keep with { Count = 5 }, [], Now).ShouldBeEmpty();
        Retention.Due([Stored("only", 99, true)], keep with { Count = 1 }, [], Now).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("9,10,8", "10")]
    [InlineData("2024_a,2023_z", "2024_a")]
    [InlineData("", null)]
    public void The_newest_migration_is_by_number_where_all_are_numbers(string ids, string? newest) =>
        SqlProbe.Newest(ids.Split(',', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(newest);

    private static DateTimeOffset Now => new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);

    private static StoredBackup Stored(string name, int daysOld, bool verified) => new(
        new()
        {
            Name = name, Environment = "e", Id = "i", Database = "d", Server = "15.1", Client = "15.1", TakenAt = Now - TimeSpan.FromDays(daysOld), Format = DumpFormat.Custom,
            DataSize = 1, Tables = 1, Rows = 1, Checksum = ChecksumDepth.Full, Owners = true, Files = [],
        },
        "digest",
        verified ? new(Now, "digest", true, "") : null);
}
