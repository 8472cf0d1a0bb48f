using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Kong;
using Release.Platforms;
using Release.Runs;

namespace Release.Tests.Kong.Strict;

/// <summary>A strict Kong with one service, and the driver before it.</summary>
internal sealed class StrictWorld : IAsyncDisposable
{
    /// <summary>What a team's own file looks like.</summary>
    public const string File = """
        # Kong of the shop. Ask ops before you change the timeouts!
        _format_version: "3.0"
        services:
          - name: ping        # the only one
            host: ping
            retries: 5
            routes:
              - name: ping-route
                paths: [ /ping ]
        upstreams:
          - name: ping
            targets:
              # what serves
              - target: 127.0.0.1:1001
                weight: 10000

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kong-");

    private StrictWorld(StrictKong kong) => Kong = kong;

    public static ServiceOptions Service => new() { Name = "ping" };

    public StrictKong Kong { get; }

    public Dictionary<string, InstanceAddress[]> Addresses { get; } = new()
    {
        ["stable"] = [new("127.0.0.1:1001", "127.0.0.1:1001")],
        ["candidate"] = [new("127.0.0.1:1002", "127.0.0.1:1002")],
        ["other"] = [new("127.0.0.1:1003", "127.0.0.1:1003")],
    };

    public KongRouter Router { get; private set; } = null!;

    public string FilePath => Path.Combine(_folder.FullName, "kong.yml");

    public string Declared => System.IO.File.ReadAllText(FilePath);

    public static async Task<StrictWorld> Start(bool dbLess, int workers = 4, TimeProvider? time = null, string file = File)
    {
        var world = new StrictWorld(await StrictKong.Start(dbLess, workers, time));
        await System.IO.File.WriteAllTextAsync(world.FilePath, file);
        if (dbLess)
        {
            world.Kong.Boot(file);
        }
        else
        {
            world.Kong.Entities.Serve("ping", 5, ("127.0.0.1:1001", 10_000));
            world.Kong.Workers.Restart(world.Kong.Entities);
        }

        world.StartAgain();
        return world;
    }

    /// <summary>A new process, with nothing in memory.</summary>
    public void StartAgain(CanaryRetries retries = CanaryRetries.Zero, string? file = null, params KongRouteOptions[] routes)
    {
        Router?.Dispose();
        var options = new KongTrafficOptions
        {
            Type = "kong",
            Admin = Kong.Address.ToString(),
            Proxy = "http://127.0.0.1:1",
            File = file ?? (Kong.IsDbLess ? FilePath : null),
            Retries = retries,
            Routes = routes,
        };
        Router = new KongRouter(options, new DriverContext("/", "local", Git.TestRepository.Tool, TimeProvider.System, _ => { }), Look);
    }

    public ITrafficStep Shift(int share, string? stable = "stable") => Router.Shift($"shift-traffic-ping-{share}", Service, stable, "candidate", new Percent(share));

    /// <summary>All that a release may change in Kong and in its file.</summary>
    public string All() => $"{Kong.Weights("ping")} retries={Kong.Entities.Services[0]["retries"]} tags={Kong.Entities.Services[0]["tags"]?.ToJsonString() ?? "-"}"
        + (Kong.IsDbLess ? $"\n{Declared}" : "");

    public Task<InstanceView> Look(string instance, CancellationToken cancellation) => Task.FromResult(Addresses.TryGetValue(instance, out var addresses)
        ? new InstanceView(instance, Liveness.Alive, addresses, "")
        : InstanceView.At(instance, Liveness.Dead, null, "It was never started."));

    public async ValueTask DisposeAsync()
    {
        Router.Dispose();
        await Kong.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
