using System.Text.Json.Nodes;
using Release.Drivers.Processes;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>Starts the embedded gateway. Its id is the same for every service: there is one gateway in an environment.</summary>
internal sealed class StartGatewayStep(EmbeddedGateway gateway, Func<CancellationToken, Task<bool>> answers) : IStep
{
    public string Id => "start-gateway";

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => TimeSpan.FromSeconds(60);

    public string Describe() => "Start the embedded gateway.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var look = await gateway.Look(cancellation);
        var seen = Seen(look, gateway.Ports);
        return !look.IsAlive ? new(StepState.Pending, seen, $"The gateway does not run. {look.Detail}")
            : await answers(cancellation) ? new(StepState.Applied, seen, $"The gateway serves {gateway.Ports?.ProxyAddress}.")
            : new(StepState.Torn, seen, $"The gateway does not answer. {look.Detail}");
    }

    public Task Apply(StepKey key, CancellationToken cancellation) => gateway.Start(key, answers, cancellation);

    /// <summary>Stops the gateway, unless it ran before this step.</summary>
    public Task Undo(Before before, StepKey key, CancellationToken cancellation) =>
        WasAlive(before) ? Task.CompletedTask : gateway.Stop(key, cancellation);

    internal static JsonObject Seen(ProgramLook look, GatewayPorts? ports) => new()
    {
        ["alive"] = look.IsAlive,
        ["process"] = look.Process,
        ["traffic"] = ports?.ProxyAddress.ToString(),
        ["admin"] = ports?.AdminAddress.ToString(),
    };

    internal static bool WasAlive(Before before) => before.Seen["alive"]?.GetValue<bool>() == true;
}

/// <summary>Stops the embedded gateway; it keeps its ports and its entities.</summary>
internal sealed class StopGatewayStep(EmbeddedGateway gateway, Func<CancellationToken, Task<bool>> answers) : IStep
{
    public string Id => "stop-gateway";

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => TimeSpan.FromSeconds(60);

    public string Describe() => "Stop the embedded gateway; it keeps its ports and its routes.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var look = await gateway.Look(cancellation);
        return new(
            look.IsAlive ? StepState.Pending : StepState.Applied,
            StartGatewayStep.Seen(look, gateway.Ports),
            look.IsAlive ? $"The gateway runs. {look.Detail}" : $"The gateway does not run. {look.Detail}");
    }

    public Task Apply(StepKey key, CancellationToken cancellation) => gateway.Stop(key, cancellation);

    /// <summary>Starts the gateway again, if it ran before this step.</summary>
    public Task Undo(Before before, StepKey key, CancellationToken cancellation) =>
        StartGatewayStep.WasAlive(before) ? gateway.Start(key, answers, cancellation) : Task.CompletedTask;
}
