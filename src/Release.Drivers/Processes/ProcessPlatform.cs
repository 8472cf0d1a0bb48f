using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Processes;

/// <summary>
/// Services as background processes of this machine, each with its own loopback port. State lies in
/// <c>.release/ENV/</c>: <c>artefacts/SERVICE/VERSION/</c>, <c>instances/ID/</c>.
/// </summary>
public sealed class ProcessPlatform : IPlatform, IDisposable
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    private readonly ProcessPlatformOptions _options;
    private readonly DriverContext _context;
    private readonly Func<string, CancellationToken, Task<int?>> _inFlight;
    private readonly HealthProbe _health = new();
    private readonly ArtefactStore _artefacts;
    private readonly Instances _instances;
    private readonly string _project;

    /// <summary>Makes the platform; touches nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="inFlight">Requests in flight to an address, or null when nobody can tell: <see cref="ITrafficRouter.InFlight"/>.</param>
    public ProcessPlatform(
        ProcessPlatformOptions options, DriverContext context, Func<string, CancellationToken, Task<int?>> inFlight)
    {
        _options = options;
        _context = context;
        _inFlight = inFlight;
        _project = Path.GetFullPath(options.Project, context.Root);
        _artefacts = new ArtefactStore(Path.Combine(context.State, "artefacts"), context.Time);
        _instances = new Instances(Path.Combine(context.State, "instances"), _artefacts, _health, options, context);
    }

    /// <inheritdoc/>
    /// <exception cref="ReleaseException">The project is not there; <see cref="ExitStatus.Usage"/>.</exception>
    public async Task<Artefact> Identify(ServiceOptions service, string version, CancellationToken cancellation) => new(
        service.Name, version, SourceDigest.Of(await Sources(cancellation), service.Name, version));

    /// <inheritdoc/>
    public async Task<InstanceView> Look(string instance, CancellationToken cancellation)
    {
        try
        {
            return await _instances.Look(instance, cancellation);
        }
#pragma warning disable CA1031 // The contract: whatever stands between us and the answer, the answer is "unknown".
        catch (Exception problem) when (problem is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return InstanceView.At(instance, Liveness.Unknown, null, problem.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instance>?> Running(ServiceOptions service, CancellationToken cancellation) => await _instances.Running(service.Name, cancellation);

    /// <inheritdoc/>
    public IStep Prepare(string id, Artefact artefact) =>
        new PrepareStep(id, artefact, _artefacts, new Publisher(Target, _context.Cache, _context), Sources);

    /// <inheritdoc/>
    public bool RestartsBeside => true;

    /// <inheritdoc/>
    public IStep Start(string id, Instance instance, ServiceOptions service) =>
        new StartStep(id, instance, service, _instances, _inFlight, _options.BootTimeout + Slack);

    /// <inheritdoc/>
    public IStep Retire(string id, Instance instance, ServiceOptions service) =>
        new RetireStep(id, instance, service, _instances, _inFlight, (_options.StopTimeout * 2) + Slack);

    /// <inheritdoc/>
    public void Dispose() => _health.Dispose();

    private Task<string> Sources(CancellationToken cancellation)
    {
        var target = Target();
        return SourceDigest.Of(
            Directory.Exists(target) ? target : Path.GetDirectoryName(target)!, _context.Root, cancellation);
    }

    /// <summary>The project file, or the folder with a published program.</summary>
    private string Target()
    {
        if (File.Exists(_project) || DotnetProgram.IsIn(_project))
        {
            return _project;
        }

        var projects = Directory.Exists(_project) ? Directory.GetFiles(_project, "*.*proj") : [];
        return projects.Length == 1
            ? projects[0]
            : throw new ReleaseException(
                ExitStatus.Usage,
                $"platform/project: {_options.Project} must be a project file, a folder with one, or a folder with a published "
                + $"program; {(Directory.Exists(_project) ? $"{projects.Length} projects are there" : "it does not exist")}.");
    }
}
