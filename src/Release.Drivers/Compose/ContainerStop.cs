using System.Globalization;
using Release.Drivers.Docker;
using Release.Drivers.Processes;

namespace Release.Drivers.Compose;

/// <summary>Stops containers: first no request in flight, then their stop signal, then after the grace a kill.</summary>
internal sealed class ContainerStop(ComposeStack stack, Func<string, CancellationToken, Task<int?>> inFlight)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Stops them, and removes those that compose did not make: what it made it also removes.</summary>
    public Task Stop(string service, IEnumerable<Container> containers, CancellationToken cancellation) =>
        Task.WhenAll(containers.Select(c => Stop(service, c, cancellation)));

    /// <summary>Returns when no request is in flight to any of them, or when the grace is over.</summary>
    public Task Drained(string service, IEnumerable<Container> containers, CancellationToken cancellation) =>
        Task.WhenAll(containers.Where(c => c.State.Running).Select(c => Drained(c.Name, stack.Address(service, c).Routed, cancellation)));

    private async Task Stop(string service, Container container, CancellationToken cancellation)
    {
        if (container.State.Running)
        {
            await Drained(container.Name, stack.Address(service, container).Routed, cancellation);
            await stack.Engine.Stop(container.Id, stack.Options.StopTimeout, cancellation);
        }

        if (!ComposeLabels.AreOfCompose(container.Labels))
        {
            await stack.Engine.Remove(container.Id, force: true, cancellation);
        }
    }

    // Twice, because a request that the router has assigned may not be counted at its first look.
    private async Task Drained(string name, string address, CancellationToken cancellation)
    {
        var time = stack.Context.Time;
        var (began, pace) = (time.GetTimestamp(), new Pace(time, tellsAtOnce: true));
        for (var quiet = 0; quiet < 2;)
        {
            if (await inFlight(address, cancellation) is not { } requests)
            {
                return;
            }

            quiet = requests == 0 ? quiet + 1 : 0;
            var waited = time.GetElapsedTime(began);
            if (waited > stack.Options.StopTimeout)
            {
                stack.Context.Report($"{name}: {requests} requests are still in flight after {Seconds(waited)}; stopping it now");
                return;
            }

            if (requests > 0 && pace.IsDue())
            {
                stack.Context.Report($"  {name}: {requests} requests in flight, {Seconds(waited)} of {Seconds(stack.Options.StopTimeout)}");
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s";
}
