namespace Release.Drivers.Git;

/// <summary>
/// Argument lists for <c>git</c>, and nothing else: what is run is compared with them in tests. What a person named comes
/// after <c>--</c> or <c>--end-of-options</c>, so that a name which looks like an option stays a name.
/// </summary>
public static class GitCommands
{
    /// <summary>Says <c>true</c> inside a work tree.</summary>
    public static IReadOnlyList<string> IsInsideWorkTree() => ["rev-parse", "--is-inside-work-tree"];

    /// <summary>The commit that a revision names; exit code 1 and no output when it names none.</summary>
    public static IReadOnlyList<string> Commit(string revision) =>
        ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"];

    /// <summary>
    /// One line for the tag and each one below it: name, object, the commit an annotated tag is for (empty for a
    /// lightweight one), and the tagger's address, separated by bars, which no reference name can have here.
    /// </summary>
    public static IReadOnlyList<string> Tags(GitTagName name) =>
        ["for-each-ref", "--format=%(refname)|%(objectname)|%(*objectname)|%(taggeremail)", name.Reference];

    /// <summary>
    /// The commits that <paramref name="newer"/> has and <paramref name="older"/> has not, newest first: hash, author and subject,
    /// separated by the unit separator, which no subject has as git prints it.
    /// </summary>
    public static IReadOnlyList<string> Between(string older, string newer) =>
        ["log", "--no-merges", "--no-show-signature", "--no-color", "--no-decorate", "--max-count=1000", "--format=%H%x1f%an%x1f%s", "--end-of-options", $"{older}..{newer}", "--"];

    /// <summary>
    /// Makes an annotated tag with Release's own name on it: a CI host has no committer configured, and a person's signing
    /// key would ask for its passphrase. The message is kept as it is: a line that starts with <c>#</c> is text, too.
    /// </summary>
    public static IReadOnlyList<string> Tag(GitTagName name, string commit, string message) =>
    [
        "-c", "user.name=" + GitTagger.Name, "-c", "user.email=" + GitTagger.Address, "-c", "tag.gpgSign=false",
        "tag", "--annotate", "--no-sign", "--cleanup=verbatim", "--message=" + message, "--", name.Value, commit,
    ];

    /// <summary>Deletes the tag if it still is this object; fails, and deletes nothing, if it is not.</summary>
    public static IReadOnlyList<string> DeleteTag(GitTagName name, string objectId) =>
        ["update-ref", "-d", name.Reference, objectId];

    /// <summary>The remote's tag: a line for the object and, for an annotated one, a line for the commit (<c>^{}</c>).</summary>
    public static IReadOnlyList<string> RemoteTag(GitRemote remote, GitTagName name) =>
        [.. NeverAsks, "ls-remote", "--tags", "--", remote.Value, name.Reference, name.Reference + "^{}"];

    /// <summary>Pushes one tag and nothing else; a tag that is elsewhere on the remote is refused by the remote.</summary>
    public static IReadOnlyList<string> PushTag(GitRemote remote, GitTagName name) =>
    [
        .. NeverAsks, "push", "--porcelain", "--no-follow-tags", "--", remote.Value,
        name.Reference + ":" + name.Reference,
    ];

    // A helper that opens a window waits for a person just as a prompt does; ext:: would run what the address says.
    private static IReadOnlyList<string> NeverAsks =>
        ["-c", "core.askPass=", "-c", "credential.interactive=false", "-c", "protocol.ext.allow=never"];
}
