namespace Release.Drivers.Compose;

/// <summary>A service of a compose file, as far as a release can use it.</summary>
/// <param name="Name">Its name in compose.</param>
/// <param name="Line">Where it stands in the file, from 1.</param>
internal sealed record ComposeService(string Name, int Line)
{
    /// <summary>Gets the image, with the defaults of its variables; null when there is none, or only a build makes it.</summary>
    public string? Image { get; init; }

    /// <summary>Gets the folder that compose builds it from; null when it does not.</summary>
    public string? BuildContext { get; init; }

    /// <summary>Gets its TCP ports.</summary>
    public IReadOnlyList<ComposePort> Ports { get; init; } = [];

    /// <summary>Gets its health check; null when compose has none.</summary>
    public ComposeHealth? Health { get; init; }

    /// <summary>Gets the profiles that it is only started with.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Gets its other keys, which stay in the compose file.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Gets what could not be read, one clause each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets the image's own name: <c>postgres</c> of <c>docker.io/library/postgres:16</c>.</summary>
    public string ImageName => Image is null ? "" : Image[(Image.LastIndexOf('/') + 1)..].Split('@', ':')[0];
}
