using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Stops an instance that gets no traffic any more, and removes what compose did not make.</summary>
internal sealed class RetireContainersStep(
    string id, Instance instance, ServiceOptions service, ComposeStack stack, Candidates candidates, ContainerStop stop, IStep start) : EngineStep(id)
{
    /// <summary>Gets <see cref="StepSafety.Keyed"/>: what is stopped stays stopped, however often it is told.</summary>
    public override StepSafety Safety => StepSafety.Keyed;

    public override TimeSpan Deadline => (stack.Options.StopTimeout * 2) + TimeSpan.FromSeconds(60);

    public override string Describe() => $"Wait until {instance.Id} has no request in flight, then stop it and remove its containers; compose's own stay, stopped.";

    protected override async Task<Observation> Look(CancellationToken cancellation)
    {
        var there = await stack.OfInstance(instance.Id, cancellation);
        var seen = candidates.Seen(instance.Id, service.Name, there);
        var left = there.Where(c => c.State.Running || !ComposeLabels.AreOfCompose(c.Labels)).ToList();
        return left.Count > 0
            ? new(StepState.Pending, seen, $"{instance.Id} is there: {string.Join(", ", left.Select(c => $"{c.Name} ({c.State.Status})"))}.")
            : new(StepState.Applied, seen, $"{instance.Id} does not run.");
    }

    public override async Task Apply(StepKey key, CancellationToken cancellation) =>
        await stop.Stop(service.Name, await stack.OfInstance(instance.Id, cancellation), cancellation);

    /// <summary>Starts the instance again under its name, if it ran before this step.</summary>
    public override Task Undo(Before before, StepKey key, CancellationToken cancellation) => StartContainersStep.WasAlive(before)
        ? start.Apply(key, cancellation)
        : Task.CompletedTask;
}
