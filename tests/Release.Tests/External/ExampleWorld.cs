using Release.Drivers;
using Release.Drivers.External;
using Release.Output;
using Release.Platforms;
using Release.Tests.Processes;
using Release.Tools;

namespace Release.Tests.External;

/// <summary>The example's stack in a folder of its own; whatever was started in it ends with it.</summary>
public sealed class ExampleWorld : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HashSet<string> _instances = ["stable", "candidate", "early"];

    public ExampleWorld()
    {
        var program = Path.Combine(Configuration.Golden.Root, "examples", "external", "driver.sh");
        string[] args = [_folder["stack"], DriverWorld.BuiltFolder("Release.Sample"), DriverWorld.BuiltFolder("Release.Gateway")];
        var context = new DriverContext(_folder.Path, "home", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _ => { });
        Platform = new ExternalPlatform(new() { Type = "external", Program = program, Args = args, BootTimeout = TimeSpan.FromSeconds(30), StopTimeout = TimeSpan.FromSeconds(5) }, context);
        Router = new ExternalRouter(new() { Type = "external", Program = program, Args = args, Steps = [10, 50, 100] }, context, Platform.Look);
    }

    public ExternalPlatform Platform { get; }

    public ExternalRouter Router { get; }

    /// <summary>Where an instance listens that was started.</summary>
    public async Task<string> Started(string id)
    {
        var artefact = await Platform.Identify(FolderWorld.Service, "1.0.0", default);
        await Platform.Prepare("prepare-ping", artefact).Apply(StepConformance.Key, default);
        await Platform.Start("start-" + id, new(id, artefact, []), FolderWorld.Service).Apply(StepConformance.KeyOf(id), default);
        return (await Platform.Look(id, default)).Address.ShouldNotBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        await Router.TakeDown(FolderWorld.Service)[0].Apply(StepConformance.UndoKey, default);
        foreach (var id in _instances)
        {
            var artefact = new Artefact("ping", "1.0.0", "none");
            await Platform.Retire("retire-" + id, new(id, artefact, []), FolderWorld.Service).Apply(StepConformance.UndoKey, default);
        }

        _folder.Dispose();
    }
}
