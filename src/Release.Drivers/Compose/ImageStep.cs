using System.Text.Json.Nodes;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Makes sure that the image of a version is on the engine. Nothing is ever built or fetched: what was tested elsewhere is what runs.</summary>
internal sealed class ImageStep(string id, Artefact artefact, ComposeStack stack) : IStep
{
    public string Id => id;

    public StepSafety Safety => StepSafety.Keyed;

    public TimeSpan Deadline => TimeSpan.FromSeconds(60);

    public string Describe() => $"See that the image of {artefact.Service} {artefact.Version} ({artefact.Digest}) is on the engine.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            var image = await stack.Engine.Image(artefact.Digest, cancellation);
            var seen = new JsonObject { ["image"] = image?.Id, ["digest"] = artefact.Digest };
            return image is null
                ? new(StepState.Pending, seen, $"The engine does not have {artefact.Digest}.")
                : new(StepState.Applied, seen, $"The engine has it as {image.Id} ({image.Platform}, {image.Size / 1_000_000} MB).");
        }
        catch (DockerException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        if (await stack.Engine.Image(artefact.Digest, cancellation) is null)
        {
            throw ImageNames.Missing(artefact.Service, artefact.Version, artefact.Digest, stack.Engine.Host);
        }
    }

    /// <summary>Keeps the image: it is what it is, and others may run on it.</summary>
    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Which image a version is.</summary>
internal static class ImageNames
{
    /// <summary>The reference that a container is made from: by the registry's digest, or where there is none by the image's id.</summary>
    public static string Digest(Image image, string reference) =>
        image.RepoDigests.FirstOrDefault(d => ComposeNames.Repository(d) == ComposeNames.Repository(reference)) ?? (image.RepoDigests is [var first, ..] ? first : image.Id);

    public static ReleaseException Missing(string service, string version, string reference, DockerHost host) => new(
        ExitStatus.Failed,
        $"{service} {version} cannot be released: the engine at {host} has no image {reference}, and a release neither builds nor fetches one.",
        reference.StartsWith("sha256:", StringComparison.Ordinal)
            ? "It was never in a registry: load it there again from where it was built (docker save, docker load)."
            : $"Get it there: docker -H {host} pull {reference}; or build it where you build, and load it. Then run the command again.");
}
