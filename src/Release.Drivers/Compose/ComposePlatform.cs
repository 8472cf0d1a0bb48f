using Newtonsoft.Json.Linq;
using Release.Certificates;
using Release.Configuration;
using Release.Drivers.Docker;
using Release.Drivers.Processes;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Services of a docker compose stack: candidates beside compose's containers, and compose's own service for what serves.</summary>
public sealed class ComposePlatform : IPlatform, IDisposable
{
    private readonly ComposePlatformOptions _options;
    private readonly DriverContext _context;
    private readonly Func<string, CancellationToken, Task<int?>> _inFlight;
    private readonly HealthProbe _health = new();
    private readonly FlagStore _flags;
    private readonly OverridePlace _overrides;
    private readonly Lazy<Parts> _parts;

    /// <summary>Makes the platform; connects to nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings, with the services.</param>
    /// <param name="inFlight">Requests in flight to an address, or null when nobody can tell: <see cref="ITrafficRouter.InFlight"/>.</param>
    public ComposePlatform(ComposePlatformOptions options, DriverContext context, Func<string, CancellationToken, Task<int?>> inFlight)
    {
        (_options, _context, _inFlight) = (options, context, inFlight);
        _flags = new FlagStore(Path.Combine(context.State, "compose", "flags"));
        _overrides = new OverridePlace(options, context);
        _parts = new(Make);
    }

    private Parts With => _parts.Value;

    /// <inheritdoc/>
    /// <exception cref="ReleaseException">The service names no image, it is not to be had, or the engine does not answer; nothing was changed.</exception>
    public async Task<Artefact> Identify(ServiceOptions service, string version, CancellationToken cancellation)
    {
        var template = service.Image ?? throw new ReleaseException(
            ExitStatus.Usage, $"Which image {service.Name} {version} is is not known.", $"Write \"image\": \"registry/{service.Name}:{{version}}\" beside the service in the environment's file.");
        var reference = ComposeNames.Image(template, version);
        return await Asked($"what {service.Name} {version} is", () => With.Images.Identify(service, version, reference, cancellation));
    }

    /// <inheritdoc/>
    public async Task<InstanceView> Look(string instance, CancellationToken cancellation)
    {
        try
        {
            return await new InstanceLook(With.Stack).Look(instance, cancellation);
        }
#pragma warning disable CA1031 // The contract: whatever stands between us and the answer, the answer is "unknown".
        catch (Exception problem) when (problem is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return InstanceLook.Unknown(instance, problem.Message);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ReleaseException">The engine does not answer, or a version is not to be found out; nothing was changed.</exception>
    public async Task<IReadOnlyList<Instance>?> Running(ServiceOptions service, CancellationToken cancellation)
    {
        var containers = await Asked($"what runs of {service.Name}", async () => (IReadOnlyList<Container>)
            [.. await With.Stack.OfService(service.Name, cancellation), .. await With.Stack.Started(service.Name, cancellation)]);
        var running = new List<Instance>();
        foreach (var container in containers.Where(c => c.State.Running))
        {
            var instance = await new RunningVersion(With.Stack, Ask).Of(service, container, cancellation);
            if (running.TrueForAll(i => i.Id != instance.Id))
            {
                running.Add(instance);
            }
        }

        return running;
    }

    /// <inheritdoc/>
    public IStep Prepare(string id, Artefact artefact) => new ImageStep(id, artefact, With.Stack, With.Images);

    /// <inheritdoc/>
    public IReadOnlyList<IStep> Configure(Instance instance, ServiceOptions service) => With.Stack.Special(service.Name).Flags is { Count: > 0 } flags
        ? [new SetFlagsStep($"set-flags-{service.Name}", instance, flags, _flags)]
        : [];

    /// <inheritdoc/>
    public IStep Start(string id, Instance instance, ServiceOptions service) =>
        new StartContainersStep(id, instance, service, With.Stack, With.Candidates, With.Watch, With.Stop);

    /// <inheritdoc/>
    public IStep Retire(string id, Instance instance, ServiceOptions service) =>
        new RetireContainersStep(id, instance, service, With.Stack, With.Candidates, With.Stop, Start(id, instance, service));

    /// <inheritdoc/>
    public Settlement? Settle(Instance instance, ServiceOptions service)
    {
        var name = ComposeNames.InStep(instance.Id);
        return new(
            new TakeOverStep($"settle-{name}", instance, service, With.Stack, _flags, _overrides, With.Compose, With.Watch, With.Stop),
            ComposeNames.Place(instance.Id),
            new ClearStep($"clear-{name}", instance, service, With.Stack, With.Candidates, With.Watch, With.Stop));
    }

    /// <inheritdoc/>
    /// <exception cref="ReleaseException">The service cannot be changed so, or the engine does not answer; nothing was changed.</exception>
    public async Task<string> Examine(FixOrder order, Instance instance, ServiceOptions service, CancellationToken cancellation)
    {
        var there = await Asked($"what {instance.Id} runs on", () => With.Stack.OfInstance(instance.Id, cancellation));
        var refusal = there.Count == 0 ? $"{instance.Id} has no container: there is nothing to restart or scale"
            : order.Copies is not { } copies ? null
            : !there.All(c => ComposeLabels.AreOfCompose(c.Labels)) ? $"{service.Name} cannot be scaled yet: {instance.Id} serves from containers that its release started, and compose runs the version before it as long as that is kept"
            : copies > 1 && ScaleRefusal.Of(there[0].Name, there[0].Json, _options.Project, With.Stack.NameInCompose(service.Name)) is { } why ? $"{service.Name} cannot run in {copies} copies: {why}"
            : null;
        return refusal is null ? RestartContainersStep.Mark(there) : throw new ReleaseException(
            ExitStatus.Usage, $"{refusal}. Nothing was changed.", $"See {OwnProgram.Command} Status --env {_context.Environment}.");
    }

    /// <inheritdoc/>
    public IStep Restart(string id, Instance instance, ServiceOptions service, FixOrder order) =>
        new RestartContainersStep(id, instance, service, order.Mark, With.Stack, With.Watch);

    /// <inheritdoc/>
    public Scaling Scale(string id, Instance instance, ServiceOptions service, FixOrder order) => new(
        new ScaleStep(id, instance, service, order.Copies ?? 1, With.Stack, _overrides, With.Compose, With.Watch),
        ComposeNames.First(instance.Id, order.Copies ?? 1));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlatformFile>> Evidence(IReadOnlyList<Instance> instances, CancellationToken cancellation)
    {
        var containers = new List<Container>();
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var instance in instances)
        {
            containers.AddRange(await Asked($"what {instance.Id} runs on", () => With.Stack.OfInstance(instance.Id, cancellation)));
            shown.UnionWith(With.Stack.Special(instance.Artefact.Service).Variables.Keys);
            shown.UnionWith(_flags.Of(instance.Id)?.Keys ?? []);
        }

        return [new(CanaryFile.Name, CanaryFile.Render(_context.Environment, containers.Select(c => c.Json), shown))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _health.Dispose();
        if (_parts.IsValueCreated)
        {
            _parts.Value.Stack.Engine.Dispose();
        }
    }

    // The version's path, where a service has one and no label says it.
    private async Task<string?> Ask(Uri address, CancellationToken cancellation) =>
        await _health.Text(address, cancellation) is { } text && JsonText(text)?["version"] is JValue { Type: JTokenType.String } version ? (string?)version : null;

    private static JObject? JsonText(string text)
    {
        try
        {
            return JObject.Parse(text);
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return null;
        }
    }

    private static async Task<T> Asked<T>(string what, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (DockerException problem)
        {
            throw new ReleaseException(ExitStatus.Failed, $"{char.ToUpperInvariant(what[0])}{what[1..]} cannot be found out: {problem.Message} Nothing was changed.", "See that the engine answers (platform.engine in the environment's file), and run the command again.");
        }
    }

    private Parts Make()
    {
        var text = _context.Resolve(_options.Engine);
        var tls = _options.Certificates is { } folder ? TlsFiles.In(Path.GetFullPath(folder, _context.Root)) : null;
        if (!DockerHost.TryParse(text, tls, out var host, out var problem))
        {
            throw new ReleaseException(ExitStatus.Usage, $"platform/engine: {problem}.");
        }

        var stack = new ComposeStack(_options, _context, new DockerEngine(host!, _context.Time, _context.Tool));
        var images = new ImageSource(stack);
        return new(stack, images, new Candidates(stack, images, _flags, _overrides), new ContainerWatch(stack, _health), new ContainerStop(stack, _inFlight), new ComposeTool(_options, _context, host!, _overrides));
    }

    private sealed record Parts(ComposeStack Stack, ImageSource Images, Candidates Candidates, ContainerWatch Watch, ContainerStop Stop, ComposeTool Compose);
}
