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

namespace Release.Drivers;

/// <summary>Every section of a configuration that a driver reads, beside those that the core knows.</summary>
public static class DriverTypes
{
    /// <summary>Gets them all.</summary>
    public static OptionTypes All => OptionTypes.Core()
        .Add<BackupOptions, ExternalBackupOptions>("external")
        .Add<BackupOptions, PostgresBackupOptions>("postgres")
        .Add<MetricsOptions, ExternalMetricsOptions>("external")
        .Add<MetricsOptions, PrometheusMetricsOptions>("prometheus")
        .Add<NotifierOptions, GrafanaNotifierOptions>("grafana")
        .Add<NotifierOptions, WebhookOptions>("webhook")
        .Add<PlatformOptions, ExternalPlatformOptions>("external")
        .Add<ProbeOptions, BackupProbeOptions>("backup")
        .Add<ProbeOptions, ContainerProbeOptions>("container")
        .Add<ProbeOptions, ExternalProbeOptions>("external")
        .Add<ProbeOptions, ImageProbeOptions>("image")
        .Add<ProbeOptions, LogsProbeOptions>("logs")
        .Add<ProbeOptions, PrometheusProbeOptions>("prometheus")
        .Add<ProbeOptions, SqlProbeOptions>("sql")
        .Add<TrafficOptions, ExternalTrafficOptions>("external")
        .Add<PlatformOptions, ComposePlatformOptions>("compose")
        .Add<PlatformOptions, ProcessPlatformOptions>("process")
        .Add<TrafficOptions, KongTrafficOptions>("kong");
}
