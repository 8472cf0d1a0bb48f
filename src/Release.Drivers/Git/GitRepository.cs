using Release.Platforms;
using Release.Tools;

namespace Release.Drivers.Git;

/// <summary>A tag as the repository has it.</summary>
/// <param name="ObjectId">The tag object, or for a lightweight tag the commit.</param>
/// <param name="Commit">The commit that it is for.</param>
/// <param name="IsOurs">Whether Release made it: annotated, with Release's own tagger.</param>
public sealed record GitTag(string ObjectId, string Commit, bool IsOurs);

/// <summary>One clone, by calling <c>git</c>. Reads and writes nothing but what its methods say.</summary>
/// <param name="tool">Starts the program.</param>
/// <param name="folder">Any folder of the work tree.</param>
public sealed class GitRepository(Tool tool, string folder)
{
    /// <summary>How long git may take where no network is involved.</summary>
    internal static readonly TimeSpan LocalTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long git may take to talk to a remote.</summary>
    internal static readonly TimeSpan RemoteTimeout = TimeSpan.FromMinutes(2);

    // GIT_DIR and its kin are set while a hook runs and would send every command to that repository. The committer's
    // variables are stronger than -c user.name, and somebody's shell may set them.
    private static readonly IReadOnlyDictionary<string, string?> Variables = new Dictionary<string, string?>
    {
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_ASKPASS"] = "",
        ["SSH_ASKPASS_REQUIRE"] = "never",
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_EDITOR"] = ":",
        ["GIT_DIR"] = null,
        ["GIT_WORK_TREE"] = null,
        ["GIT_INDEX_FILE"] = null,
        ["GIT_COMMITTER_NAME"] = GitTagger.Name,
        ["GIT_COMMITTER_EMAIL"] = GitTagger.Address,
        ["GIT_COMMITTER_DATE"] = null,
        ["LC_ALL"] = "C",
    };

    /// <summary>Whether the folder is in a work tree; false also when there is no git.</summary>
    public async Task<bool> IsWorkTree(CancellationToken cancellation)
    {
        try
        {
            var answer = await Run(GitCommands.IsInsideWorkTree(), cancellation);
            return answer.Succeeded && answer.StandardOutput.Trim() == "true";
        }
        catch (ToolMissingException)
        {
            return false;
        }
    }

    /// <summary>The commit that is checked out; null before the first one.</summary>
    public Task<string?> CurrentCommit(CancellationToken cancellation) => FindCommit("HEAD", cancellation);

    /// <summary>The commit that a revision names, or null when it names none.</summary>
    public async Task<string?> FindCommit(string revision, CancellationToken cancellation)
    {
        var answer = await Run(GitCommands.Commit(revision), cancellation);
        return answer.Succeeded ? answer.StandardOutput.Trim() : null;
    }

    /// <summary>The commits between two; null when one of them is not here, or there is no git.</summary>
    public async Task<IReadOnlyList<Commit>?> Between(string older, string newer, CancellationToken cancellation)
    {
        try
        {
            var answer = await Run(GitCommands.Between(older, newer), cancellation);
            return !answer.Succeeded ? null :
            [
                .. answer.StandardOutput.Split('\n')
                    .Select(line => line.Split('\u001f', 3))
                    .Where(fields => fields.Length == 3)
                    .Select(fields => new Commit(fields[0], fields[1], fields[2])),
            ];
        }
        catch (ToolException)
        {
            return null;
        }
    }

    /// <summary>The tag, or null when there is none of this name.</summary>
    /// <exception cref="ToolException">git is not there, or could not read the repository.</exception>
    public async Task<GitTag?> FindTag(GitTagName name, CancellationToken cancellation)
    {
        var answer = await tool.Require(Command(GitCommands.Tags(name), LocalTimeout), cancellation);
        return answer.StandardOutput.Split('\n')
            .Select(line => line.Split('|'))
            .Where(fields => fields.Length == 4 && fields[0] == name.Reference)
            .Select(fields => new GitTag(
                fields[1], fields[2].Length == 0 ? fields[1] : fields[2], fields[3] == $"<{GitTagger.Address}>"))
            .FirstOrDefault();
    }

    /// <summary>Makes an annotated tag; fails when there is one of this name.</summary>
    /// <exception cref="ToolException">git refused.</exception>
    public Task CreateTag(GitTagName name, string commit, string message, CancellationToken cancellation) =>
        tool.Require(Command(GitCommands.Tag(name, commit, message), LocalTimeout), cancellation);

    /// <summary>Deletes the tag if it still is this one; fails if somebody moved it meanwhile.</summary>
    /// <exception cref="ToolException">git refused.</exception>
    public Task DeleteTag(GitTagName name, GitTag tag, CancellationToken cancellation) =>
        tool.Require(Command(GitCommands.DeleteTag(name, tag.ObjectId), LocalTimeout), cancellation);

    /// <summary>The object that the remote's tag is, or null when it has none of this name.</summary>
    /// <exception cref="ToolException">The remote did not answer, or would have asked for a password.</exception>
    public async Task<string?> FindRemoteTag(GitRemote remote, GitTagName name, CancellationToken cancellation)
    {
        var answer = await tool.Require(Command(GitCommands.RemoteTag(remote, name), RemoteTimeout), cancellation);
        return answer.StandardOutput.Split('\n')
            .Select(line => line.Split('\t'))
            .FirstOrDefault(fields => fields.Length == 2 && fields[1].Trim() == name.Reference)?[0];
    }

    /// <summary>Pushes the tag; pushing it again changes nothing.</summary>
    /// <exception cref="ToolException">The remote refused, did not answer, or would have asked for a password.</exception>
    public Task PushTag(GitRemote remote, GitTagName name, CancellationToken cancellation) =>
        tool.Require(Command(GitCommands.PushTag(remote, name), RemoteTimeout), cancellation);

    private Task<ToolResult> Run(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        tool.Run(Command(arguments, LocalTimeout), cancellation);

    private ToolCommand Command(IReadOnlyList<string> arguments, TimeSpan timeout) => new("git", arguments)
    {
        WorkingFolder = folder,
        Environment = Variables,
        Timeout = timeout,
    };
}
