using System.ComponentModel.DataAnnotations;

namespace Release.Configuration;

/// <summary>Something that Backup takes. Each method has its own options.</summary>
public abstract record BackupOptions
{
    /// <summary>Gets the method.</summary>
    public required string Type { get; init; }

    /// <summary>Gets what tells it from the others of its list.</summary>
    public virtual string Identity => Type;
}

/// <summary>A rollback tag on the commit that is running.</summary>
public sealed record GitBackupOptions : BackupOptions;

/// <summary>The running versions and the digests of their artefacts, and the configuration.</summary>
public sealed record ImagesBackupOptions : BackupOptions;

/// <summary>How a release is tagged in the repository.</summary>
public sealed record TagOptions
{
    /// <summary>Gets whether a release is tagged.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Gets the remote that tags are pushed to as Promote's last step; null keeps them here.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._/-]*", ErrorMessage = "the name of a remote such as \"origin\"")]
    public string? Remote { get; init; }
}

/// <summary>Where runs are recorded.</summary>
public sealed record JournalOptions
{
    /// <summary>Gets the store (<c>file</c>).</summary>
    public string Type { get; init; } = "file";

    /// <summary>
    /// Gets the folder of a second copy, on another disk than the repository's: absolute, or relative to the repository. While
    /// the journal itself is away, <c>Rollback --break-glass</c> works from it. Null for none.
    /// </summary>
    [RegularExpression(@"[^\p{C}]+", ErrorMessage = "a folder on another disk such as \"/mnt/backup/release\"")]
    public string? Copy { get; init; }
}

/// <summary>Where files for auditors go.</summary>
public sealed record EvidenceOptions
{
    /// <summary>Gets the store (<c>folder</c>).</summary>
    public string Type { get; init; } = "folder";

    /// <summary>Gets the folder, relative to the repository.</summary>
    [RegularExpression(@"(?!/)(?!.*(^|/)\.\.(/|$))[^\p{C}\\]+", ErrorMessage = "a folder below the repository such as \"releases\"")]
    public string Path { get; init; } = "releases";
}
