using System.Text.Json.Nodes;
using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Git;

/// <summary>
/// Pushes a tag. Others may have fetched it a moment later, so this cannot be taken back and comes last.
/// </summary>
/// <param name="id">The step's id.</param>
/// <param name="repository">The clone.</param>
/// <param name="remote">Where to.</param>
/// <param name="name">The tag.</param>
public sealed class PushTagStep(string id, GitRepository repository, GitRemote remote, GitTagName name) : IStep
{
    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public StepSafety Safety => StepSafety.Irreversible;

    /// <inheritdoc/>
    public TimeSpan Deadline => GitRepository.RemoteTimeout + GitRepository.LocalTimeout;

    /// <inheritdoc/>
    public string Describe() => $"Push tag {name} to {remote}; this cannot be undone.";

    /// <inheritdoc/>
    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            var there = await repository.FindRemoteTag(remote, name, cancellation);
            var here = await repository.FindTag(name, cancellation);
            var seen = new JsonObject { ["tag"] = name.Value, ["remote"] = remote.Value, ["object"] = there };
            return there switch
            {
                null => new(StepState.Pending, seen, $"{remote} has no tag {name}."),
                _ when there == here?.ObjectId => new(StepState.Applied, seen, $"{remote} has tag {name}."),
                _ => new(StepState.Torn, seen, $"{remote} has another tag {name} than this clone."),
            };
        }
        catch (ToolException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    /// <inheritdoc/>
    public Task Apply(StepKey key, CancellationToken cancellation) => repository.PushTag(remote, name, cancellation);

    /// <summary>Does nothing: a pushed tag is not called back.</summary>
    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => Task.CompletedTask;
}
