using Release.Configuration;
using Release.Drivers.Kong.Declared;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>
/// Traffic through Kong's weighted targets: one upstream for each service, one target for each address of an instance. With
/// <c>admin: embedded</c> Kong is our own gateway, started and stopped by steps; with <c>file</c> it is one without a database.
/// </summary>
public sealed class KongRouter : ITrafficRouter, IDisposable
{
    // A whole configuration takes Kong longer than an entity.
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromSeconds(10);

    private readonly KongTrafficOptions _options;
    private readonly DriverContext _context;
    private readonly Func<string, CancellationToken, Task<InstanceView>> _look;
    private readonly EmbeddedGateway? _gateway;
    private readonly DeclaredFile? _file;
    private readonly Lock _creating = new();
    private KongAdmin? _admin;

    /// <summary>Makes the router; connects to nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="look">Finds instances: <see cref="IPlatform.Look"/>.</param>
    /// <exception cref="ReleaseException">An address is not one; <see cref="ExitStatus.Usage"/>.</exception>
    public KongRouter(
        KongTrafficOptions options, DriverContext context, Func<string, CancellationToken, Task<InstanceView>> look)
    {
        _options = options;
        _context = context;
        _look = look;
        if (options.Admin == KongTrafficOptions.Embedded)
        {
            _gateway = new EmbeddedGateway(context);
            return;
        }

        var admin = HttpAddress("admin", options.Admin);
        _file = options.File is { } file ? new DeclaredFile(Path.GetFullPath(file, context.Root), file) : null;
        _admin = _file is null ? new KongAdmin(admin, context.Time) : new KongAdmin(admin, context.Time, LoadTimeout);
        _ = HttpAddress("proxy", options.Proxy);
    }

    /// <inheritdoc/>
    public Task<Endpoints?> Endpoints(CancellationToken cancellation)
    {
        if (_gateway is null)
        {
            return Task.FromResult<Endpoints?>(new(HttpAddress("proxy", _options.Proxy), Admin()?.Address));
        }

        return Task.FromResult(_gateway.Ports is { } ports ? new Endpoints(ports.ProxyAddress, ports.AdminAddress) : null);
    }

    /// <inheritdoc/>
    public async Task<RoutedWeights?> Observe(ServiceOptions service, CancellationToken cancellation)
    {
        try
        {
            return Admin() is { } kong ? new((await TargetWeights.Ask(kong, KongRoute.Of(service.Name, _options).Upstream, cancellation)).All) : null;
        }
        catch (KongException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// With several services <c>start-gateway</c> comes with each; it is one step, to be taken once. A Kong without a database
    /// gets its routes from its file, which is its owner's.
    /// </remarks>
    public IReadOnlyList<IStep> SetUp(ServiceOptions service)
    {
        var route = new RouteStep(KongRoute.Of(service.Name, _options), _gateway is not null, Admin);
        return _gateway is not null ? [new StartGatewayStep(_gateway, Answers), route] : _file is null ? [route] : [];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The embedded gateway is stopped and keeps its routes, so that a later start serves as before; in somebody else's
    /// Kong everything stays. With several services <c>stop-gateway</c> comes with each; it is one step.
    /// </remarks>
    public IReadOnlyList<IStep> TakeDown(ServiceOptions service) =>
        _gateway is null ? [] : [new StopGatewayStep(_gateway, Answers)];

    /// <inheritdoc/>
    public ITrafficStep Shift(string id, ServiceOptions service, string? stable, string candidate, Percent share) =>
        new ShiftTrafficStep(id, new(service.Name, KongRoute.Of(service.Name, _options).Upstream, stable, candidate, share), Deadline, Writing, _look, _context.Time);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RouterDoubt>> Examine(ServiceOptions service, CancellationToken cancellation) =>
        _gateway is null && Admin() is { } kong
            ? await new KongExamination(kong, KongRoute.Of(service.Name, _options), _options.Retries, _file).Look(cancellation)
            : [];

    /// <inheritdoc/>
    /// <remarks>The embedded gateway never tries again.</remarks>
    public IReadOnlyList<IStep> Expose(ServiceOptions service) =>
        HoldsRetries ? [new HoldRetriesStep(service.Name, RetriesOf(service), Deadline)] : [];

    /// <inheritdoc/>
    public IReadOnlyList<IStep> Cover(ServiceOptions service) =>
        HoldsRetries ? [new ReleaseRetriesStep(service.Name, RetriesOf(service), Deadline)] : [];

    /// <inheritdoc/>
    public async Task<int?> InFlight(string address, CancellationToken cancellation)
    {
        if (_gateway is null || Admin() is not { } kong)
        {
            return null;
        }

        try
        {
            return await kong.Text("metrics", cancellation) is { } text ? GatewayMetrics.InFlight(text, address) : null;
        }
        catch (KongException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Kong's own metrics name no target; the embedded gateway's do.</remarks>
    public async Task<RouterFailures?> Failures(ServiceOptions service, CancellationToken cancellation)
    {
        if (_gateway is null || Admin() is not { } kong)
        {
            return null;
        }

        try
        {
            return await kong.Text("metrics", cancellation) is { } text ? GatewayMetrics.Failures(text) : null;
        }
        catch (KongException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _admin?.Dispose();

    private bool HoldsRetries => _gateway is null && _options.Retries is CanaryRetries.Zero;

    private TimeSpan Deadline => _options.ShiftTimeout ?? (_file is null ? DatabaseWriter.Usual : DeclaredWriter.Usual);

    private ServiceRetries RetriesOf(ServiceOptions service) => new(KongRoute.Of(service.Name, _options).KongService, Writing);

    private static Uri HttpAddress(string name, string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.UserInfo.Length == 0
            ? address
            : throw new ReleaseException(
                ExitStatus.Usage,
                $"traffic/{name}: must be an http or https address without a password"
                + (name == "admin" ? $", or \"{KongTrafficOptions.Embedded}\"." : ", because traffic/admin is one."));

    private async Task<bool> Answers(CancellationToken cancellation)
    {
        try
        {
            return Admin() is { } kong && await kong.Text("status", cancellation) is not null;
        }
        catch (KongException)
        {
            return false;
        }
    }

    private (KongAdmin Kong, IKongWriter Writer)? Writing() =>
        Admin() is not { } kong ? null : (kong, _file is null ? new DatabaseWriter(kong) : new DeclaredWriter(kong, _file));

    /// <summary>The client; null while the embedded gateway has no address yet.</summary>
    private KongAdmin? Admin()
    {
        lock (_creating)
        {
            if (_gateway is null || _gateway.Ports is not { } ports)
            {
                return _admin;
            }

            // Ports of a first start that failed may have been chosen anew.
            if (_admin?.Address != ports.AdminAddress)
            {
                _admin?.Dispose();
                _admin = new KongAdmin(ports.AdminAddress, _context.Time);
            }

            return _admin;
        }
    }
}
