using Release.Certificates;
using Release.Drivers.Compose;
using Release.Drivers.Docker;

namespace Release.Drivers.Postgres;

/// <summary>A container that PostgreSQL's programs run in.</summary>
internal sealed class ClientContainer
{
    private readonly DockerHost _host;
    private readonly DriverContext _context;
    private readonly string _id;

    private ClientContainer(DockerHost host, string id, string name, PostgresContainerOptions options, DriverContext context) =>
        (_host, _id, Name, Options, _context) = (host, id, name, options, context);

    /// <summary>Gets its name.</summary>
    public string Name { get; }

    /// <summary>Gets its section of the configuration.</summary>
    public PostgresContainerOptions Options { get; }

    /// <summary>Finds one that runs.</summary>
    /// <exception cref="DatabaseException">There is none, or the engine does not answer.</exception>
    public static async Task<ClientContainer> Find(PostgresContainerOptions options, DriverContext context, CancellationToken cancellation)
    {
        var platform = context.Platform as ComposePlatformOptions;
        var host = Host(options, platform, context);
        using var engine = new DockerEngine(host, context.Time, context.Tool);
        try
        {
            if (options.Name is { } name)
            {
                return await engine.Container(name, cancellation) is not { } one ? throw new DatabaseException($"There is no container {name} at {host}, so no pg_dump in it (\"clientContainer\").")
                    : !one.State.Running ? throw new DatabaseException($"The container {name} at {host} is {one.State.Status} and does not run, so nothing can be run in it: start it, or name another one in \"clientContainer\".")
                    : new(host, one.Id, one.Name, options, context);
            }

            var project = platform?.Project ?? throw new DatabaseException("\"clientContainer\" names a service of a compose stack, and the platform is none: write the container's \"name\" instead.");
            var labels = new Dictionary<string, string?> { [ComposeLabels.Project] = project, [ComposeLabels.ProjectService] = options.Service, [ComposeLabels.OneOff] = "False" };
            return await engine.Containers(labels, all: false, cancellation) is [var found, ..] && await engine.Container(found.Id, cancellation) is { State.Running: true } container
                ? new(host, container.Id, container.Name, options, context)
                : throw new DatabaseException($"No container of the service {options.Service} of the stack {project} runs at {host}, so there is no pg_dump in it: start it, or name another one in \"clientContainer\".");
        }
        catch (DockerException problem)
        {
            throw new DatabaseException($"The container with pg_dump (\"clientContainer\") cannot be found: {problem.Message}", problem);
        }
    }

    /// <summary>Runs a program in it.</summary>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public async Task<int> Exec(ContainerCommand command, CancellationToken cancellation)
    {
        using var engine = new DockerEngine(_host, _context.Time, _context.Tool);
        return await engine.Exec(_id, command, cancellation);
    }

    private static DockerHost Host(PostgresContainerOptions options, ComposePlatformOptions? platform, DriverContext context)
    {
        var (address, certificates) = options.Engine is { } own ? (own, options.Certificates) : (platform?.Engine ?? DockerHost.Default, platform?.Certificates);
        var tls = certificates is { } folder ? TlsFiles.In(Path.GetFullPath(folder, context.Root)) : null;
        return DockerHost.TryParse(context.Resolve(address), tls, out var host, out var problem) ? host! : throw new DatabaseException($"\"clientContainer\": the engine's address: {problem}.");
    }
}
