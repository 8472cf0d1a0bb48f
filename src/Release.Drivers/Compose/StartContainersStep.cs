using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Starts the containers of an instance beside whatever else runs, and waits until they are healthy.</summary>
internal sealed class StartContainersStep(
    string id, Instance instance, ServiceOptions service, ComposeStack stack, Candidates candidates, ContainerWatch watch, ContainerStop stop) : EngineStep(id)
{
    /// <summary>Gets <see cref="StepSafety.Keyed"/>: the engine gives a name once, so an instance is there at most once, however often it is started.</summary>
    public override StepSafety Safety => StepSafety.Keyed;

    public override TimeSpan Deadline => stack.Options.BootTimeout + TimeSpan.FromSeconds(60)
        + (stack.Options.Pull is PullPolicy.Never ? TimeSpan.Zero : stack.Options.PullTimeout);

    public override string Describe() => $"Start {instance.Id} from {instance.Artefact.Digest}, as many containers as compose runs of {stack.NameInCompose(service.Name)}, and wait until they are healthy.";

    public override async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var there = await stack.OfInstance(instance.Id, cancellation);
        var names = new List<string>();
        if (there.Any(c => ComposeLabels.AreOfCompose(c.Labels)))
        {
            // It has its place in compose: nothing is made beside it.
            foreach (var stopped in there.Where(c => !c.State.Running && ComposeLabels.AreOfCompose(c.Labels)))
            {
                await stack.Engine.Start(stopped.Id, cancellation);
            }

            names.AddRange(there.Where(c => ComposeLabels.AreOfCompose(c.Labels)).Select(c => c.Id));
        }
        else
        {
            names.AddRange(await candidates.Start(instance, service, cancellation));
        }

        await watch.Healthy(names, service, instance.Id, cancellation);
    }

    /// <summary>Stops the instance and removes what compose did not make, unless it ran before this step.</summary>
    public override async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (!WasAlive(before))
        {
            await stop.Stop(service.Name, await stack.OfInstance(instance.Id, cancellation), cancellation);
        }
    }

    /// <summary>Whether the instance ran before the step.</summary>
    internal static bool WasAlive(Before before) => before.Seen["alive"]?.GetValue<bool>() == true;

    protected override async Task<Observation> Look(CancellationToken cancellation)
    {
        var there = await stack.OfInstance(instance.Id, cancellation);
        var seen = candidates.Seen(instance.Id, service.Name, there);
        if (there.Count == 0)
        {
            var name = ComposeNames.Container(instance.Id, 1);
            return await stack.Engine.Container(name, cancellation) is { } other && !candidates.IsOf(instance.Id, other)
                ? new(StepState.Foreign, seen, Candidates.Taken(name, instance.Id).Message)
                : new(StepState.Pending, seen, $"{instance.Id} does not run.");
        }

        if (!there.Any(c => c.State.Running))
        {
            return new(StepState.Pending, seen, $"{instance.Id} does not run: {there[0].Name} is {there[0].State.Status}.");
        }

        foreach (var container in there)
        {
            if (await watch.Sickness(container, service, cancellation) is { } sickness)
            {
                return new(StepState.Torn, seen, $"{instance.Id} runs, but is not healthy: {sickness}.");
            }
        }

        var isSettled = there.Any(c => ComposeLabels.AreOfCompose(c.Labels));
        var wanted = isSettled ? there.Count : (await stack.OfService(service.Name, cancellation)).Count;
        return there.Count < wanted
            ? new(StepState.Torn, seen, $"{instance.Id} runs in {there.Count} of {wanted} containers.")
            : new(StepState.Applied, seen, $"{instance.Id} runs and is healthy: {string.Join(", ", there.Select(c => c.Name))}.");
    }
}
