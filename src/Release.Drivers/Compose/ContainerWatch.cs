using System.Globalization;
using Release.Configuration;
using Release.Drivers.Docker;
using Release.Drivers.Processes;
using Release.Output;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Says whether containers are healthy, and waits until they are or until it is sure that they will not be.</summary>
internal sealed class ContainerWatch(ComposeStack stack, HealthProbe health)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private TimeProvider Time => stack.Context.Time;

    /// <summary>Why a container may not get traffic yet; null when it may. First its own check, then the service's path.</summary>
    public async Task<string?> Sickness(Container container, ServiceOptions service, CancellationToken cancellation)
    {
        if (!container.State.Running)
        {
            return $"{container.Name} is {container.State.Status}";
        }

        if (container.State.Health is { IsHealthy: false } check)
        {
            return $"the own check of {container.Name} says {check.Status}{(check.LastOutput.Length > 0 ? $" ({TerminalText.Line(stack.Context.Tool.ShownLine(check.LastOutput), 200)})" : "")}";
        }

        var reached = stack.Address(service.Name, container).Reached;
        return reached.Length == 0 ? $"{container.Name} has no address at which this program reaches it"
            : await health.Problem(new Uri($"http://{reached}{service.Health}"), cancellation) is { } problem ? $"http://{reached}{service.Health}: {problem}"
            : null;
    }

    /// <summary>Returns when all of them are healthy.</summary>
    /// <param name="names">The containers' names or ids.</param>
    /// <param name="service">Their service.</param>
    /// <param name="what">Who waits for them, for messages.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ReleaseException">One ended, became unhealthy, started anew by itself, or the boot deadline passed.</exception>
    public async Task Healthy(IReadOnlyList<string> names, ServiceOptions service, string what, CancellationToken cancellation)
    {
        var (began, pace, limit) = (Time.GetTimestamp(), new Pace(Time, tellsAtOnce: false), stack.Options.BootTimeout);
        var restarts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            var sick = new List<string>();
            foreach (var name in names)
            {
                var container = await stack.Engine.Container(name, cancellation)
                    ?? throw Failed($"{what} did not start: its container {name} is gone, and no release removed it.");
                await RefuseHopeless(container, what, restarts, cancellation);
                if (await Sickness(container, service, cancellation) is { } sickness)
                {
                    sick.Add(sickness);
                }
            }

            if (sick.Count == 0)
            {
                return;
            }

            var waited = Time.GetElapsedTime(began);
            if (waited > limit)
            {
                var last = await stack.Engine.Container(names[0], cancellation);
                throw Failed($"{what} is not healthy after {Seconds(limit)}: {string.Join("; ", sick)}.{(last is null ? "" : await stack.LastWords(last, cancellation))}");
            }

            if (pace.IsDue())
            {
                stack.Context.Report($"  {what}: waiting to be healthy, {Seconds(waited)} of {Seconds(limit)}: {sick[0]}");
            }

            await Task.Delay(pause, Time, cancellation);
        }
    }

    // What ended does not get better by waiting. One whose own check failed a few times may only be slow to boot: the engine
    // goes on asking, and the boot deadline is what was declared.
    private async Task RefuseHopeless(Container container, string what, Dictionary<string, int> restarts, CancellationToken cancellation)
    {
        var state = container.State;
        var isAnew = state.RestartCount > (restarts.TryGetValue(container.Id, out var first) ? first : restarts[container.Id] = state.RestartCount);
        var why = isAnew || state.Status == "restarting" ? $"{container.Name} ended with exit code {state.ExitCode} and the engine starts it again and again"
            : !state.Running && state.Status is not "created" ? $"{container.Name} ended with exit code {state.ExitCode}{(state.OomKilled ? ", killed for want of memory" : "")}{(state.Error.Length > 0 ? $" ({TerminalText.Line(state.Error, 200)})" : "")}"
            : null;
        if (why is not null)
        {
            throw Failed($"{what} did not start: {why}.{await stack.LastWords(container, cancellation)}");
        }
    }

    private static ReleaseException Failed(string what) => new(ExitStatus.Failed, what);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s";
}
