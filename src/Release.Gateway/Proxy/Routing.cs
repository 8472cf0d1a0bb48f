using System.Globalization;
using System.Text.Json.Nodes;
using Release.Gateway.Admin;

namespace Release.Gateway.Proxy;

/// <summary>
/// Turns entities into what the proxy works with. Upstreams and targets are kept from one change to the next, so that
/// their connections, turns and requests in flight live on.
/// </summary>
internal sealed class Routing(GatewayMetrics metrics, TimeProvider time)
{
    private readonly Dictionary<string, Upstream> _upstreams = [];

    private RoutingTable _table = RoutingTable.Empty;

    public RoutingTable Table => Volatile.Read(ref _table);

    /// <summary>When it returns, every request that arrives is served by the new entities.</summary>
    public void Apply(Entities entities)
    {
        var balanced = new Dictionary<string, List<(string Target, int Weight)>>();
        foreach (var upstream in entities.Of(Kinds.Upstreams))
        {
            balanced[upstream.Text("name")!] =
            [
                .. entities.Children(Kinds.Targets, "upstream", upstream)
                    .Select(target => (target.Text("target")!, target.Number("weight"))),
            ];
        }

        foreach (var service in entities.Of(Kinds.Services))
        {
            // A host that names no upstream is a single target.
            balanced.TryAdd(Destination(entities, service), [(Address(service), 1)]);
        }

        foreach (var (name, weights) in balanced)
        {
            if (!_upstreams.TryGetValue(name, out var upstream))
            {
                _upstreams[name] = upstream = new Upstream(name, metrics, time);
            }

            upstream.Weigh(weights);
        }

        Volatile.Write(ref _table, new RoutingTable(Entries(entities)));
        foreach (var gone in _upstreams.Keys.Except(balanced.Keys).ToArray())
        {
            _upstreams[gone].Weigh([]);
            _upstreams.Remove(gone);
        }
    }

    private static string Destination(Entities entities, JsonObject service) =>
        entities.Find(Kinds.Upstreams, service.Text("host")!) is { } upstream ? upstream.Text("name")! : Address(service);

    private static string Address(JsonObject service) =>
        string.Create(CultureInfo.InvariantCulture, $"{service.Text("host")}:{service.Number("port")}");

    private IEnumerable<(string Path, RouteSettings Route)> Entries(Entities entities)
    {
        var services = entities.Of(Kinds.Services)
            .Where(service => service.Flag("enabled"))
            .ToDictionary(service => service.Text("id")!, service => Settings(entities, service));
        foreach (var route in entities.Of(Kinds.Routes))
        {
            if (route.ReferenceId("service") is not { } id
                || !services.TryGetValue(id, out var service)
                || !route.Texts("protocols").Contains("http"))
            {
                continue;
            }

            var settings = new RouteSettings
            {
                Methods = route.Texts("methods"),
                Hosts = route.Texts("hosts"),
                StripsPath = route.Flag("strip_path"),
                PreservesHost = route.Flag("preserve_host"),
                Service = service,
            };
            var paths = route.Texts("paths");
            foreach (var path in paths.Count > 0 ? paths : [""])
            {
                yield return (path, settings);
            }
        }
    }

    private ServiceSettings Settings(Entities entities, JsonObject service) => new()
    {
        Upstream = _upstreams[Destination(entities, service)],
        Scheme = service.Text("protocol")!,
        Path = (service.Text("path") ?? "").TrimEnd('/'),
        Retries = service.Number("retries"),
        ConnectTimeout = TimeSpan.FromMilliseconds(service.Number("connect_timeout")),
        SilenceTimeout = TimeSpan.FromMilliseconds(
            Math.Max(service.Number("read_timeout"), service.Number("write_timeout"))),
        HostHeader = entities.Find(Kinds.Upstreams, service.Text("host")!)?.Text("host_header"),
    };
}
