using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>
/// What Kong found behind the targets of an upstream that are names: <c>cart:3000</c> may stand for the three containers of a
/// service. That is how most upstreams look before a release with shares was ever made, and where an address counts as much
/// as the target's whole weight.
/// </summary>
internal static class TargetNames
{
    /// <summary>
    /// The addresses by name, as Kong's own view of its balancer has them (<c>/upstreams/x/health</c>); a name that it could not
    /// resolve, or of which it does not say, is left out.
    /// </summary>
    /// <exception cref="KongException">No answer, or one that is no list.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> Ask(KongAdmin kong, string upstream, CancellationToken cancellation)
    {
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var target in await kong.List(KongPaths.Health(upstream), cancellation))
        {
            if (target["target"] is JsonValue name && name.TryGetValue(out string? at) && TargetWeights.IsName(at)
                && Addresses(target["data"] as JsonObject) is { Count: > 0 } addresses)
            {
                _ = found.TryAdd(at, addresses);
            }
        }

        return found;
    }

    private static List<string> Addresses(JsonObject? data) => [.. (data?["addresses"] as JsonArray ?? [])
        .OfType<JsonObject>()
        .Select(address => address["ip"] is JsonValue ip && ip.TryGetValue(out string? host)
            && address["port"] is JsonValue value && value.TryGetValue(out int port) ? $"{host}:{port}" : null)
        .OfType<string>()
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal)];
}
