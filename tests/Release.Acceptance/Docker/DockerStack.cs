using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

#pragma warning disable CA1711 // compose's word, and xunit's below
/// <summary>The engine and the stack that all tests of the row share.</summary>
public sealed class DockerStack : IAsyncLifetime
{
    public const string Row = "docker";
    private string? _folder;

    internal OwnEngine Engine { get; private set; } = null!;

    internal OpsConductor Stack { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (DockerMachine.Missing is not null)
        {
            return;
        }

        _folder = Directory.CreateTempSubdirectory("release-stack-").FullName;
        Engine = await OwnEngine.Start();
        await OpsConductorImages.Load(Engine.Client, _folder);
        Stack = new(Engine, _folder);
        await Stack.Start();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Engine is not null)
        {
            await Engine.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>Tests on the engine take turns.</summary>
[CollectionDefinition(DockerStack.Row)]
public sealed class DockerCollection : ICollectionFixture<DockerStack>, ICollectionFixture<TheClone>;
#pragma warning restore CA1711
