using System.Text.Json.Nodes;

namespace Release.Drivers.Compose;

/// <summary>What a candidate's container is to be.</summary>
/// <param name="Image">Its image, by digest or id.</param>
/// <param name="Labels">Our labels.</param>
/// <param name="Variables">Variables that take the place of the definition's.</param>
internal sealed record CandidateChange(string Image, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>Gets a port that the host is to offer at a free port of its own, and at which of its addresses; null for none.</summary>
    public (int Port, string HostAddress)? Offered { get; init; }
}

/// <summary>How to make a container beside the one whose definition it has. Pure.</summary>
/// <param name="Body">The document of <c>POST /containers/create</c>: with the first network only, as engines before API 1.44 take it.</param>
/// <param name="Networks">The other networks and the settings of each.</param>
/// <param name="LeftOut">What only one container can have, one phrase each.</param>
internal sealed record ContainerPlan(JsonObject Body, IReadOnlyList<KeyValuePair<string, JsonObject>> Networks, IReadOnlyList<string> LeftOut)
{
    // What the engine reports and does not take, or what belongs to the container that it was reported of.
    private static readonly string[] OfTheOther = ["Hostname", "MacAddress", "ArgsEscaped", "OnBuild"];

    /// <summary>The plan.</summary>
    /// <param name="container">The engine's whole document of the container with the definition.</param>
    /// <param name="image">The configuration of the image that it was made from: what it has from there comes anew from its own.</param>
    /// <param name="change">What is different.</param>
    public static ContainerPlan Of(JsonObject container, JsonObject image, CandidateChange change)
    {
        var leftOut = new List<string>();
        var body = Config(Object(container, "Config"), image, container, leftOut);
        body["Image"] = change.Image;
        body["Env"] = Environment(container, image, change.Variables);
        body["Labels"] = Labels(Object(container, "Config"), image, change.Labels);

        var host = Host(Object(container, "HostConfig"), leftOut);
        if (change.Offered is var (port, hostAddress))
        {
            host["PortBindings"] = new JsonObject { [$"{port}/tcp"] = new JsonArray(new JsonObject { ["HostIp"] = hostAddress, ["HostPort"] = "" }) };
            body["ExposedPorts"] ??= new JsonObject();
            body["ExposedPorts"]![$"{port}/tcp"] = new JsonObject();
        }

        body["HostConfig"] = host;
        var networks = Endpoints(Object(Object(container, "NetworkSettings"), "Networks"), host["NetworkMode"]?.GetValue<string>(), leftOut);
        if (networks is [var first, ..])
        {
            body["NetworkingConfig"] = new JsonObject { ["EndpointsConfig"] = new JsonObject { [first.Key] = first.Value } };
        }

        return new(body, [.. networks.Skip(1)], leftOut);
    }

    /// <summary>The variables of a definition without what its image sets and what our flags took the place of.</summary>
    public static IReadOnlyDictionary<string, string> OwnVariables(JsonObject container, JsonObject image)
    {
        var ofImage = Lines(image["Env"]).ToHashSet(StringComparer.Ordinal);
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Lines(Object(container, "Config")["Env"]).Where(line => !ofImage.Contains(line)))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            own[at < 0 ? line : line[..at]] = at < 0 ? "" : line[(at + 1)..];
        }

        foreach (var (name, value) in Replaced(container))
        {
            if (value is null)
            {
                _ = own.Remove(name);
            }
            else
            {
                own[name] = value;
            }
        }

        return own;
    }

    /// <summary>The values that our flags took the place of in a container; null for one that was not set.</summary>
    public static IReadOnlyDictionary<string, string?> Replaced(JsonObject container)
    {
        var text = Object(Object(container, "Config"), "Labels")[ComposeLabels.Replaced]?.GetValue<string>();
        return text is not null && PeerJson.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out var json) && json is JsonObject replaced
            ? replaced.ToDictionary(pair => pair.Key, pair => pair.Value?.GetValue<string>(), StringComparer.Ordinal)
            : new Dictionary<string, string?>();
    }

    private static JsonArray Environment(JsonObject container, JsonObject image, IReadOnlyDictionary<string, string> variables) => new([.. OwnVariables(container, image)
        .Where(own => !variables.ContainsKey(own.Key))
        .Concat(variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        .Select(pair => (JsonNode)$"{pair.Key}={pair.Value}")]);

    private static JsonObject Config(JsonObject config, JsonObject image, JsonObject container, List<string> leftOut)
    {
        var body = new JsonObject();
        foreach (var (name, value) in config)
        {
            // With an entrypoint of its own a container has no command from its image: the same one was written for it.
            var isOwn = !JsonNode.DeepEquals(value, image[name]) || (name == "Cmd" && !JsonNode.DeepEquals(config["Entrypoint"], image["Entrypoint"]));
            if (value is not null && isOwn && !OfTheOther.Contains(name))
            {
                body[name] = value.DeepClone();
            }
        }

        // An engine gives every container its own id for a name; one that somebody chose is kept.
        var (hostname, id) = (config["Hostname"]?.GetValue<string>() ?? "", container["Id"]?.GetValue<string>() ?? "");
        if (hostname.Length > 0 && !id.StartsWith(hostname, StringComparison.Ordinal))
        {
            body["Hostname"] = hostname;
        }

        if (config["MacAddress"]?.GetValue<string>() is { Length: > 0 } mac)
        {
            leftOut.Add($"the hardware address {mac}");
        }

        // Only the difference of the two: an entrypoint of its own with the image's command is what compose meant.
        foreach (var (name, _) in Object(image, "ExposedPorts"))
        {
            _ = (body["ExposedPorts"] as JsonObject)?.Remove(name);
        }

        foreach (var (name, _) in Object(image, "Volumes"))
        {
            _ = (body["Volumes"] as JsonObject)?.Remove(name);
        }

        return body;
    }

    private static JsonObject Labels(JsonObject config, JsonObject image, IReadOnlyDictionary<string, string> ours)
    {
        var ofImage = Object(image, "Labels");
        var labels = new JsonObject();
        foreach (var (name, value) in Object(config, "Labels"))
        {
            var isOurs = name.StartsWith("release.", StringComparison.Ordinal);
            if (!isOurs && !name.StartsWith(ComposeLabels.OfCompose, StringComparison.Ordinal) && !JsonNode.DeepEquals(value, ofImage[name]))
            {
                labels[name] = value?.DeepClone();
            }
        }

        foreach (var (name, value) in ours)
        {
            labels[name] = value;
        }

        return labels;
    }

    private static JsonObject Host(JsonObject host, List<string> leftOut)
    {
        var body = new JsonObject();
        foreach (var (name, value) in host)
        {
            if (value is not null && name is not ("PortBindings" or "PublishAllPorts" or "ContainerIDFile" or "Links" or "ConsoleSize"))
            {
                body[name] = value.DeepClone();
            }
        }

        foreach (var (port, bindings) in Object(host, "PortBindings"))
        {
            foreach (var binding in (bindings as JsonArray ?? []).OfType<JsonObject>())
            {
                leftOut.Add($"the host's port {binding["HostPort"]?.GetValue<string>()} for {port}");
            }
        }

        // The nameless volume of one container: two versions that write into it would spoil it for both.
        if (body["Binds"] is JsonArray binds)
        {
            foreach (var bind in binds.OfType<JsonValue>().Where(b => IsNameless(b.GetValue<string>().Split(':')[0])).ToList())
            {
                leftOut.Add($"the nameless volume at {bind.GetValue<string>().Split(':').ElementAtOrDefault(1)}, in place of which it gets a new one");
                _ = binds.Remove(bind);
            }
        }

        if (body["Mounts"] is JsonArray mounts)
        {
            foreach (var mount in mounts.OfType<JsonObject>().Where(m => m["Type"]?.GetValue<string>() == "volume" && IsNameless(m["Source"]?.GetValue<string>() ?? "")))
            {
                leftOut.Add($"the nameless volume at {mount["Target"]?.GetValue<string>()}, in place of which it gets a new one");
                _ = mount.Remove("Source");
            }
        }

        return body;
    }

    // Without the stable's aliases: Docker's DNS would send it requests by the service's name, whatever the router says.
    private static List<KeyValuePair<string, JsonObject>> Endpoints(JsonObject networks, string? mode, List<string> leftOut)
    {
        var plan = new List<KeyValuePair<string, JsonObject>>();
        foreach (var (name, value) in networks.OrderByDescending(n => n.Key == mode).ThenBy(n => n.Key, StringComparer.Ordinal))
        {
            var endpoint = new JsonObject();
            foreach (var member in new[] { "Links", "DriverOpts" })
            {
                if (value?[member] is { } kept)
                {
                    endpoint[member] = kept.DeepClone();
                }
            }

            foreach (var (kind, address) in (value?["IPAMConfig"] as JsonObject ?? []).Where(pair => pair.Value is JsonValue))
            {
                leftOut.Add($"the address {address!.GetValue<string>()} ({kind}) in {name}");
            }

            plan.Add(new(name, endpoint));
        }

        return plan;
    }

    private static bool IsNameless(string volume) => volume.Length == 64 && volume.All(char.IsAsciiHexDigit);

    private static IEnumerable<string> Lines(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonValue>().Select(line => line.GetValue<string>());

    private static JsonObject Object(JsonObject of, string name) => of[name] as JsonObject ?? [];
}
