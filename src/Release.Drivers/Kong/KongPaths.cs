using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>Paths and bodies of the Admin API: pure, and compared in tests.</summary>
internal static class KongPaths
{
    public static string Upstream(string service) => "upstreams/" + Uri.EscapeDataString(service);

    public static string Service(string service) => "services/" + Uri.EscapeDataString(service);

    public static string Route(string service) => "routes/" + Uri.EscapeDataString(service);

    public static string Targets(string service) => Upstream(service) + "/targets";

    public static string Target(string service, string target) => Targets(service) + "/" + Uri.EscapeDataString(target);

    public static JsonObject Weight(int weight) => new() { ["weight"] = weight };

    public static JsonObject NewTarget(string target) => new() { ["target"] = target, ["weight"] = 0 };
}
