using Release.Configuration;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>Finds out which version a container runs: by our label, by what the service says, by its image's label or tag.</summary>
/// <param name="stack">The stack.</param>
/// <param name="ask">Asks a service's version path; null when it does not say.</param>
internal sealed class RunningVersion(ComposeStack stack, Func<Uri, CancellationToken, Task<string?>> ask)
{
    private const string OfImage = "org.opencontainers.image.version";

    public async Task<Instance> Of(ServiceOptions service, Container container, CancellationToken cancellation)
    {
        if (container.Labels.GetValueOrDefault(ComposeLabels.Environment) == stack.Context.Environment
            && container.Labels.GetValueOrDefault(ComposeLabels.Instance) is { } id
            && container.Labels.GetValueOrDefault(ComposeLabels.Version) is { } labelled
            && container.Labels.GetValueOrDefault(ComposeLabels.Digest) is { } digest)
        {
            return new(id, new(service.Name, labelled, digest), []);
        }

        var version = await Said(service, container, cancellation)
            ?? container.Labels.GetValueOrDefault(OfImage)
            ?? (ComposeNames.Tag(container.ImageReference) is { } tag and not "latest" ? tag : null)
            ?? throw new ReleaseException(
                ExitStatus.Failed,
                $"Which version of {service.Name} runs in {container.Name} is not to be found out: neither {(service.Version is null ? "a version path" : service.Version)} nor a label {OfImage} nor a tag of its image {container.ImageReference} says it.",
                $"Write \"version\" beside the service (a path whose JSON has \"version\"), or let compose run an image with a tag.");
        var image = await stack.Engine.Image(container.Image, cancellation);
        return new(ComposeNames.AdoptedId(service.Name, version, container.Image), new(service.Name, version, image is null ? container.Image : ImageNames.Digest(image, container.ImageReference)), []);
    }

    private async Task<string?> Said(ServiceOptions service, Container container, CancellationToken cancellation) =>
        service.Version is { } path && stack.Address(service.Name, container).Reached is { Length: > 0 } reached
            ? await ask(new Uri($"http://{reached}{path}"), cancellation)
            : null;
}
