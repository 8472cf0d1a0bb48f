using Release.Certificates;
using Release.Drivers.Compose;
using Release.Probes;

namespace Release.Drivers.Docker.Probes;

/// <summary>The engine and the stack that a probe looks at.</summary>
internal sealed class ProbedEngine : IDisposable
{
    private readonly EngineProbeOptions _options;
    private readonly DriverContext _context;

    public ProbedEngine(EngineProbeOptions options, ProbeContext probe, DriverContext context)
    {
        (_options, _context) = (options, context);
        var platform = context.Platform as ComposePlatformOptions;
        var text = options.Engine ?? platform?.Engine ?? DockerHost.Default;

        // The platform's certificates are for the platform's engine.
        var folder = options.Engine is null ? options.Certificates ?? platform?.Certificates : options.Certificates;
        Client = DockerHost.TryParse(probe.Placeholders.Resolve(text), folder is null ? null : TlsFiles.In(Path.GetFullPath(folder, context.Root)), out var host, out var problem)
            ? new(host!, context.Time, context.Tool)
            : throw new InvalidOperationException($"{probe.Placeholders.Show(text)} is no address of an engine: {problem}");
    }

    public DockerEngine Client { get; }

    /// <summary>Gets whether a release fetches what the engine does not have.</summary>
    public bool Fetches => _context.Platform is ComposePlatformOptions { Pull: not PullPolicy.Never };

    /// <summary>The login for an image's registry; null for none.</summary>
    public string? Login(string reference) => new RegistryLogins((_context.Platform as ComposePlatformOptions)?.Registries ?? [], _context.Resolve).For(reference);

    /// <summary>Gets compose's name of the stack.</summary>
    public string Project => _options.Project ?? (_context.Platform as ComposePlatformOptions)?.Project
        ?? throw new InvalidOperationException("No stack is named: write \"project\", compose's name of it, into the check.");

    /// <summary>Compose's name of a service.</summary>
    public string NameInCompose(string service) =>
        (_context.Platform as ComposePlatformOptions)?.Services.FirstOrDefault(s => s.Name == service)?.Service ?? service;

    /// <summary>The containers that compose made for the stack, running or not, but those of <c>compose run</c>.</summary>
    public async Task<IReadOnlyList<Container>> OfStack(CancellationToken cancellation) =>
        [.. (await Inspect(new Dictionary<string, string?> { [ComposeLabels.Project] = Project }, cancellation))
            .Where(container => container.Labels.GetValueOrDefault(ComposeLabels.OneOff) is not "True")];

    /// <summary>The containers that a release of this environment started beside them.</summary>
    public async Task<IReadOnlyList<Container>> Candidates(CancellationToken cancellation) =>
        [.. (await Inspect(new Dictionary<string, string?> { [ComposeLabels.Environment] = _context.Environment, [ComposeLabels.Instance] = null }, cancellation))
            .Where(container => !ComposeLabels.AreOfCompose(container.Labels))];

    public void Dispose() => Client.Dispose();

    private async Task<IEnumerable<Container>> Inspect(IReadOnlyDictionary<string, string?> labels, CancellationToken cancellation)
    {
        var found = await Task.WhenAll((await Client.Containers(labels, all: true, cancellation)).Select(container => Client.Container(container.Id, cancellation)));

        // One that is gone between the two looks was just removed.
        return found.OfType<Container>().OrderBy(container => container.Name, StringComparer.Ordinal);
    }
}
