using System.Globalization;
using System.Text.RegularExpressions;
using Release.Bench.Loads;
using Release.Bench.Machines;
using Release.Bench.Results;
using Release.Drivers.Kong;

namespace Release.Bench.Figures;

/// <summary>
/// What the way through a gateway costs: the same service called directly, through the embedded gateway and through HAProxy,
/// both with the same two targets and weights.
/// </summary>
internal sealed partial class Proxying : IFigure
{
    private const int Stable = 90;
    private const int Candidate = 10;
    private const int Callers = 16;
    private const string NoHaproxy = "haproxy is not installed: ./build.sh Servers installs it (root on Debian)";

    public string Name => "gateway";

    public async Task<IReadOnlyList<Row>> Measure(Workbench bench, CancellationToken cancellation)
    {
        var workspace = await bench.Workspace(cancellation);
        if (!Directory.Exists(Path.Combine(workspace.State, "artefacts")))
        {
            _ = await workspace.Promote(cancellation);
        }

        await using var stable = await Sample.Start(bench.Commands, workspace);
        await using var candidate = await Sample.Start(bench.Commands, workspace);
        var (gateway, proxy) = await StartGateway(bench, stable, candidate, cancellation);
        await using var running = gateway;
        var haproxy = await Haproxy.Start(bench, (stable.Port, Stable), (candidate.Port, Candidate));
        try
        {
            using var direct = new Way(stable.Health);
            using var ours = new Way(new Uri(proxy, "/health"));
            using var theirs = haproxy is null ? null : new Way(haproxy.Health);
            await MeasureInTurns([.. new[] { direct, ours, theirs }.OfType<Way>()], bench.Effort);
            return [.. Rows(direct, ours, theirs)];
        }
        finally
        {
            if (haproxy is not null)
            {
                await haproxy.DisposeAsync();
            }
        }
    }

    private static async Task MeasureInTurns(Way[] ways, Effort effort)
    {
        // Enough for the services and the gateway to compile what they repeat.
        foreach (var way in ways)
        {
            await way.Run(Callers, effort.Stretch * 3);
        }

        for (var round = 0; round < effort.Rounds; round++)
        {
            foreach (var way in ways)
            {
                way.AddLatencies(await way.Run(1, effort.Stretch));
            }

            foreach (var way in ways)
            {
                way.Throughputs.Add((await way.Run(Callers, effort.Stretch)).PerSecond);
            }
        }
    }

    private IEnumerable<Row> Rows(Way direct, Way ours, Way? theirs)
    {
        foreach (var (what, unit, of) in new (string, Unit, Func<Way, List<double>>)[]
        {
            ("latency p50", Unit.Seconds, w => w.Medians),
            ("latency p99", Unit.Seconds, w => w.Tails),
            ($"throughput, {Callers} callers", Unit.PerSecond, w => w.Throughputs),
        })
        {
            var floor = new Floor("the same service called directly", new(of(direct)));
            yield return new(Name, $"{what}, the gateway") { Unit = unit, Measured = new(of(ours)), Floor = floor };
            yield return theirs is null
                ? Row.Skip(Name, $"{what}, HAProxy", NoHaproxy)
                : new(Name, $"{what}, HAProxy") { Unit = unit, Measured = new(of(theirs)), Floor = floor };
            yield return theirs is null
                ? Row.Skip(Name, $"{what}, the gateway against HAProxy", NoHaproxy)
                : new(Name, $"{what}, the gateway against HAProxy") { Unit = unit, Measured = new(of(ours)), Floor = new("the same through HAProxy", new(of(theirs))) };
        }
    }

    private static async Task<(BackgroundProcess Process, Uri Proxy)> StartGateway(
        Workbench bench, Sample stable, Sample candidate, CancellationToken cancellation)
    {
        var process = await BackgroundProcess.Start(
            bench.Commands.Direct,
            p => Task.FromResult(Ports().IsMatch(p.Said)),
            Path.Combine(bench.Program, "gateway", "Release.Gateway"),
            "--state", Path.Combine(bench.Folder, "gateway"), "--proxy-port", "0", "--admin-port", "0");
        var ports = Ports().Match(process.Said);
        using var admin = new KongAdmin(new Uri(ports.Groups["admin"].Value), TimeProvider.System);
        await admin.Put("upstreams/app", new() { ["name"] = "app" }, cancellation);
        await admin.Put("services/app", new() { ["name"] = "app", ["host"] = "app" }, cancellation);
        await admin.Put(
            "routes/app", new() { ["name"] = "app", ["paths"] = new System.Text.Json.Nodes.JsonArray("/"), ["strip_path"] = false, ["service"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "app" } }, cancellation);
        foreach (var (port, weight) in new[] { (stable.Port, Stable), (candidate.Port, Candidate) })
        {
            _ = await admin.Add("upstreams/app/targets", new() { ["target"] = $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", ["weight"] = weight }, cancellation);
        }

        return (process, new Uri(ports.Groups["proxy"].Value));
    }

    [GeneratedRegex("proxy (?<proxy>http://[^ ]+) admin (?<admin>http://[^ ]+)")]
    private static partial Regex Ports();

    /// <summary>One way to the service, and what it took.</summary>
    private sealed class Way(Uri address) : IDisposable
    {
        private readonly HttpMessageInvoker _connections = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });

        public List<double> Medians { get; } = [];

        public List<double> Tails { get; } = [];

        public List<double> Throughputs { get; } = [];

        public Task<Stretch> Run(int callers, TimeSpan duration) => ClosedLoop.Run(_connections, address, callers, duration);

        public void AddLatencies(Stretch stretch)
        {
            var latencies = new Samples(stretch.Latencies);
            Medians.Add(latencies.Median);
            Tails.Add(latencies.At(0.99));
        }

        public void Dispose() => _connections.Dispose();
    }
}
