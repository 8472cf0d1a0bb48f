using System.Globalization;
using Release.Configuration;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>The containers of one stack, found by their labels: compose's own, and those that releases started beside them.</summary>
internal sealed class ComposeStack(ComposePlatformOptions options, DriverContext context, DockerEngine engine)
{
    public DockerEngine Engine => engine;

    public ComposePlatformOptions Options => options;

    public DriverContext Context => context;

    /// <summary>The service as the environment's file has it.</summary>
    public ServiceOptions? Service(string name) => context.Services.FirstOrDefault(s => s.Name == name);

    /// <summary>What is special about a service.</summary>
    public ComposeServiceOptions Special(string service) => options.Services.FirstOrDefault(s => s.Name == service) ?? new() { Name = service };

    /// <summary>Compose's name of a service.</summary>
    public string NameInCompose(string service) => Special(service).Service ?? service;

    /// <summary>Compose's containers of a service, running or not, the oldest first.</summary>
    public Task<IReadOnlyList<Container>> OfService(string service, CancellationToken cancellation) => Inspect(
        new Dictionary<string, string?>
        {
            [ComposeLabels.Project] = options.Project,
            [ComposeLabels.ProjectService] = NameInCompose(service),
        },
        container => container.Labels.GetValueOrDefault(ComposeLabels.OneOff) is not "True",
        cancellation);

    /// <summary>
    /// The containers of an instance, running or not: those that a release started, then compose's own. Of a name that
    /// <see cref="ComposeNames.Place"/> made compose's own only, of one that <see cref="ComposeNames.First"/> made the first of those.
    /// </summary>
    public async Task<IReadOnlyList<Container>> OfInstance(string name, CancellationToken cancellation)
    {
        if (!ComposeNames.IsInstance(name))
        {
            return [];
        }

        if (ComposeNames.ParseFirst(name) is { Copies: { } copies, Instance: var scaled })
        {
            return [.. (await OfInstance(scaled, cancellation)).Where(c => ComposeLabels.AreOfCompose(c.Labels)).OrderBy(ComposeLabels.NumberOf).Take(copies)];
        }

        var (instance, onlyPlace) = ComposeNames.Parse(name);
        var labels = new Dictionary<string, string?> { [ComposeLabels.Environment] = context.Environment, [ComposeLabels.Instance] = instance };
        var labelled = await Inspect(labels, container => ComposeLabels.AreOfCompose(container.Labels) ? IsOurs(container.Labels) : !onlyPlace, cancellation);
        return [.. labelled.OrderBy(c => ComposeLabels.AreOfCompose(c.Labels)), .. await Adopted(instance, cancellation)];
    }

    /// <summary>Every container that a release of this environment started.</summary>
    public Task<IReadOnlyList<Container>> Started(string service, CancellationToken cancellation) => Inspect(
        new Dictionary<string, string?> { [ComposeLabels.Environment] = context.Environment, [ComposeLabels.Service] = service },
        container => !ComposeLabels.AreOfCompose(container.Labels),
        cancellation);

    /// <summary>The port on which a service listens in its containers.</summary>
    /// <exception cref="ReleaseException">Nothing says which.</exception>
    public int Port(string service, Container container)
    {
        if (Service(service)?.Port is { } port)
        {
            return port;
        }

        var exposed = (container.Json["Config"]?["ExposedPorts"] as System.Text.Json.Nodes.JsonObject ?? [])
            .Select(p => p.Key.Split('/')).Where(p => p is [_, "tcp"]).Select(p => p[0]).ToList();
        return exposed is [var only] && int.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var found)
            ? found
            : throw new ReleaseException(
                ExitStatus.Usage,
                $"On which port {service} listens is not known: its container {container.Name} exposes {(exposed.Count == 0 ? "none" : string.Join(", ", exposed))}.",
                $"Write \"port\" beside the service \"{service}\" in the environment's file.");
    }

    /// <summary>
    /// Where the router and where this program reach a container; the second is empty while it does not run. Compose's recreated
    /// containers have the name of the one before, and Docker's DNS lets others remember that one's address for ten minutes:
    /// their short id is a name that was never another's.
    /// </summary>
    public InstanceAddress Address(string service, Container container)
    {
        var port = Port(service, container);
        var network = options.Network ?? container.Json["HostConfig"]?["NetworkMode"]?.GetValue<string>() ?? "";
        var place = container.Networks.GetValueOrDefault(network) ?? container.Networks.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => n.Value).FirstOrDefault();
        var isRecreated = ComposeLabels.AreOfCompose(container.Labels) && container.Labels.ContainsKey(ComposeLabels.Instance);
        var name = isRecreated ? ComposeNames.Short(container.Id) : container.Name;
        var reached = options.Reach is ComposeReach.Bridge
            ? place?.Address is { } address && container.State.Running ? $"{address}:{port}" : null
            : container.Ports.FirstOrDefault(p => p.Port == port && p.Protocol == "tcp" && p.HostPort is not null) is { HostPort: { } host } offered
            ? $"{HostOf(offered.HostAddress)}:{host}" : null;
        var routed = string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
        var others = new[] { container.Name, ComposeNames.Short(container.Id), place?.Address?.ToString() }.Concat(place?.Aliases ?? []).OfType<string>();
        return new(routed, reached ?? "")
        {
            Also = [.. others.Select(other => string.Create(CultureInfo.InvariantCulture, $"{other}:{port}")).Where(other => other != routed).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The service of the environment that a container is of; null for none.</summary>
    public string? ServiceOf(Container container) => container.Labels.GetValueOrDefault(ComposeLabels.Service)
        ?? context.Services.Select(s => s.Name).FirstOrDefault(s => NameInCompose(s) == container.Labels.GetValueOrDefault(ComposeLabels.ProjectService));

    /// <summary>The last lines of a container's log, filtered; empty when there are none or nobody can read them.</summary>
    public async Task<string> LastWords(Container container, CancellationToken cancellation)
    {
        const int Lines = 10;
        var lines = new List<string>();
        try
        {
            await foreach (var line in engine.Logs(container.Id, null, null, follow: false, Lines, cancellation))
            {
                lines.Add($"  {context.Tool.ShownLine(line.Text)}");
            }
        }
        catch (DockerException)
        {
            // Without its log there is nothing to quote; the message itself must not fail for it.
        }

        return lines.Count == 0 ? "" : $" Its last words:\n{string.Join('\n', lines)}";
    }

    // The same files may be up a second time under another name of the stack.
    private bool IsOurs(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault(ComposeLabels.Project) == options.Project && labels.GetValueOrDefault(ComposeLabels.OneOff) is not "True";

    private string HostOf(string? offeredAt) => engine.Host.Transport is DockerTransport.Unix
        ? offeredAt is null or "" or "0.0.0.0" or "::" ? "127.0.0.1" : offeredAt
        : engine.Host.Machine;

    private async Task<IReadOnlyList<Container>> Adopted(string instance, CancellationToken cancellation)
    {
        var found = new List<Container>();
        foreach (var service in context.Services.Where(s => instance.StartsWith($"{s.Name}-", StringComparison.Ordinal)))
        {
            found.AddRange((await OfService(service.Name, cancellation))
                .Where(c => !c.Labels.ContainsKey(ComposeLabels.Instance) && ComposeNames.IsAdopted(instance, service.Name, c.Image)));
        }

        return found;
    }

    private async Task<IReadOnlyList<Container>> Inspect(
        IReadOnlyDictionary<string, string?> labels, Func<ContainerSummary, bool> which, CancellationToken cancellation)
    {
        var containers = new List<Container>();
        foreach (var summary in (await engine.Containers(labels, all: true, cancellation)).Where(which))
        {
            // One that is being removed may be gone by now.
            if (await engine.Container(summary.Id, cancellation) is { } container)
            {
                containers.Add(container);
            }
        }

        return [.. containers.OrderBy(c => c.Created).ThenBy(c => c.Name, StringComparer.Ordinal)];
    }
}
