using Release.Configuration;
using Release.Platforms;
using Release.Tests.Kong;
using Release.Tests.Processes;

namespace Release.Tests.External;

#pragma warning disable CA1001 // The runner calls DisposeAsync.
public sealed class ExternalPlatformConformance : PlatformConformance
{
    private readonly FolderWorld _stack = new();

    protected override IPlatform Platform => _stack.Platform;

    protected override ServiceOptions Service => FolderWorld.Service;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync()
    {
        _stack.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class ExternalRouterConformance : TrafficRouterConformance
{
    private readonly FolderWorld _stack = new();
    private readonly Dictionary<string, string> _places = [];

    protected override ITrafficRouter Router => _stack.Router;

    protected override ServiceOptions Service => FolderWorld.Service;

    public override async Task InitializeAsync()
    {
        foreach (var id in new[] { "stable", "candidate" })
        {
            _ = await _stack.Started(id);
            _places[id] = (await _stack.Platform.Look(id, default)).Address!;
        }

        await _stack.Router.SetUp(Service)[0].Apply(StepConformance.Key, default);
        await _stack.Router.Shift("first", Service, null, "stable", Percent.Full).Apply(StepConformance.KeyOf("first"), default);
    }

    public override Task DisposeAsync()
    {
        _stack.Dispose();
        return Task.CompletedTask;
    }

    protected override string PlaceOf(string instance) => _places[instance];
}

/// <summary>The example that the documentation shows, over real processes and the real gateway.</summary>
public sealed class ExamplePlatformConformance : PlatformConformance
{
    private readonly ExampleWorld _stack = new();

    protected override IPlatform Platform => _stack.Platform;

    protected override ServiceOptions Service => FolderWorld.Service;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync() => await _stack.DisposeAsync();
}

/// <summary>The same of its router.</summary>
public sealed class ExampleRouterConformance : TrafficRouterConformance
{
    private readonly ExampleWorld _stack = new();
    private readonly Dictionary<string, string> _places = [];

    protected override ITrafficRouter Router => _stack.Router;

    protected override ServiceOptions Service => FolderWorld.Service;

    public override async Task InitializeAsync()
    {
        foreach (var id in new[] { "stable", "candidate" })
        {
            _places[id] = await _stack.Started(id);
        }

        await _stack.Router.SetUp(Service)[0].Apply(StepConformance.Key, default);
        await _stack.Router.Shift("first", Service, null, "stable", Percent.Full).Apply(StepConformance.KeyOf("first"), default);
    }

    public override async Task DisposeAsync() => await _stack.DisposeAsync();

    protected override string PlaceOf(string instance) => _places[instance];
}
