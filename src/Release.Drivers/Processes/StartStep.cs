using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Processes;

/// <summary>Starts an instance beside whatever else runs, and waits until it is healthy.</summary>
internal sealed class StartStep(
    string id,
    Instance instance,
    ServiceOptions service,
    Instances instances,
    Func<string, CancellationToken, Task<int?>> inFlight,
    TimeSpan deadline) : IStep
{
    public string Id => id;

    /// <summary>Gets <see cref="StepSafety.Keyed"/>: an instance runs at most once, however often it is started.</summary>
    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => deadline;

    public string Describe() => instance.Faults.Count == 0
        ? $"Start {instance.Id} and wait until {service.Health} answers 200."
        : $"Start {instance.Id} with faults ({string.Join(", ", instance.Faults)}) and wait until {service.Health} answers 200.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var view = await instances.Look(instance.Id, cancellation);
        var seen = Seen(view);
        if (view.Liveness != Liveness.Alive)
        {
            return new(StepState.Pending, seen, $"{instance.Id} does not run. {view.Detail}");
        }

        return await instances.Sickness(view.Address!, service, cancellation) is { } sickness
            ? new(StepState.Torn, seen, $"{instance.Id} runs at {view.Address}, but is not healthy: {sickness}.")
            : new(StepState.Applied, seen, $"{instance.Id} runs at {view.Address} and is healthy.");
    }

    public Task Apply(StepKey key, CancellationToken cancellation) =>
        instances.Start(instance, service, key, cancellation);

    /// <summary>Stops the instance, unless it ran before this step.</summary>
    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => WasAlive(before)
        ? Task.CompletedTask
        : instances.Stop(instance.Id, inFlight, key, cancellation);

    /// <summary>What undo and later steps need to know of an instance.</summary>
    internal static JsonObject Seen(InstanceView view) => new()
    {
        ["instance"] = view.Instance,
        ["alive"] = view.Liveness == Liveness.Alive,
        ["address"] = view.Address,
    };

    /// <summary>Whether the instance ran before the step.</summary>
    internal static bool WasAlive(Before before) => before.Seen["alive"]?.GetValue<bool>() == true;
}
