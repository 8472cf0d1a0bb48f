using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Makes containers beside compose's own, from their definition: as many as there are of those.</summary>
internal sealed class Candidates(ComposeStack stack, ImageSource images, FlagStore flags, OverridePlace overrides)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    private DockerEngine Engine => stack.Engine;

    /// <summary>Whether this container is one of the instance, whoever looks.</summary>
    public bool IsOf(string instance, Container container) =>
        container.Labels.GetValueOrDefault(ComposeLabels.Environment) == stack.Context.Environment && container.Labels.GetValueOrDefault(ComposeLabels.Instance) == instance;

    /// <summary>Makes and starts what is not there yet; the names of all. They need not be healthy when this returns.</summary>
    /// <exception cref="ReleaseException">There is no definition or no image, or a name is somebody else's.</exception>
    public async Task<IReadOnlyList<string>> Start(Instance instance, ServiceOptions service, CancellationToken cancellation)
    {
        var definitions = await stack.OfService(service.Name, cancellation);
        if (definitions is not [var definition, ..])
        {
            throw new ReleaseException(
                ExitStatus.Failed,
                $"{instance.Id} cannot start: compose has no container of {stack.NameInCompose(service.Name)} in project {stack.Options.Project}, and a candidate is made from its definition.",
                $"Let compose make it: docker compose -p {stack.Options.Project} up -d --no-deps {stack.NameInCompose(service.Name)}.");
        }

        overrides.Tell();
        var plan = await Plan(instance, service, definition, cancellation);
        if (plan.LeftOut.Count > 0 && _told.Add(instance.Id))
        {
            stack.Context.Report($"  {instance.Id} runs without {string.Join(", ", plan.LeftOut.Distinct())}, which only {definition.Name} can have");
        }

        // A rollback starts what was recorded, and its image may have been cleared away since.
        if (images.Fetches && await Engine.Image(instance.Artefact.Digest, cancellation) is null)
        {
            await images.Fetch(instance.Id, instance.Artefact, cancellation);
        }

        var names = Enumerable.Range(1, definitions.Count).Select(number => ComposeNames.Container(instance.Id, number)).ToList();
        foreach (var name in names)
        {
            await Start(name, instance, plan, cancellation);
        }

        return names;
    }

    private async Task Start(string name, Instance instance, ContainerPlan plan, CancellationToken cancellation)
    {
        var there = await Engine.Container(name, cancellation) ?? await Create(name, plan, cancellation);
        if (!IsOf(instance.Id, there))
        {
            throw Taken(name, instance.Id);
        }

        if (there.Labels.GetValueOrDefault(ComposeLabels.Digest) != instance.Artefact.Digest)
        {
            throw new ReleaseException(ExitStatus.Failed, $"{name} is already the name of {there.Labels.GetValueOrDefault(ComposeLabels.Version)} ({there.Labels.GetValueOrDefault(ComposeLabels.Digest)}).");
        }

        // A call that stopped half-way may have left it outside some of its networks.
        foreach (var (network, endpoint) in plan.Networks.Where(n => !there.Networks.ContainsKey(n.Key)))
        {
            await Engine.Connect(network, there.Id, endpoint, cancellation);
        }

        if (!there.State.Running)
        {
            await Engine.Start(there.Id, cancellation);
        }
    }

    private async Task<Container> Create(string name, ContainerPlan plan, CancellationToken cancellation)
    {
        try
        {
            _ = await Engine.Create(name, plan.Body, cancellation);
        }
        catch (DockerRefusedException taken) when (taken.Status == 409)
        {
            // Made between the look and the call: by whom is seen below.
        }

        return await Engine.Container(name, cancellation) ?? throw new ReleaseException(ExitStatus.Failed, $"{name} was made and is gone again, and no release removed it.");
    }

    /// <summary>The refusal of a name that somebody else's container has.</summary>
    public static ReleaseException Taken(string name, string instance) => new(
        ExitStatus.Failed,
        $"There is a container {name} already, and no release made it: {instance} cannot have that name, and what is somebody else's is not removed.",
        $"Look at it: docker inspect {name}. If nobody needs it: docker rm -f {name}. Then run the command again.");

    private async Task<ContainerPlan> Plan(Instance instance, ServiceOptions service, Container definition, CancellationToken cancellation)
    {
        // Without the image of the definition nobody can tell what is its own: then all of it is.
        var image = (await Engine.Image(definition.Image, cancellation))?.Config ?? [];
        var special = stack.Special(service.Name);
        var variables = new Dictionary<string, string>(special.Variables, StringComparer.Ordinal);
        foreach (var (name, value) in flags.Of(instance.Id) ?? new Dictionary<string, string>())
        {
            variables[name] = value;
        }

        var labels = Labels(instance, stack.Context.Environment);
        return ContainerPlan.Of(definition.Json, image, new(instance.Artefact.Digest, labels, variables)
        {
            Offered = stack.Options.Reach is ComposeReach.Published
                ? (stack.Port(service.Name, definition), Engine.Host.Transport is DockerTransport.Unix ? "127.0.0.1" : "")
                : null,
        });
    }

    /// <summary>The labels of an instance's containers.</summary>
    public static Dictionary<string, string> Labels(Instance instance, string environment, string variant = "candidate") => new(StringComparer.Ordinal)
    {
        [ComposeLabels.Environment] = environment,
        [ComposeLabels.Service] = instance.Artefact.Service,
        [ComposeLabels.Version] = instance.Artefact.Version,
        [ComposeLabels.Digest] = instance.Artefact.Digest,
        [ComposeLabels.Instance] = instance.Id,
        [ComposeLabels.Variant] = variant,
        [ComposeLabels.Run] = instance.Id.LastIndexOf("-run", StringComparison.Ordinal) is > 0 and var at ? instance.Id[(at + 4)..] : "",
    };

    /// <summary>What a step records of an instance.</summary>
    public JsonObject Seen(string instance, string service, IReadOnlyList<Container> containers) => new()
    {
        ["instance"] = instance,
        ["alive"] = containers.Any(c => c.State.Running),
        ["containers"] = new JsonArray([.. containers.Select(c => new JsonObject
        {
            ["name"] = c.Name,
            ["id"] = ComposeNames.Short(c.Id),
            ["image"] = c.Image,
            ["address"] = stack.Address(service, c).Routed,
        })]),
    };
}
