using System.Text.Json.Nodes;
using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Git;

/// <summary>Puts an annotated tag on a commit, in this clone only.</summary>
/// <param name="id">The step's id.</param>
/// <param name="repository">The clone.</param>
/// <param name="name">The tag.</param>
/// <param name="commit">The full id of the commit.</param>
/// <param name="message">The tag's message.</param>
public sealed class TagStep(string id, GitRepository repository, GitTagName name, string commit, string message) : IStep
{
    /// <inheritdoc/>
    public string Id => id;

    /// <summary>Gets <see cref="StepSafety.Keyed"/>: git refuses to make a tag twice, and one on this commit is this one.</summary>
    public StepSafety Safety => StepSafety.Keyed;

    /// <inheritdoc/>
    public TimeSpan Deadline => GitRepository.LocalTimeout * 2;

    /// <inheritdoc/>
    public string Describe() => $"Tag commit {Short(commit)} as {name}, in this clone.";

    /// <inheritdoc/>
    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            var tag = await repository.FindTag(name, cancellation);
            var seen = new JsonObject { ["tag"] = name.Value, ["object"] = tag?.ObjectId, ["commit"] = tag?.Commit };
            return tag switch
            {
                null => new(StepState.Pending, seen, $"There is no tag {name}."),
                _ when tag.Commit == commit => new(StepState.Applied, seen, $"Tag {name} is on {Short(commit)}."),
                _ => new(StepState.Torn, seen, $"Tag {name} is on {Short(tag.Commit)}, not on {Short(commit)}."),
            };
        }
        catch (ToolException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    /// <inheritdoc/>
    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        if (await IsThere(cancellation))
        {
            return;
        }

        try
        {
            await repository.CreateTag(name, commit, message, cancellation);
        }
        catch (ToolFailedException)
        {
            // Another process with the same step may have been first; anything else is the failure that it looks like.
            if (!await IsThere(cancellation))
            {
                throw;
            }
        }
    }

    /// <summary>
    /// Deletes the tag if there was none before, it is on the commit that this step tagged, and Release made it. A tag
    /// that somebody moved or made by hand is theirs.
    /// </summary>
    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        var wasThere = before.Seen["object"] is not null;
        if (!wasThere
            && await repository.FindTag(name, cancellation) is { IsOurs: true } tag
            && tag.Commit == commit)
        {
            await repository.DeleteTag(name, tag, cancellation);
        }
    }

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;

    private async Task<bool> IsThere(CancellationToken cancellation)
    {
        var tag = await repository.FindTag(name, cancellation);
        return tag is not null && (tag.Commit == commit
            ? true
            : throw new ReleaseException(
                ExitStatus.Failed,
                $"Tag {name} is already on commit {Short(tag.Commit)}, not on {Short(commit)}: a version is tagged once.",
                "Release another version, or delete the tag if nobody has it."));
    }
}
