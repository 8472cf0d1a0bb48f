using System.Text.Json.Nodes;

namespace Release.Drivers.Compose;

/// <summary>Why compose cannot run a second container beside one: read from the container, since that is what compose made of all its files.</summary>
internal static class ScaleRefusal
{
    /// <summary>What stands in the way, as a clause with what to do; null for nothing.</summary>
    /// <param name="name">The name of one of compose's containers of the service.</param>
    /// <param name="inspected">What the engine says about it.</param>
    /// <param name="project">The name of the stack.</param>
    /// <param name="service">Compose's name of the service.</param>
    public static string? Of(string name, JsonObject inspected, string project, string service)
    {
        // v2 joins with a hyphen, v1 with an underscore; any other name is the file's.
        if (!name.StartsWith($"{project}-{service}-", StringComparison.Ordinal) && !name.StartsWith($"{project}_{service}_", StringComparison.Ordinal))
        {
            return $"it has the container_name {name}, and a name is given once: take container_name out of the compose file and let compose recreate it";
        }

        var bound = from port in inspected["HostConfig"]?["PortBindings"] as JsonObject ?? []
                    from binding in (port.Value as JsonArray ?? []).OfType<JsonObject>()
                    let host = binding["HostPort"]?.GetValue<string>() ?? ""
                    where host is not ("" or "0") && !host.Contains('-', StringComparison.Ordinal)
                    select host;
        return bound.FirstOrDefault() is { } taken
            ? $"it has the host port {taken}, which one container only can have: take the host port out of \"ports\" in the compose file (the router reaches it without) and let compose recreate it"
            : null;
    }
}
