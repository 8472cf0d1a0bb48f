using System.Text.Json.Nodes;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Processes;

/// <summary>Compiles the sources and puts the program into the folder of its version.</summary>
internal sealed class PrepareStep(
    string id, Artefact artefact, ArtefactStore store, Publisher publisher, Func<CancellationToken, Task<string>> sources) : IStep
{
    public string Id => id;

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => TimeSpan.FromMinutes(12);

    public string Describe() =>
        $"Publish {artefact.Service} {artefact.Version} ({ArtefactStore.Short(artefact.Digest)}) into its own folder.";

    public Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            var digest = store.DigestOf(artefact);
            var seen = new JsonObject { ["folder"] = store.FolderOf(artefact), ["digest"] = digest };
            var what = $"{artefact.Service} {artefact.Version}";
            return Task.FromResult<Observation>(digest switch
            {
                null => new(StepState.Pending, seen, $"{what} is not published yet."),
                _ when digest == artefact.Digest => new(StepState.Applied, seen, $"{what} is published."),
                _ => new(StepState.Torn, seen, $"{what} was made from other sources ({ArtefactStore.Short(digest)})."),
            });
        }
        catch (ReleaseException unreadable)
        {
            return Task.FromResult(new Observation(StepState.Torn, [], unreadable.Message));
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        if (store.IsThere(artefact))
        {
            return;
        }

        var now = await sources(cancellation);
        if (SourceDigest.Of(now, artefact.Service, artefact.Version) != artefact.Digest)
        {
            throw new ReleaseException(
                ExitStatus.Failed,
                $"The sources of {artefact.Service} are not those that {artefact.Version} was planned from.",
                "Check out the planned commit, or start a new run.");
        }

        await store.Add(artefact, await publisher.Publish(now, cancellation), cancellation);
    }

    /// <summary>Keeps the artefact: it is immutable, and a later run of the same version starts at once.</summary>
    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => Task.CompletedTask;
}
