namespace Release.Gateway.Proxy;

/// <summary>
/// The routes, the longest path first; among equal paths the route that asks for more (host, method) wins, then the
/// older one. A route without paths matches any path.
/// </summary>
internal sealed class RoutingTable
{
    public static readonly RoutingTable Empty = new([]);

    private readonly (string Path, RouteSettings Route)[] _entries;

    public RoutingTable(IEnumerable<(string Path, RouteSettings Route)> entries) => _entries =
    [
        .. entries
            .OrderByDescending(entry => entry.Path.Length)
            .ThenByDescending(entry => (entry.Route.Hosts.Count > 0 ? 2 : 0) + (entry.Route.Methods.Count > 0 ? 1 : 0)),
    ];

    /// <summary>The route for a request and the part of the path that it matched.</summary>
    public (RouteSettings Route, string Path)? Match(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        foreach (var (prefix, route) in _entries)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal)
                && (route.Methods.Count == 0 || route.Methods.Contains(request.Method))
                && (route.Hosts.Count == 0 || route.Hosts.Any(host => Covers(host, request.Host.Host))))
            {
                return (route, prefix);
            }
        }

        return null;
    }

    private static bool Covers(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : pattern.EndsWith(".*", StringComparison.Ordinal)
                ? host.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
                : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
