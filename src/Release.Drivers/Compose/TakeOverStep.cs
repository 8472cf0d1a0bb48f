using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>
/// Lets compose's own service run what was released: writes it into our compose file and has compose recreate the service,
/// while the containers that a release started carry all traffic. Afterwards compose's view is right: <c>up</c> changes nothing.
/// </summary>
internal sealed class TakeOverStep(
    string id, Instance instance, ServiceOptions service, ComposeStack stack, FlagStore flags, OverridePlace overrides, ComposeTool compose, ContainerWatch watch, ContainerStop stop) : EngineStep(id)
{
    /// <summary>Gets <see cref="StepSafety.Absolute"/>: a compose that outlived its caller may still be at work until the deadline.</summary>
    public override StepSafety Safety => StepSafety.Absolute;

    public override TimeSpan Deadline => stack.Options.BootTimeout + (stack.Options.StopTimeout * 3) + TimeSpan.FromMinutes(3);

    private string Name => stack.NameInCompose(service.Name);

    public override string Describe() => $"Let compose recreate {Name} from {instance.Artefact.Digest}, beside {instance.Id}, and wait until it is healthy.";

    public override async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var here = await stack.OfService(service.Name, cancellation);
        if (!here.All(c => IsIts(c)) || here.Count == 0)
        {
            await RefuseWithoutCandidate(cancellation);
            await stop.Drained(service.Name, here, cancellation);
        }

        var before = overrides.Read();
        var after = before.With(Name, await Entry(here, cancellation));
        overrides.Write(after);
        try
        {
            await Recreate(Math.Max(1, here.Count), instance.Id, cancellation);
        }
        catch (ReleaseException failed) when (before.Services.GetValueOrDefault(Name) is var old && !after.Services[Name].IsSame(old))
        {
            // Compose is to go on with what it had, and not with what does not run.
            overrides.Write(before);
            await compose.Up(Name, Math.Max(1, here.Count), cancellation);
            throw new ReleaseException(failed.Status, $"{failed.Message} Compose has the version before again, and {instance.Id} serves as before.");
        }
    }

    /// <summary>Lets compose go back to what our file said before, if it still says what this step wrote.</summary>
    public override async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        var (now, old) = (overrides.Read(), OverriddenService.FromJson(before.Seen["override"]));
        if (now.Services.GetValueOrDefault(Name)?.Labels.GetValueOrDefault(ComposeLabels.Instance) == instance.Id)
        {
            overrides.Write(now.With(Name, old));
            await Recreate(Math.Max(1, (await stack.OfService(service.Name, cancellation)).Count), Name, cancellation);
        }
    }

    private async Task Recreate(int scale, string what, CancellationToken cancellation)
    {
        await compose.Up(Name, scale, cancellation);
        var made = await stack.OfService(service.Name, cancellation);
        await watch.Healthy([.. made.Select(c => c.Id)], service, $"compose's {Name} for {what}", cancellation);
    }

    // Nothing else serves then: recreating it would be an outage (invariant 13).
    private async Task RefuseWithoutCandidate(CancellationToken cancellation)
    {
        var candidates = (await stack.OfInstance(instance.Id, cancellation)).Where(c => !ComposeLabels.AreOfCompose(c.Labels)).ToList();
        foreach (var candidate in candidates)
        {
            if (await watch.Sickness(candidate, service, cancellation) is { } sickness)
            {
                throw new ReleaseException(ExitStatus.Failed, $"Compose does not recreate {Name}: {instance.Id} has to carry the traffic meanwhile and is not healthy ({sickness}).");
            }
        }

        if (candidates.Count == 0)
        {
            throw new ReleaseException(ExitStatus.Failed, $"Compose does not recreate {Name}: nothing of {instance.Id} runs beside it that could carry the traffic meanwhile.");
        }
    }

    private async Task<OverriddenService> Entry(IReadOnlyList<Container> here, CancellationToken cancellation)
    {
        var set = flags.Of(instance.Id) ?? new Dictionary<string, string>();
        var labels = Candidates.Labels(instance, stack.Context.Environment, "stable");
        if (set.Count > 0 && here is [var definition, ..])
        {
            var own = ContainerPlan.OwnVariables(definition.Json, (await stack.Engine.Image(definition.Image, cancellation))?.Config ?? []);
            labels[ComposeLabels.Replaced] = new JsonObject(set.Keys.Order(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, (JsonNode?)own.GetValueOrDefault(name)))).ToJsonString();
        }

        return new OverriddenService(instance.Artefact.Digest, labels, set);
    }

    private bool IsIts(Container container) => container.Labels.GetValueOrDefault(ComposeLabels.Instance) is { } labelled
        ? labelled == instance.Id
        : ComposeNames.IsAdopted(instance.Id, service.Name, container.Image);

    protected override async Task<Observation> Look(CancellationToken cancellation)
    {
        var here = await stack.OfService(service.Name, cancellation);
        var seen = new JsonObject
        {
            ["instance"] = instance.Id,
            ["containers"] = new JsonArray([.. here.Select(c => new JsonObject { ["name"] = c.Name, ["id"] = ComposeNames.Short(c.Id), ["image"] = c.Image })]),
            ["override"] = overrides.Read().Services.GetValueOrDefault(Name)?.ToJson(),
        };
        var its = here.Count(IsIts);
        if (its < here.Count || here.Count == 0)
        {
            return new(its == 0 ? StepState.Pending : StepState.Torn, seen, $"Compose runs {Name} from {string.Join(", ", here.Select(c => c.ImageReference).Distinct())}.");
        }

        foreach (var container in here)
        {
            if (await watch.Sickness(container, service, cancellation) is { } sickness)
            {
                return new(StepState.Torn, seen, $"Compose's {Name} is {instance.Id}, but not healthy: {sickness}.");
            }
        }

        return new(StepState.Applied, seen, $"Compose's {Name} is {instance.Id}: {string.Join(", ", here.Select(c => c.Name))}.");
    }
}
