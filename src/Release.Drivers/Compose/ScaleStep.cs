using System.Globalization;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Has compose run another number of containers of its own service, which serves; those that stay are not touched.</summary>
internal sealed class ScaleStep(
    string id, Instance instance, ServiceOptions service, int copies, ComposeStack stack, OverridePlace overrides, ComposeTool compose, ContainerWatch watch) : EngineStep(id)
{
    /// <summary>Gets <see cref="StepSafety.Absolute"/>: a compose that outlived its caller may still be at work until the deadline.</summary>
    public override StepSafety Safety => StepSafety.Absolute;

    public override TimeSpan Deadline => stack.Options.BootTimeout + (stack.Options.StopTimeout * copies) + TimeSpan.FromMinutes(3);

    private string Name => stack.NameInCompose(service.Name);

    public override string Describe() => $"Let compose run {copies} containers of {Name}, which is {instance.Id}, and wait until each is healthy.";

    public override Task Apply(StepKey key, CancellationToken cancellation) => To(copies, cancellation);

    /// <summary>Brings back the number from before.</summary>
    public override async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (before.Seen["containers"] is JsonArray { Count: > 0 } were && were.Count != (await stack.OfService(service.Name, cancellation)).Count)
        {
            await To(were.Count, cancellation);
        }
    }

    private async Task To(int number, CancellationToken cancellation)
    {
        overrides.Tell();
        await compose.Scale(Name, number, cancellation);
        var there = await stack.OfService(service.Name, cancellation);
        if (there.FirstOrDefault(c => !IsIts(c)) is { } other)
        {
            throw new ReleaseException(ExitStatus.Failed, $"Compose made {other.Name} of {other.ImageReference}, which is not what {instance.Id} runs: its files name another image than the one that serves.");
        }

        await watch.Healthy([.. there.Select(c => c.Id)], service, $"compose's {Name} in {number.ToString(CultureInfo.InvariantCulture)} copies", cancellation);
    }

    protected override async Task<Observation> Look(CancellationToken cancellation)
    {
        var there = await stack.OfService(service.Name, cancellation);
        var seen = new JsonObject { ["instance"] = instance.Id, ["containers"] = new JsonArray([.. there.Select(c => (JsonNode)c.Name)]) };
        if (there.Count != copies)
        {
            return new(StepState.Pending, seen, $"Compose runs {there.Count} of {Name}: {string.Join(", ", there.Select(c => c.Name))}.");
        }

        foreach (var container in there)
        {
            if (await watch.Sickness(container, service, cancellation) is { } sickness)
            {
                return new(StepState.Torn, seen, $"Compose has {there.Count} of {Name}, but {sickness}.");
            }
        }

        return new(StepState.Applied, seen, $"Compose runs {there.Count} of {Name}, all healthy: {string.Join(", ", there.Select(c => c.Name))}.");
    }

    private bool IsIts(Container container) => container.Labels.GetValueOrDefault(ComposeLabels.Instance) is { } labelled
        ? labelled == instance.Id
        : ComposeNames.IsAdopted(instance.Id, service.Name, container.Image);
}
