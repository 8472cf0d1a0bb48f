using Release.Runs;

namespace Release.Platforms;

/// <summary>A backup that is there.</summary>
/// <param name="Method">The method's name in the configuration.</param>
/// <param name="Name">The backup's name.</param>
/// <param name="TakenAt">The moment that it shows.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsVerified">Whether it was restored and compared.</param>
public sealed record KeptBackup(string Method, string Name, DateTimeOffset TakenAt, long Size, bool IsVerified);

/// <summary>What a person ordered to be restored: recorded when the run is opened, so that whoever resumes it restores the same.</summary>
/// <param name="Method">The method's name in the configuration.</param>
/// <param name="Backup">The backup's name; null to bring back what an earlier restore put aside.</param>
/// <param name="Stamp">The moment of the order, <c>yyyyMMddHHmmss</c> UTC: what is put aside is named after it.</param>
/// <param name="Aside">What an earlier restore put aside and is to come back; null for a backup.</param>
public sealed record RestoreOrder(string Method, string? Backup, string Stamp, string? Aside = null)
{
    /// <summary>Gets a value indicating whether there is nothing to replace: it was gone when the order was given, so nothing is backed up and put aside.</summary>
    public bool IsGone { get; init; }

    /// <summary>Gets a value indicating whether a person said that what is there need not be backed up first; it is put aside all the same.</summary>
    public bool WithoutSafety { get; init; }
}

/// <summary>What a restore would do.</summary>
/// <param name="Target">What would be replaced, as a person must name it to confirm.</param>
/// <param name="TakenAt">The moment that would come back; null where it is not known.</param>
/// <param name="Lines">What is known of what would be lost, and of who would be thrown out: a line each.</param>
public sealed record RestoreOutlook(string Target, DateTimeOffset? TakenAt, IReadOnlyList<string> Lines)
{
    /// <summary>Gets a value indicating whether there is nothing to replace: it is gone.</summary>
    public bool IsGone { get; init; }

    /// <summary>Gets why what is there cannot be backed up first, a sentence; null where it can, and where it is gone.</summary>
    public string? NoSafety { get; init; }
}

/// <summary>A backup that a person can have restored, outside of any release.</summary>
public interface IRestorableBackup : IBackupMethod
{
    /// <summary>Gets its name in the configuration.</summary>
    string Id { get; }

    /// <summary>Gets what it replaces.</summary>
    string Target { get; }

    /// <summary>The backups that are there: its own first, of these the newest first.</summary>
    IReadOnlyList<KeptBackup> Kept();

    /// <summary>What earlier restores put aside, the newest first.</summary>
    Task<IReadOnlyList<string>> Aside(CancellationToken cancellation);

    /// <summary>Looks at what an order would do. Changes nothing.</summary>
    Task<RestoreOutlook> LookAhead(RestoreOrder order, CancellationToken cancellation);

    /// <summary>
    /// The steps: what is there now is backed up (but where the order says not), what was ordered is made beside it, and then they
    /// change places. What was there stays under another name, so that undoing puts it back.
    /// </summary>
    IReadOnlyList<IStep> Restore(RestoreOrder order);
}
