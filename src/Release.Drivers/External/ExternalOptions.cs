using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.External;

/// <summary>A program that speaks the protocol of docs/external-drivers.md.</summary>
public interface IExternalOptions
{
    /// <summary>Gets the program: a name in PATH, or a path relative to the repository.</summary>
    string Program { get; }

    /// <summary>Gets its arguments; no shell reads them.</summary>
    IReadOnlyList<string> Args { get; }

    /// <summary>Gets variables to set.</summary>
    IReadOnlyDictionary<string, string> Env { get; }

    /// <summary>Gets how long a call may take.</summary>
    TimeSpan Timeout { get; }
}

/// <summary>
/// Services on a stack of your own: a program that is started for every call, as docs/external-drivers.md says. Starting
/// may take <see cref="PlatformOptions.BootTimeout"/>, retiring twice <see cref="PlatformOptions.StopTimeout"/>.
/// </summary>
public sealed record ExternalPlatformOptions : PlatformOptions, IExternalOptions, ICheckedOptions
{
    /// <summary>Gets the program: a name in PATH, or a path relative to the repository.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a program")]
    public required string Program { get; init; }

    /// <summary>Gets its arguments; no shell reads them.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Gets variables to set.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long a look may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long it may take to make an artefact available where it will run.</summary>
    public TimeSpan PrepareTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => ExternalRules.Problems(this);
}

/// <summary>Traffic through a router of your own: a program that is started for every call, as docs/external-drivers.md says.</summary>
public sealed record ExternalTrafficOptions : TrafficOptions, IExternalOptions, ICheckedOptions
{
    /// <summary>Gets the program: a name in PATH, or a path relative to the repository.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a program")]
    public required string Program { get; init; }

    /// <summary>Gets its arguments; no shell reads them.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Gets variables to set.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long a look or a shift may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long setting up or taking down a router may take.</summary>
    public TimeSpan SetUpTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => ExternalRules.Problems(this);
}

/// <summary>
/// Counters from a monitoring system of your own: a program that is started for every instance at every tick, as
/// docs/external-drivers.md says. The names of the metrics are passed to it.
/// </summary>
public sealed record ExternalMetricsOptions : MetricsOptions, IExternalOptions, ICheckedOptions
{
    /// <summary>Gets the program: a name in PATH, or a path relative to the repository.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a program")]
    public required string Program { get; init; }

    /// <summary>Gets its arguments; no shell reads them.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Gets variables to set.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long a reading may take; one that takes longer than a tick delays the next.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => ExternalRules.Problems(this);
}

/// <summary>A program of your own looks and says pass, fail or unavailable, as docs/external-drivers.md says. It must change nothing.</summary>
public sealed record ExternalProbeOptions : ProbeOptions, IExternalOptions, ICheckedOptions
{
    /// <summary>Gets the program: a name in PATH, or a path relative to the repository.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a program")]
    public required string Program { get; init; }

    /// <summary>Gets its arguments; no shell reads them.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Gets variables to set.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => ExternalRules.Problems(this);
}

/// <summary>What becomes of a backup when the run that took it is undone.</summary>
public enum BackupPolicy
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It is removed.</summary>
    Discard,

    /// <summary>It is restored: what was written since is lost.</summary>
    Restore,
}

/// <summary>A backup that a program of your own takes, verifies and restores, as docs/external-drivers.md says.</summary>
public sealed record ExternalBackupOptions : BackupOptions, IExternalOptions, ICheckedOptions
{
    /// <summary>Gets its name, unique among the backups.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets the program: a name in PATH, or a path relative to the repository.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a program")]
    public required string Program { get; init; }

    /// <summary>Gets its arguments; no shell reads them.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Gets variables to set.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long taking, verifying or restoring may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets what becomes of it when the run that took it is undone before it ends. A release that was promoted is rolled
    /// back without touching data, whatever stands here.
    /// </summary>
    public BackupPolicy OnRollback { get; init; } = BackupPolicy.Keep;

    /// <inheritdoc/>
    public override string Identity => $"{Type} {Id}";

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => ExternalRules.Problems(this);
}

/// <summary>What holds for every one of them.</summary>
internal static class ExternalRules
{
    public static IEnumerable<OptionProblem> Problems(IExternalOptions options)
    {
        foreach (var name in options.Env.Keys.Where(name => name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0))
        {
            yield return new("env", $"expected names such as \"LANG\", found {OptionText.Found(name)}");
        }

        foreach (var name in options.Env.Keys.Where(name => name.StartsWith(ExternalRequest.Prefix, StringComparison.Ordinal)))
        {
            yield return new("env", $"{OptionText.Found(name)}: names that begin with {ExternalRequest.Prefix} are the protocol's own: expected another one");
        }
    }
}
