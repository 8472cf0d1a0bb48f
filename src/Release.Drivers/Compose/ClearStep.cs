using Release.Configuration;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Stops and removes the containers that a release started for an instance which compose runs by now.</summary>
internal sealed class ClearStep(string id, Instance instance, ServiceOptions service, ComposeStack stack, Candidates candidates, ContainerWatch watch, ContainerStop stop) : EngineStep(id)
{
    /// <summary>Gets <see cref="StepSafety.Keyed"/>: what is removed stays removed.</summary>
    public override StepSafety Safety => StepSafety.Keyed;

    public override TimeSpan Deadline => (stack.Options.StopTimeout * 2) + TimeSpan.FromSeconds(60);

    public override string Describe() => $"Stop and remove what {instance.Id} ran on beside compose's {stack.NameInCompose(service.Name)}.";

    protected override async Task<Observation> Look(CancellationToken cancellation)
    {
        var beside = await Beside(cancellation);
        var seen = candidates.Seen(instance.Id, service.Name, beside);
        return beside.Count > 0
            ? new(StepState.Pending, seen, $"{string.Join(", ", beside.Select(c => c.Name))} {(beside.Count == 1 ? "is" : "are")} there beside compose's.")
            : new(StepState.Applied, seen, $"Only compose runs {instance.Id}.");
    }

    public override async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var place = await stack.OfInstance(ComposeNames.Place(instance.Id), cancellation);
        foreach (var container in place)
        {
            if (await watch.Sickness(container, service, cancellation) is { } sickness)
            {
                throw new ReleaseException(ExitStatus.Failed, $"What {instance.Id} ran on is not removed: compose's own is not healthy ({sickness}).");
            }
        }

        if (place.Count == 0)
        {
            throw new ReleaseException(ExitStatus.Failed, $"What {instance.Id} ran on is not removed: compose does not run it.");
        }

        await stop.Stop(service.Name, await Beside(cancellation), cancellation);
    }

    /// <summary>Does nothing: the same version serves from compose's own containers.</summary>
    public override Task Undo(Before before, StepKey key, CancellationToken cancellation) => Task.CompletedTask;

    private async Task<IReadOnlyList<Container>> Beside(CancellationToken cancellation) =>
        [.. (await stack.OfInstance(instance.Id, cancellation)).Where(c => !ComposeLabels.AreOfCompose(c.Labels))];
}
