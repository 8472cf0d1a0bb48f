using System.Net;
using System.Text.Json.Nodes;

namespace Release.Drivers.Docker;

/// <summary>A container of a list.</summary>
/// <param name="Id">64 hexadecimal digits.</param>
/// <param name="Name">Its name, without the slash before it.</param>
/// <param name="Image">The image's id (<c>sha256:…</c>), whatever its tags say now.</param>
/// <param name="ImageReference">What it was made from, as it was written then.</param>
/// <param name="State">One word: created, running, paused, restarting, removing, exited or dead.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Created">When it was made.</param>
public sealed record ContainerSummary(
    string Id, string Name, string Image, string ImageReference, string State, IReadOnlyDictionary<string, string> Labels, DateTimeOffset Created)
{
    internal static ContainerSummary Read(EngineDocument document) => new(
        document.Text("Id"),

        // With links there are several names; its own has one slash.
        (document.Texts("Names").FirstOrDefault(name => name.LastIndexOf('/') == 0) ?? throw new FormatException("there is no name")).TrimStart('/'),
        document.Text("ImageID"),
        document.OptionalText("Image") ?? "",
        document.Text("State"),
        document.TextByName("Labels"),
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(document.Number("Created"), 0, 253_402_300_799)));
}

/// <summary>What a container's own health check says.</summary>
/// <param name="Status">One word: starting, healthy or unhealthy.</param>
/// <param name="FailingStreak">How many checks in a row failed.</param>
/// <param name="LastOutput">What the last one wrote, as it came; empty when there was none.</param>
public sealed record ContainerHealth(string Status, int FailingStreak, string LastOutput)
{
    /// <summary>Gets a value indicating whether the check passes.</summary>
    public bool IsHealthy => Status == "healthy";
}

/// <summary>How a container is.</summary>
/// <param name="Status">One word: created, running, paused, restarting, removing, exited or dead.</param>
/// <param name="Running">Whether the engine counts it as running: also when it is paused, and between two starts of its restart policy.</param>
/// <param name="ExitCode">How its process ended; 0 while it runs.</param>
/// <param name="OomKilled">Whether it was killed for want of memory.</param>
/// <param name="StartedAt">When it was started last; null for never.</param>
/// <param name="FinishedAt">When it ended last; null for never.</param>
/// <param name="RestartCount">How often the engine started it again by its restart policy.</param>
/// <param name="Health">What its own check says; null when it has none.</param>
/// <param name="Error">Why it could not be started, as it came; empty otherwise.</param>
public sealed record ContainerState(
    string Status,
    bool Running,
    int ExitCode,
    bool OomKilled,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    int RestartCount,
    ContainerHealth? Health,
    string Error)
{
    internal static ContainerState Read(EngineDocument container)
    {
        var state = container.Document("State");
        return new(
            state.Text("Status"),
            state.Flag("Running"),
            (int)(state.OptionalNumber("ExitCode") ?? 0),
            state.Flag("OOMKilled"),
            state.Time("StartedAt"),
            state.Time("FinishedAt"),
            (int)(container.OptionalNumber("RestartCount") ?? 0),
            state.OptionalDocument("Health") is { } health && health.Text("Status") is not "none" and var status
                ? new(status, (int)(health.OptionalNumber("FailingStreak") ?? 0), health.Documents("Log") is [.., var last] ? last.OptionalText("Output") ?? "" : "")
                : null,
            state.OptionalText("Error") ?? "");
    }
}

/// <summary>A container's place in a network.</summary>
/// <param name="NetworkId">The network's id.</param>
/// <param name="Address">Its address there; null while it does not run.</param>
/// <param name="Aliases">The names that others there know it by, beside its own.</param>
public sealed record ContainerNetwork(string NetworkId, IPAddress? Address, IReadOnlyList<string> Aliases)
{
    internal static ContainerNetwork Read(EngineDocument document) => new(
        document.OptionalText("NetworkID") ?? "",
        document.OptionalText("IPAddress") is { Length: > 0 } text ? IPAddress.TryParse(text, out var address) ? address : throw new FormatException("IPAddress is no address") : null,
        document.Texts("Aliases"));
}

/// <summary>A port of a container, and where the host offers it.</summary>
/// <param name="Port">The port inside.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="HostAddress">The host's address that it is bound to; null when it is not offered.</param>
/// <param name="HostPort">The host's port; null when it is not offered.</param>
public sealed record ContainerPort(int Port, string Protocol, string? HostAddress, int? HostPort)
{
    internal static IEnumerable<ContainerPort> Read(EngineDocument ports)
    {
        foreach (var name in ports.Json.Select(port => port.Key))
        {
            if (name.Split('/') is not [var number, var protocol] || !ushort.TryParse(number, out var port))
            {
                throw new FormatException("a port is none");
            }

            var offered = ports.Documents(name);
            if (offered.Count == 0)
            {
                yield return new(port, protocol, null, null);
            }

            foreach (var binding in offered)
            {
                yield return new(port, protocol, binding.OptionalText("HostIp"), ushort.TryParse(binding.OptionalText("HostPort"), out var host) ? host : null);
            }
        }
    }
}

/// <summary>A container, looked at.</summary>
/// <param name="Id">64 hexadecimal digits.</param>
/// <param name="Name">Its name, without the slash before it.</param>
/// <param name="Image">The image's id (<c>sha256:…</c>), whatever its tags say now.</param>
/// <param name="ImageReference">What it was made from, as it was written then.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="State">How it is.</param>
/// <param name="Networks">Its places, by the network's name.</param>
/// <param name="Ports">Its ports, offered by the host or not; empty while it does not run.</param>
/// <param name="Env">Its variables. They may hold secrets.</param>
/// <param name="Tty">Whether it has a terminal: then its log is one stream.</param>
/// <param name="Json">The engine's whole answer.</param>
public sealed record Container(
    string Id,
    string Name,
    string Image,
    string ImageReference,
    DateTimeOffset Created,
    IReadOnlyDictionary<string, string> Labels,
    ContainerState State,
    IReadOnlyDictionary<string, ContainerNetwork> Networks,
    IReadOnlyList<ContainerPort> Ports,
    IReadOnlyDictionary<string, string> Env,
    bool Tty,
    JsonObject Json)
{
    /// <summary>Its name and how it is: the rest may hold secrets.</summary>
    public override string ToString() => $"{Name} ({State.Status})";

    internal static Container Read(EngineDocument document)
    {
        var config = document.Document("Config");
        var settings = document.Document("NetworkSettings");
        return new(
            document.Text("Id"),
            document.Text("Name").TrimStart('/'),
            document.Text("Image"),
            config.OptionalText("Image") ?? "",
            document.Time("Created") ?? throw new FormatException("there is no Created"),
            config.TextByName("Labels"),
            ContainerState.Read(document),
            settings.OptionalDocument("Networks") is { } networks
                ? networks.Json.ToDictionary(network => network.Key, network => ContainerNetwork.Read(EngineDocument.Of(network.Value, network.Key)), StringComparer.Ordinal)
                : [],
            settings.OptionalDocument("Ports") is { } ports ? [.. ContainerPort.Read(ports)] : [],
            Variables(config.Texts("Env")),
            config.Flag("Tty"),
            document.Json);
    }

    // Of two with one name the process sees the last.
    private static Dictionary<string, string> Variables(IEnumerable<string> lines)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at > 0)
            {
                variables[line[..at]] = line[(at + 1)..];
            }
        }

        return variables;
    }
}
