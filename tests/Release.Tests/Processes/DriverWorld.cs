using System.Collections.Concurrent;
using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Processes;
using Release.Output;
using Release.Platforms;
using Release.Tools;

namespace Release.Tests.Processes;

/// <summary>A root folder with real drivers in it; whatever was started in it ends with it.</summary>
public sealed class DriverWorld : IAsyncDisposable
{
    public const string Version = "1.0.0";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<string> _started = [];

    public DriverWorld(TimeSpan? stopTimeout = null, TimeSpan? bootTimeout = null)
    {
        Context = new DriverContext(
            _folder.Path, "local", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, Reports.Enqueue)
        {
            GatewayProgram = Path.Combine(BuiltFolder("Release.Gateway"), "Release.Gateway.dll"),
        };
        Options = new ProcessPlatformOptions
        {
            Type = "process",
            Project = BuiltFolder("Release.Sample"),
            BootTimeout = bootTimeout ?? TimeSpan.FromSeconds(30),
            StopTimeout = stopTimeout ?? TimeSpan.FromSeconds(10),
        };
        Platform = new ProcessPlatform(Options, Context, (_, _) => Task.FromResult<int?>(null));
    }

    public static ServiceOptions Service { get; } = new() { Name = "ping", Version = "/health/info", Metrics = "/metrics" };

    public ConcurrentQueue<string> Reports { get; } = new();

    public DriverContext Context { get; }

    public ProcessPlatformOptions Options { get; }

    public ProcessPlatform Platform { get; }

    public string InstanceFolder(string id) => Path.Combine(Context.State, "instances", id);

    /// <summary>Where the build put a project of ours: beside the tests, in the same configuration.</summary>
    public static string BuiltFolder(string project)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name);
    }

    /// <summary>An instance whose artefact is there.</summary>
    public async Task<Instance> Prepared(string id, string version = Version, params IReadOnlyList<string> faults)
    {
        var artefact = await Platform.Identify(Service, version, default);
        await Platform.Prepare("prepare-" + version, artefact).Apply(StepConformance.Key, default);
        _started.Add(id);
        return new Instance(id, artefact, faults);
    }

    /// <summary>A healthy instance and its address.</summary>
    public async Task<(Instance Instance, string Address)> Started(
        string id, string version = Version, params IReadOnlyList<string> faults)
    {
        var instance = await Prepared(id, version, faults);
        await Platform.Start("start-" + id, instance, Service).Apply(StepConformance.Key, default);
        return (instance, (await Platform.Look(id, default)).Address!);
    }

    public async ValueTask DisposeAsync()
    {
        var gateway = new BackgroundProgram(Path.Combine(Context.State, "gateway"), Context.Tool, Context.Time);
        await gateway.Stop(StepConformance.UndoKey, TimeSpan.FromSeconds(1), default);
        foreach (var id in _started.Distinct())
        {
            var program = new BackgroundProgram(InstanceFolder(id), Context.Tool, Context.Time);
            await program.Stop(StepConformance.UndoKey, TimeSpan.FromMilliseconds(300), default);
        }

        Platform.Dispose();
        _folder.Dispose();
    }
}
