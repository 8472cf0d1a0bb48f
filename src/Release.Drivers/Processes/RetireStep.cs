using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Processes;

/// <summary>Stops an instance that gets no traffic any more.</summary>
internal sealed class RetireStep(
    string id,
    Instance instance,
    ServiceOptions service,
    Instances instances,
    Func<string, CancellationToken, Task<int?>> inFlight,
    TimeSpan deadline) : IStep
{
    public string Id => id;

    /// <summary>Gets <see cref="StepSafety.Keyed"/>: what is stopped stays stopped, however often it is told.</summary>
    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => deadline;

    public string Describe() => $"Wait until {instance.Id} has no request in flight, then stop it.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var view = await instances.Look(instance.Id, cancellation);
        return view.Liveness == Liveness.Alive
            ? new(StepState.Pending, StartStep.Seen(view), $"{instance.Id} runs at {view.Address}.")
            : new(StepState.Applied, StartStep.Seen(view), $"{instance.Id} does not run. {view.Detail}");
    }

    public Task Apply(StepKey key, CancellationToken cancellation) =>
        instances.Stop(instance.Id, inFlight, key, cancellation);

    /// <summary>Starts the instance again at its address, if it ran before this step.</summary>
    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => StartStep.WasAlive(before)
        ? instances.Start(instance, service, key, cancellation)
        : Task.CompletedTask;
}
