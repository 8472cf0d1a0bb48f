using System.Globalization;
using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Drivers.Postgres;
using Release.Output;
using Release.Runs;
using Release.Tests.Postgres;
using Release.Tools;

namespace Release.Acceptance.Docker;

/// <summary>
/// Goal: a machine without PostgreSQL's client takes, verifies and restores backups by that in a container. Method: a real engine and a real
/// server; the container has the client's programs and a shell, and nothing else.
/// </summary>
[Collection(DockerStack.Row)]
public sealed class BackingUpThroughAContainer(DockerStack docker) : IAsyncLifetime
{
    private const string Client = "backup-client";
    private const string Without = "backup-without";
    private static readonly StepKey Key = new(new string('0', 32));
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly PostgresProcess _server = new();
    private readonly SecretMask _mask = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("release-backup-");
    private readonly List<string> _told = [];
    private Action<string> _hear = _ => { };

    public async Task InitializeAsync()
    {
        if (DockerMachine.Missing is null && PostgresProcess.Missing is null)
        {
            _ = _mask.Register(PostgresProcess.Password);
            await _server.Make();
            await Load();
            await Run(Client, "backup/client:1", "/bin/sh", "-c", "while :; do sleep 1000; done");
            await Run(Without, "opsconductor/redis:1", "/bin/busybox", "sleep", "1000");
        }
    }

    public async Task DisposeAsync()
    {
        if (docker.Engine is not null)
        {
            await docker.Engine.Client.Remove(Client, force: true, default);
            await docker.Engine.Client.Remove(Without, force: true, default);
        }

        await _server.End();
        _folder.Delete(recursive: true);
    }

    [PostgresDockerFact]
    public async Task A_backup_is_taken_verified_and_restored_and_nobody_sees_the_password()
    {
        await Sql("postgres", "CREATE DATABASE shop");
        await Sql("shop", Shop.Sql);
        var (since, seen) = (DateTimeOffset.UtcNow, new HashSet<string>());
        _hear = _ => seen.UnionWith(CommandLines());
        var steps = Method().Take("before-1");
        await Apply(steps);

        var taken = (await steps[0].Observe(default)).Seen;
        taken["client"]!.GetValue<string>().ShouldEndWith($"in the container {Client}");
        (await steps[1].Observe(default)).Detail.ShouldContain("3 large objects");
        seen.ShouldContain(line => line.Contains("pg_dump", StringComparison.Ordinal) && line.Contains("--snapshot", StringComparison.Ordinal));
        seen.Concat(_told).Concat(await Events(since)).ShouldNotContain(line => line.Contains("p:a", StringComparison.Ordinal) || line.Contains("s'w;o", StringComparison.Ordinal));

        await Sql("shop", "DELETE FROM public.orders");
        await Apply(Method().Restore(new("shop", "before-1", "20260102030405")));
        (await Sql("shop", "SELECT count(*) FROM public.orders")).ShouldBe("2000");
        (await Sql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'release%'")).ShouldBe("0");
    }

    [PostgresDockerFact]
    public async Task A_dump_that_is_stopped_ends_in_the_container_and_leaves_nothing()
    {
        await Sql("postgres", "CREATE DATABASE large");
        await Sql("large", "CREATE TABLE noise AS SELECT i, (SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 60) j) AS noise FROM generate_series(1, 20000) i");
        using var stop = new CancellationTokenSource();
        _hear = line =>
        {
            if (line.Contains("public.noise", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };

        _ = await Should.ThrowAsync<OperationCanceledException>(() => Method("large").Take("before-1")[0].Apply(Key, stop.Token));

        await Eventually.Holds("the dump in the container ends", Soon, () => !CommandLines().Any(line => line.StartsWith("pg_dump", StringComparison.Ordinal) && line.Contains("large", StringComparison.Ordinal)));
        Directory.EnumerateFileSystemEntries(Path.Combine(_folder.FullName, ".release", "test", "backups", "shop")).ShouldBeEmpty();
    }

    [PostgresDockerFact]
    public async Task What_is_wrong_with_the_container_is_said_before_anything_is_written()
    {
        (await Failing(new() { Name = "nobody" })).ShouldContain("There is no container nobody");
        (await Failing(new() { Name = Without })).ShouldSatisfyAllConditions(said => said.ShouldContain("cannot start pg_dump"), said => said.ShouldContain("\"clientContainer\""));
        (await Failing(new() { Service = "db" })).ShouldContain("the platform is none");
        (await Failing(new() { Name = Client, Port = 1 })).ShouldContain("Connection refused");
        await docker.Engine.Client.Stop(Client, TimeSpan.Zero, default);
        (await Failing(new() { Name = Client })).ShouldContain("does not run");
        Directory.Exists(Path.Combine(_folder.FullName, ".release", "test", "backups", "shop", "before-1")).ShouldBeFalse();
    }

    private async Task<string> Failing(PostgresContainerOptions container) =>
        (await Should.ThrowAsync<DatabaseException>(() => Method("postgres", container).Take("before-1")[0].Apply(Key, default))).Message;

    private PostgresBackup Method(string database = "shop", PostgresContainerOptions? container = null) => new(
        new()
        {
            Type = "postgres",
            Id = "shop",
            Connection = new() { Host = "127.0.0.1", Port = _server.Port, Database = database, User = "postgres", Password = "${env:PASSWORD}" },
            ClientContainer = (container ?? new() { Name = Client }) with { Engine = docker.Engine.Address, Host = "127.0.0.1", Port = container?.Port is 1 ? 1 : _server.Port },
            Timeout = TimeSpan.FromMinutes(2),
        },
        new(_folder.FullName, "test", new Tool(TimeProvider.System, _mask), TimeProvider.System, line =>
        {
            lock (_told)
            {
                _told.Add(line);
                _hear(line);
            }
        })
        {
            Resolve = text => text.Replace("${env:PASSWORD}", PostgresProcess.Password, StringComparison.Ordinal),
        });

    private static async Task Apply(IEnumerable<IStep> steps)
    {
        foreach (var step in steps)
        {
            await step.Apply(Key, default);
            (await step.Observe(default)).State.ShouldBe(StepState.Applied, step.Id);
        }
    }

    // What somebody sees who may ask the engine: commands of programs are among its events.
    private async Task<IReadOnlyList<string>> Events(DateTimeOffset since)
    {
        var events = new List<string>();
        await foreach (var happened in docker.Engine.Client.Events(new Dictionary<string, IReadOnlyList<string>>(), since, DateTimeOffset.UtcNow, default))
        {
            events.Add(happened.ToString() + string.Join(' ', happened.Attributes));
            events.Add(happened.Action);
        }

        events.ShouldContain(text => text.Contains("exec_create", StringComparison.Ordinal));
        return events;
    }

    private async Task<string> Sql(string database, string sql)
    {
        var environment = Machine.CleanEnvironment();
        environment["PGPASSWORD"] = PostgresProcess.Password;
        using var psql = Command.Start(
            _folder.FullName, environment, Path.Combine(PostgresProcess.Programs, "psql"),
            ["--host=127.0.0.1", $"--port={_server.Port.ToString(CultureInfo.InvariantCulture)}", "--username=postgres", $"--dbname={database}", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", sql]);
        var ended = await psql.End();
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return ended.Output.Trim();
    }

    private async Task Load()
    {
        var path = Path.Combine(_folder.FullName, "image.tar");
        using (var archive = new ImageArchive(path))
        {
            // One program under the names that the scripts call it by.
            var busybox = Machine.Find("busybox")!;
            archive.Layer("shell", new Dictionary<string, string> { ["/bin/sh"] = busybox, ["/bin/head"] = busybox, ["/bin/sleep"] = busybox });
            archive.Layer("dump", await ProgramFiles.At(Path.Combine(PostgresProcess.Programs, "pg_dump")));
            archive.Layer("restore", await ProgramFiles.At(Path.Combine(PostgresProcess.Programs, "pg_restore")));
            archive.Image(new("backup/client:1", ["shell", "dump", "restore"], []));
            archive.Finish();
        }

        await using var tar = File.OpenRead(path);
        await docker.Engine.Client.Load(tar, TimeSpan.FromMinutes(1), default);
    }

    private async Task Run(string name, string image, params IReadOnlyList<string> words)
    {
        _ = await docker.Engine.Client.Create(name, new()
        {
            ["Image"] = image,
            ["Entrypoint"] = new JsonArray([.. words.Select(word => (JsonNode)word)]),
            ["Env"] = new JsonArray("PGOPTIONS=--nonsense", "PGPASSWORD=another"),
            ["HostConfig"] = new JsonObject { ["NetworkMode"] = "host", ["ReadonlyRootfs"] = true },
        }, default);
        await docker.Engine.Client.Start(name, default);
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            var line = "";
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            yield return line;
        }
    }
}

/// <summary>A test on a real Docker Engine and a real PostgreSQL; skipped, saying why, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresDockerFactAttribute : FactAttribute
{
    public PostgresDockerFactAttribute() => Skip = DockerMachine.Missing ?? PostgresProcess.Missing;
}
