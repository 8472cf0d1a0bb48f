using Release.Runs;

namespace Release.Platforms;

/// <summary>Takes a backup before a release, and shows that it can be restored.</summary>
public interface IBackupMethod
{
    /// <summary>
    /// The steps, in order: one that takes the backup, one that verifies it by restoring it into a place of its own. Nothing
    /// that serves is changed by applying them. Whether an undo of the first keeps the backup, discards it or restores it
    /// is the configuration's word.
    /// </summary>
    /// <param name="name">The backup's name, unique in its environment: letters, digits, dots, dashes.</param>
    IReadOnlyList<IStep> Take(string name);
}
