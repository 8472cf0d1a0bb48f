namespace Release.Drivers.Docker;

/// <content>Images.</content>
public sealed partial class DockerEngine
{
    /// <summary>The image of this name, digest or id, if the engine has it; registries are not asked.</summary>
    /// <param name="reference"><c>app:1.2.0</c>, <c>registry/app@sha256:…</c> or <c>sha256:…</c>.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public Task<Image?> Image(string reference, CancellationToken cancellation) =>
        Find($"images/{Reference(reference)}/json", Docker.Image.Read, cancellation);

    /// <summary>The images with all of these labels.</summary>
    /// <param name="labels">Names and values; a null value asks only that there is such a label.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public Task<IReadOnlyList<ImageSummary>> Images(IReadOnlyDictionary<string, string?> labels, CancellationToken cancellation) =>
        List($"images/json?filters={LabelFilter(labels)}", ImageSummary.Read, cancellation);

    /// <summary>What the image's registry has; null when it has none of this name. The engine asks it.</summary>
    /// <param name="reference"><c>registry/app:1.2.0</c> or <c>registry/app@sha256:…</c>.</param>
    /// <param name="login">The registry's login as <c>X-Registry-Auth</c> has it (base64url of a JSON object), or null.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer of the engine, or a refusal: also the registry's, in its words and with the engine's status.</exception>
    public Task<ImageDistribution?> Distribution(string reference, string? login, CancellationToken cancellation) =>
        Find($"distribution/{Reference(reference)}/json", ImageDistribution.Read, cancellation, login);

    /// <summary>Gives an image another name; a name that another image had moves.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="repository">The name before the colon.</param>
    /// <param name="tag">The name behind it.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal: 404 when there is no such image.</exception>
    public Task Tag(string reference, string repository, string tag, CancellationToken cancellation) => Change(
        HttpMethod.Post,
        $"images/{Reference(reference)}/tag?repo={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tag)}",
        null,
        Changing,
        cancellation,
        done: [201]);

    /// <summary>
    /// Takes a name away; with its last name goes the image, unless a container uses it. No error when there is none.
    /// </summary>
    /// <exception cref="DockerException">No answer, or a refusal: 409 when it is the last name and a container runs on it.</exception>
    public Task Untag(string reference, CancellationToken cancellation) =>
        Change(HttpMethod.Delete, $"images/{Reference(reference)}?noprune=1", null, Changing, cancellation, done: [200], expected: [404]);

    // The colon of a tag and the at sign of a digest stay readable: the engine takes both as they are.
    private static string Reference(string reference) =>
        Part(reference).Replace("%3A", ":", StringComparison.Ordinal).Replace("%40", "@", StringComparison.Ordinal);
}
