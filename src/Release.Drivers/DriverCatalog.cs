using Release.Configuration;
using Release.Drivers.Compose;
using Release.Drivers.Docker.Probes;
using Release.Drivers.External;
using Release.Drivers.Grafana;
using Release.Drivers.Kong;
using Release.Drivers.Postgres;
using Release.Drivers.Processes;
using Release.Drivers.Prometheus;
using Release.Drivers.Webhook;
using Release.Gates;
using Release.Platforms;
using Release.Probes;
using Release.Runs;

namespace Release.Drivers;

/// <summary>Where services run and how traffic reaches them, wired to each other. Disposing of it closes their connections.</summary>
/// <param name="Platform">Where services run.</param>
/// <param name="Router">How traffic reaches them.</param>
public sealed record DriverPair(IPlatform Platform, ITrafficRouter Router) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        (Platform as IDisposable)?.Dispose();
        (Router as IDisposable)?.Dispose();
    }
}

/// <summary>The one place that knows every driver: its name in the configuration, its options, and how it is made.</summary>
public static class DriverCatalog
{
    /// <summary>Gets the options types by what they are options of and the name in <c>type</c>.</summary>
    public static IReadOnlyDictionary<(Type Base, string Name), Type> OptionTypes { get; } =
        new Dictionary<(Type Base, string Name), Type>
        {
            [(typeof(PlatformOptions), "compose")] = typeof(ComposePlatformOptions),
            [(typeof(PlatformOptions), "external")] = typeof(ExternalPlatformOptions),
            [(typeof(PlatformOptions), "process")] = typeof(ProcessPlatformOptions),
            [(typeof(TrafficOptions), "external")] = typeof(ExternalTrafficOptions),
            [(typeof(TrafficOptions), "kong")] = typeof(KongTrafficOptions),
        };

    /// <summary>Makes platform and router, each with what it needs of the other.</summary>
    /// <exception cref="ReleaseException">The configuration names a driver that there is not, or an address that is none.</exception>
    public static DriverPair Create(PlatformOptions platform, TrafficOptions traffic, DriverContext context)
    {
        // They need each other only when a step runs, and by then both are there.
        IPlatform? made = null;
#pragma warning disable CA2000 // The pair disposes of both.
        var router = CreateRouter(traffic, context, (instance, cancellation) => made!.Look(instance, cancellation));
        made = CreatePlatform(platform, context, router.InFlight);
#pragma warning restore CA2000
        return new(made, router);
    }

    /// <summary>Makes the platform.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="inFlight">Requests in flight to an address: <see cref="ITrafficRouter.InFlight"/>.</param>
    /// <exception cref="ReleaseException">There is no such driver.</exception>
    public static IPlatform CreatePlatform(
        PlatformOptions options, DriverContext context, Func<string, CancellationToken, Task<int?>> inFlight) => options switch
        {
            ComposePlatformOptions compose => new ComposePlatform(compose, context, inFlight),
            ExternalPlatformOptions external => new ExternalPlatform(external, context),
            ProcessPlatformOptions process => new ProcessPlatform(process, context, inFlight),
            _ => throw Unknown("platform", options.Type, typeof(PlatformOptions)),
        };

    /// <summary>Makes the router.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="look">Finds instances: <see cref="IPlatform.Look"/>.</param>
    /// <exception cref="ReleaseException">There is no such driver, or an address is none.</exception>
    public static ITrafficRouter CreateRouter(
        TrafficOptions options, DriverContext context, Func<string, CancellationToken, Task<InstanceView>> look) => options switch
        {
            ExternalTrafficOptions external => new ExternalRouter(external, context, look),
            KongTrafficOptions kong => new KongRouter(kong, context, look),
            _ => throw Unknown("traffic", options.Type, typeof(TrafficOptions)),
        };

    /// <summary>Makes the source of counters.</summary>
    /// <param name="options">The gate's section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    public static IMetricSource CreateMetrics(GateOptions options, DriverContext context) => options.Metrics switch
    {
        ExternalMetricsOptions external => new ExternalMetrics(external, context),

        PrometheusMetricsOptions prometheus => new PrometheusSource(prometheus, options.Tick, context.Resolve, context.Time),

        // A reading must be over before the next one is due, but a slow service gets a second.
        _ => new ScrapeSource(options.Metrics, TimeSpan.FromSeconds(Math.Max(1, options.Tick.TotalSeconds)), context.Time),
    };

    /// <summary>Makes what takes backups, beside what the core takes by itself.</summary>
    public static IReadOnlyList<IBackupMethod> CreateBackups(IReadOnlyList<BackupOptions> options, DriverContext context) =>
        [.. options.Select(IBackupMethod? (one) => one switch
        {
            ExternalBackupOptions external => new ExternalBackup(external, context),
            PostgresBackupOptions postgres => new PostgresBackup(postgres, context),
            _ => null,
        }).OfType<IBackupMethod>()];

    /// <summary>Makes the channels to people and systems.</summary>
    /// <exception cref="ReleaseException">There is no such driver.</exception>
    public static IReadOnlyList<Notices.INotifier> CreateNotifiers(IReadOnlyList<NotifierOptions> options, DriverContext context) =>
        [.. options.Select<NotifierOptions, Notices.INotifier>(o => o switch
        {
            GrafanaNotifierOptions grafana => new GrafanaNotifier(grafana, context),
            WebhookOptions webhook => new WebhookNotifier(webhook, context),
            _ => throw Unknown("notify", o.Type, typeof(NotifierOptions)),
        })];

    /// <summary>The makers of probes: the core's, and those of drivers.</summary>
    public static ProbeFactory CreateProbes(DriverContext context) => ProbeFactory.Core()
        .Add<ContainerProbeOptions>((options, probe, cancellation) => ContainerProbe.Look(options, probe, context, cancellation))
        .Add<ImageProbeOptions>((options, probe, cancellation) => ImageProbe.Look(options, probe, context, cancellation))
        .Add<LogsProbeOptions>((options, probe, cancellation) => LogsProbe.Look(options, probe, context, cancellation))
        .Add<SqlProbeOptions>((options, probe, cancellation) => SqlProbe.Look(options, probe, context, cancellation))
        .Add<BackupProbeOptions>((options, _, cancellation) => BackupProbe.Look(options, context, cancellation))
        .Add<ExternalProbeOptions>((options, probe, cancellation) => ExternalProbe.Look(options, probe, context, cancellation))
        .Add<PrometheusProbeOptions>(PrometheusProbe.Look);

    private static ReleaseException Unknown(string section, string type, Type options) => new(
        ExitStatus.Usage,
        $"{section}/type: there is no driver \"{type}\".",
        $"There are: {string.Join(", ", OptionTypes.Keys.Where(key => key.Base == options).Select(key => key.Name).Order())}.");
}
