using System.Text.Json.Nodes;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.External;

/// <summary>A backup that a driver's program takes, verifies, and on the way back keeps, discards or restores.</summary>
public sealed class ExternalBackup : IBackupMethod
{
    private readonly ExternalBackupOptions _options;
    private readonly ExternalProgram _program;

    /// <summary>Makes the method; starts nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    public ExternalBackup(ExternalBackupOptions options, DriverContext context) =>
        (_options, _program) = (options, new ExternalProgram(options, "backup", context));

    /// <inheritdoc/>
    public IReadOnlyList<IStep> Take(string name) =>
    [
        new ExternalStep(_program, $"take-backup-{_options.Id}", "take", $"Take the backup {name} of {_options.Id}.", _options.Timeout, Subject(name))
        {
            OfUndo = new() { ["policy"] = Words.Of(_options.OnRollback) },
        },
        new ExternalStep(
            _program, $"verify-backup-{_options.Id}", "verify", $"Restore the backup {name} of {_options.Id} into a place of its own and look at it.", _options.Timeout, Subject(name)),
    ];

    private JsonObject Subject(string name) => new() { ["id"] = _options.Id, ["backup"] = name };
}
