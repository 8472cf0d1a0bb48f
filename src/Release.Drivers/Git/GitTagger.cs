namespace Release.Drivers.Git;

/// <summary>Who makes the tags: by this a tag of ours is told from a person's.</summary>
internal static class GitTagger
{
    public const string Name = "Release";
    public const string Address = "release@localhost";
}
