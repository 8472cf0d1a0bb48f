using System.Collections.Concurrent;
using Release.Configuration;
using Release.Drivers;
using Release.Drivers.External;
using Release.Output;
using Release.Platforms;
using Release.Tests.Processes;
using Release.Tools;

namespace Release.Tests.External;

/// <summary>A stack that is a folder, behind <c>fake.sh</c>, with all five ports. It may do one thing wrong.</summary>
public sealed class FolderWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _copies;

    public FolderWorld(string fault = "", TimeSpan? timeout = null, int copies = 1)
    {
        _copies = copies;
        var program = Path.Combine(Configuration.Golden.Root, "tests", "Release.Tests", "External", "fake.sh");
        string[] args = [_folder["world"]];
        var env = new Dictionary<string, string> { ["FAULT"] = fault };
        var limit = timeout ?? TimeSpan.FromSeconds(10);
        Context = new DriverContext(_folder.Path, "test", new Tool(TimeProvider.System, Mask), TimeProvider.System, Told.Enqueue);
        Platform = new ExternalPlatform(new() { Type = "external", Program = program, Args = args, Env = env, Timeout = limit, BootTimeout = limit, StopTimeout = limit }, Context);
        Router = new ExternalRouter(new() { Type = "external", Program = program, Args = args, Env = env, Timeout = limit, Steps = [10, 50, 100] }, Context, Scaled);
        Metrics = new ExternalMetrics(new() { Type = "external", Program = program, Args = args, Env = env, Timeout = limit }, Context);
        BackupOptions = new() { Type = "external", Id = "data", Program = program, Args = args, Env = env, Timeout = limit };
        ProbeOptions = new() { Type = "external", Id = "well", Program = program, Args = args, Env = env, Timeout = limit };
    }

    public static ServiceOptions Service => DriverWorld.Service;

    public SecretMask Mask { get; } = new();

    public ConcurrentQueue<string> Told { get; } = new();

    public DriverContext Context { get; }

    public ExternalPlatform Platform { get; }

    public ExternalRouter Router { get; }

    public ExternalMetrics Metrics { get; }

    public ExternalBackupOptions BackupOptions { get; }

    public ExternalProbeOptions ProbeOptions { get; }

    public string World => _folder["world"];

    public IBackupMethod Backup(BackupPolicy policy) => new ExternalBackup(BackupOptions with { OnRollback = policy }, Context);

    /// <summary>An instance whose artefact is there.</summary>
    public async Task<Instance> Prepared(string id, string version = "1.0.0")
    {
        var artefact = await Platform.Identify(Service, version, default);
        await Platform.Prepare("prepare-" + version, artefact).Apply(StepConformance.Key, default);
        return new(id, artefact, []);
    }

    /// <summary>An instance that runs.</summary>
    public async Task<Instance> Started(string id)
    {
        var instance = await Prepared(id);
        await Platform.Start("start-" + id, instance, Service).Apply(StepConformance.KeyOf(id), default);
        return instance;
    }

    /// <summary>What a file of the folder holds; nothing when it is not there.</summary>
    public string Show(string file) => File.Exists(Path.Combine(World, file)) ? File.ReadAllText(Path.Combine(World, file)).ReplaceLineEndings(" ") : "nothing";

    public void Dispose() => _folder.Dispose();

    // As a platform would say it where services are scaled: each copy at the next port.
    private async Task<InstanceView> Scaled(string instance, CancellationToken cancellation)
    {
        var view = await Platform.Look(instance, cancellation);
        return view with
        {
            Addresses = [.. view.Addresses.SelectMany(first => Enumerable.Range(0, _copies).Select(copy =>
            {
                var colon = first.Routed.LastIndexOf(':');
                var place = $"{first.Routed[..colon]}:{int.Parse(first.Routed[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture) + (copy * 1000)}";
                return new InstanceAddress(place, place);
            }))],
        };
    }
}
