using Release.Acceptance.Processes;
using Xunit.Abstractions;

namespace Release.Acceptance.Story;

/// <summary>A test class: <c>Given()…When()…Then()</c>, each test with a world of its own, which is gone after it.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync of IAsyncLifetime
public abstract class Scenario(TheClone clone, ITestOutputHelper output) : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly World _world = new(clone.It, output);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    internal Given Given() => new(new Script(_world));
}

/// <summary>The sentences of a test in their order; nothing happens until they are awaited.</summary>
internal sealed class Script(World world)
{
    private readonly List<(string Name, Func<World, Task> Act)> _sentences = [];

    public void Add(string name, Func<World, Task> act) => _sentences.Add((name, act));

    public void Add(string name, Action<World> act) => _sentences.Add((name, w =>
    {
        act(w);
        return Task.CompletedTask;
    }));

    public async Task Play()
    {
        foreach (var (name, act) in _sentences)
        {
            try
            {
                await act(world);
            }
            catch
            {
                world.Say($"Failed: {name}");
                world.Explain();
                throw;
            }
        }
    }
}
