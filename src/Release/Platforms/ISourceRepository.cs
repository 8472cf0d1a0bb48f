using Release.Runs;

namespace Release.Platforms;

/// <summary>The repository whose commits are released.</summary>
public interface ISourceRepository
{
    /// <summary>The commit that is checked out; null when there is no repository or no commit.</summary>
    Task<string?> Head(CancellationToken cancellation);

    /// <summary>The commit that a tag is on; null when there is no such tag.</summary>
    Task<string?> TaggedCommit(string name, CancellationToken cancellation);

    /// <summary>
    /// The commits that <paramref name="newer"/> has and <paramref name="older"/> has not, newest first, merges left out; at most a
    /// thousand. Null where the repository does not have both, or cannot say.
    /// </summary>
    Task<IReadOnlyList<Commit>?> Between(string older, string newer, CancellationToken cancellation);

    /// <summary>The step that makes an annotated tag here. Its undo removes the tag if this step made it.</summary>
    IStep Tag(string id, string name, string commit, string message);

    /// <summary>The step that pushes a tag to a remote. It cannot be taken back.</summary>
    IStep Push(string id, string name, string remote);
}
