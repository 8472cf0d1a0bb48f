using Release.Configuration;
using Release.Conformance;
using Release.Drivers.External;
using Release.Runs;

namespace Release.Components;

/// <summary>Says which external drivers an environment has, and how they are tried.</summary>
internal static class ConformanceCommand
{
    private const string Names = "platform, router, metrics, probe or backup";

    /// <summary>The drivers that a command asks for.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="port">The port of one driver; null for every external one.</param>
    /// <exception cref="ReleaseException">There is no such port, or nothing external at it; nothing was touched.</exception>
    public static TriedDrivers Drivers(Surroundings environment, string? port)
    {
        var options = environment.Environment.Options;
        var found = new (string Port, string Path, string Type, TimeSpan? Timeout)[]
        {
            ("platform", "platform", options.Platform.Type, (options.Platform as IExternalOptions)?.Timeout),
            ("router", "traffic", options.Traffic.Type, (options.Traffic as IExternalOptions)?.Timeout),
            ("metrics", "gate.metrics", options.Gate.Metrics.Type, (options.Gate.Metrics as IExternalOptions)?.Timeout),
            ("probe", "checks and smoke", "of other types", Longest(options.Checks.Concat(options.Smoke).OfType<ExternalProbeOptions>())),
            ("backup", "backup", "of other types", Longest(options.Backup.OfType<ExternalBackupOptions>())),
        };
        if (port is not null && found.All(f => f.Port != port))
        {
            throw Usage($"--driver {OptionText.Found(port)}: expected {Names}. {OptionText.Hint(port, [.. found.Select(f => f.Port)])}", "./build.sh Conformance --driver platform");
        }

        var external = found.Where(f => f.Timeout is not null && (port is null || f.Port == port)).ToList();
        if (external.Count == 0)
        {
            var (_, path, type, _) = found.FirstOrDefault(f => f.Port == port, found[0]);
            throw Usage(
                port is null
                    ? $"{options.Name} has no external driver: there is nothing of yours to try."
                    : $"{options.Name} has no external {port}: {path} is {type}, and this tries drivers of your own.",
                $"Name an environment that has one, as ./build.sh Conformance --env home{(port is null ? "" : $" --driver {port}")}; docs/external-drivers.md says how to write one.");
        }

        return new TriedDrivers
        {
            Ports = [.. external.Select(f => f.Port)],
            Timeouts = external.ToDictionary(f => f.Port, f => f.Timeout!.Value),
            Checks = [.. options.Checks.Where(c => c is ExternalProbeOptions)],
            Smoke = [.. options.Smoke.Where(c => c is ExternalProbeOptions)],
            Backups = [.. options.Backup.OfType<ExternalBackupOptions>().Select(b => new TriedBackup(
                b.Id, Backup(b, BackupPolicy.Discard, environment), Backup(b, BackupPolicy.Restore, environment)))],
        };
    }

    private static TimeSpan? Longest(IEnumerable<IExternalOptions> options) => options.Select(o => (TimeSpan?)o.Timeout).Max();

    private static ExternalBackup Backup(ExternalBackupOptions options, BackupPolicy policy, Surroundings environment) =>
        new(options with { OnRollback = policy }, environment.Drivers);

    private static ReleaseException Usage(string message, string next) => new(ExitStatus.Usage, message, next);
}
