using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Git;

/// <summary>The clone that the build runs in.</summary>
public sealed class SourceRepository(GitRepository repository) : ISourceRepository
{
    /// <inheritdoc/>
    public Task<string?> Head(CancellationToken cancellation) => repository.CurrentCommit(cancellation);

    /// <inheritdoc/>
    public async Task<string?> TaggedCommit(string name, CancellationToken cancellation) =>
        await repository.IsWorkTree(cancellation) ? (await repository.FindTag(new GitTagName(name), cancellation))?.Commit : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Commit>?> Between(string older, string newer, CancellationToken cancellation) => repository.Between(older, newer, cancellation);

    /// <inheritdoc/>
    public IStep Tag(string id, string name, string commit, string message) =>
        new TagStep(id, repository, new GitTagName(name), commit, message);

    /// <inheritdoc/>
    public IStep Push(string id, string name, string remote) =>
        new PushTagStep(id, repository, new GitRemote(remote), new GitTagName(name));
}
