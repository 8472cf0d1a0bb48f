using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>Paths and bodies of the Admin API: pure, and compared in tests.</summary>
internal static class KongPaths
{
    public const string Config = "config";

    /// <summary>Unchanged is not loaded again, and what is wrong is told entity by entity.</summary>
    public const string Load = Config + "?check_hash=1&flatten_errors=1";

    public static string Upstream(string service) => "upstreams/" + Uri.EscapeDataString(service);

    public static string Service(string service) => "services/" + Uri.EscapeDataString(service);

    public static string Route(string service) => "routes/" + Uri.EscapeDataString(service);

    public static string RoutesOf(string service) => Service(service) + "/routes";

    public static string Health(string upstream) => Upstream(upstream) + "/health";

    public static string Targets(string service) => Upstream(service) + "/targets";

    public static string Target(string service, string target) => Targets(service) + "/" + Uri.EscapeDataString(target);

    public static JsonObject Weight(int weight) => new() { ["weight"] = weight };

    public static JsonObject NewTarget(string target) => new() { ["target"] = target, ["weight"] = 0 };
}
