using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.External;

/// <summary>Traffic through a router that a driver's program knows.</summary>
public sealed class ExternalRouter : ITrafficRouter
{
    private readonly ExternalTrafficOptions _options;
    private readonly ExternalProgram _program;
    private readonly Func<string, CancellationToken, Task<InstanceView>> _look;

    /// <summary>Makes the router; starts nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="look">Finds instances: <see cref="IPlatform.Look"/>.</param>
    public ExternalRouter(
        ExternalTrafficOptions options, DriverContext context, Func<string, CancellationToken, Task<InstanceView>> look) =>
        (_options, _look, _program) = (options, look, new ExternalProgram(options, "router", context));

    /// <inheritdoc/>
    /// <remarks>A program that does not say is a router that was never started: whoever needs the address says so.</remarks>
    public async Task<Endpoints?> Endpoints(CancellationToken cancellation)
    {
        try
        {
            var answer = await _program.Ask("endpoints", null, [], _program.Timeout, cancellation);
            return answer.Text("traffic") is { } traffic
                ? new(new Uri(traffic), answer.Text("admin") is { } admin ? new Uri(admin) : null)
                : null;
        }
        catch (ExternalException problem)
        {
            _program.Report($"  {problem.Message}");
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<RoutedWeights?> Observe(ServiceOptions service, CancellationToken cancellation)
    {
        try
        {
            return await Weights(service, cancellation) is { } weights ? new(weights) : null;
        }
        catch (ExternalException problem)
        {
            _program.Report($"  {problem.Message}");
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<IStep> SetUp(ServiceOptions service) =>
        [Step($"set-up-route-{service.Name}", "set-up", $"Set up the router for {service.Name}.", service)];

    /// <inheritdoc/>
    public IReadOnlyList<IStep> TakeDown(ServiceOptions service) =>
        [Step($"take-down-route-{service.Name}", "take-down", $"Take down what was set up in the router for {service.Name}.", service)];

    /// <inheritdoc/>
    public ITrafficStep Shift(string id, ServiceOptions service, string? stable, string candidate, Percent share) =>
        new ExternalShiftStep(_program, id, new(service, stable, candidate, share, _options.Steps), cancellation => Weights(service, cancellation), _look);

    /// <inheritdoc/>
    /// <remarks>Only the stack itself knows; its driver waits for it when it retires an instance.</remarks>
    public Task<int?> InFlight(string address, CancellationToken cancellation) => Task.FromResult<int?>(null);

    private ExternalStep Step(string id, string kind, string describe, ServiceOptions service) =>
        new(_program, id, kind, describe, _options.SetUpTimeout, new() { ["service"] = ExternalService.Of(service) });

    // Null: the program answered that the router does not.
    private async Task<IReadOnlyDictionary<string, int>?> Weights(ServiceOptions service, CancellationToken cancellation)
    {
        var members = new JsonObject { ["service"] = ExternalService.Of(service) };
        var answer = await _program.Ask("weights", null, members, _program.Timeout, cancellation);
        return answer.State == ExternalCall.Done
            ? answer.Object("weights").ToDictionary(pair => pair.Key, pair => (int)pair.Value!.GetValue<double>(), StringComparer.Ordinal)
            : null;
    }
}
