using System.Text.Json.Nodes;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>
/// Makes sure that the image of a version is on the engine, and fetches it by its digest where that is allowed. Nothing is ever
/// built: what was tested elsewhere is what runs.
/// </summary>
internal sealed class ImageStep(string id, Artefact artefact, ComposeStack stack, ImageSource images) : EngineStep(id)
{
    public override StepSafety Safety => StepSafety.Keyed;

    public override TimeSpan Deadline => TimeSpan.FromSeconds(60) + (images.Fetches ? stack.Options.PullTimeout : TimeSpan.Zero);

    public override string Describe() => images.Fetches
        ? $"Have the image of {artefact.Service} {artefact.Version} ({artefact.Digest}) on the engine, fetched from its registry unless it is there."
        : $"See that the image of {artefact.Service} {artefact.Version} ({artefact.Digest}) is on the engine.";

    protected override async Task<Observation> Look(CancellationToken cancellation)
    {
        var image = await stack.Engine.Image(artefact.Digest, cancellation);
        var seen = new JsonObject { ["image"] = image?.Id, ["digest"] = artefact.Digest };
        if (image is not null)
        {
            return new(StepState.Applied, seen, $"The engine has it as {image.Id} ({image.Platform}, {image.Size / 1_000_000} MB).");
        }

        var (isOffered, detail) = await images.Look(artefact, cancellation);
        seen[Artefact.ToBeHad] = isOffered;
        return new(StepState.Pending, seen, $"The engine does not have {artefact.Digest}.{detail}");
    }

    public override async Task Apply(StepKey key, CancellationToken cancellation)
    {
        if (await stack.Engine.Image(artefact.Digest, cancellation) is null)
        {
            await images.Fetch(Id, artefact, cancellation);
        }
    }

    /// <summary>Keeps the image: it is what it is, and others may run on it.</summary>
    public override Task Undo(Before before, StepKey key, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Which image a version is.</summary>
internal static class ImageNames
{
    /// <summary>The reference that a container is made from: by the registry's digest, or where there is none by the image's id.</summary>
    public static string Digest(Image image, string reference) =>
        image.RepoDigests.FirstOrDefault(d => ComposeNames.Repository(d) == ComposeNames.Repository(reference)) ?? (image.RepoDigests is [var first, ..] ? first : image.Id);

    public static ReleaseException Missing(string service, string version, string reference, DockerHost host) => new(
        ExitStatus.Failed,
        $"{service} {version} cannot be released: the engine at {host} has no image {reference}, and a release neither builds nor fetches one. Nothing was changed.",
        reference.StartsWith("sha256:", StringComparison.Ordinal)
            ? "It was never in a registry: load it there again from where it was built (docker save, docker load)."
            : $"Get it there: docker -H {host} pull {reference}; or build it where you build, and load it. Then run the command again. (\"pull\": \"missing\" in the platform's section lets releases fetch.)");
}
