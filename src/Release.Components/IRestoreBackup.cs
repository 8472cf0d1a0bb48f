using System.ComponentModel;
using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Restores a backup on a person's word.</summary>
[Category(TargetGroups.Supporting)]
public interface IRestoreBackup : IRelease
{
    /// <summary>Gets which backup.</summary>
    [Parameter("Restore: the backup's name, 'latest' for the newest verified one, or 'previous' for what the last restore put aside; METHOD/NAME where there are several.", Name = "backup")]
    string? BackupToRestore => TryGetValue(() => BackupToRestore);

    /// <summary>Gets what is to be replaced.</summary>
    [Parameter("Restore: the name of the database that is to be replaced. Without it Restore says what would be lost, and changes nothing.")]
    string? Confirm => TryGetValue(() => Confirm);

    /// <summary>Gets a value indicating whether what is there need not be dumped before it is replaced.</summary>
    [Parameter("Restore: replace the database although it cannot be dumped first (no room, or it lets nobody in). It is put aside under another name all the same.")]
    bool WithoutSafetyDump => TryGetValue<bool?>(() => WithoutSafetyDump) ?? false;

    /// <summary>Gets a value indicating whether it is said what is to be restored.</summary>
    /// <exception cref="ReleaseException">It is not; the message is for a person, and nothing was touched.</exception>
    bool CanRestore => ReleaseCommand.Of(this).UnderstandsRestoring(BackupToRestore);

    /// <summary>Gets the target that restores.</summary>
    Target Restore => _ => _
        .Description("Restore a backup of a database (--backup NAME): says what would be lost, and replaces nothing without --confirm")
        .Requires(() => CanRestore)
        .Executes(() => ReleaseCommand.Of(this).Restore(BackupToRestore!, Confirm, WithoutSafetyDump));
}
