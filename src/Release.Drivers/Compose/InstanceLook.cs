using Release.Drivers.Docker;
using Release.Platforms;

namespace Release.Drivers.Compose;

/// <summary>A look at an instance: its containers, and where they are reached.</summary>
internal sealed class InstanceLook(ComposeStack stack)
{
    public static InstanceView Unknown(string instance, string why) => new(instance, Liveness.Unknown, [], why);

    public async Task<InstanceView> Look(string name, CancellationToken cancellation)
    {
        var there = await stack.OfInstance(name, cancellation);
        if (there.Count == 0 || stack.ServiceOf(there[0]) is not { } service)
        {
            return new(name, Liveness.Dead, [], "It was never started.");
        }

        // What compose recreated gets no traffic before it is healthy, so what was started beside it is all there is until then.
        var running = there.Where(c => c.State.Running).ToList();
        var isBeside = running.Exists(c => !ComposeLabels.AreOfCompose(c.Labels));
        var serving = running.Where(c => !isBeside || !ComposeLabels.AreOfCompose(c.Labels) || c.State.Health is null or { IsHealthy: true }).ToList();
        var places = (serving.Count > 0 ? serving : there).Select(c => stack.Address(service, c));
        return new(
            name,
            serving.Count > 0 ? Liveness.Alive : Liveness.Dead,
            [.. places.Select(p => p.Reached.Length > 0 ? p : p with { Reached = p.Routed })],
            serving.Count > 0 ? $"It runs in {string.Join(", ", serving.Select(c => c.Name))}." : await Ended(there[0], cancellation))
        {
            Restarts = there.Sum(c => c.State.RestartCount),
        };
    }

    private async Task<string> Ended(Container container, CancellationToken cancellation)
    {
        var state = container.State;
        return state.Status == "created" ? $"{container.Name} was made and never started."
            : $"{container.Name} is {state.Status}, exit code {state.ExitCode}{(state.OomKilled ? ", killed for want of memory" : "")}."
                + (state.ExitCode == 0 ? "" : Output.TerminalText.Line(await stack.LastWords(container, cancellation), 400));
    }
}
