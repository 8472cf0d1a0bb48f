using System.Text.Json;

namespace Release.Sample;

/// <summary>
/// Which service and version this artefact is: <c>release.json</c> beside the program, put there by whoever built the
/// artefact, so that a version is a property of the files and not of how they were started.
/// </summary>
internal sealed record ArtefactIdentity(string Service, string Version)
{
    public static readonly ArtefactIdentity Development = new("ping", "0.0.0-dev");

    /// <exception cref="InvalidDataException">The file exists but does not name a service and a version.</exception>
    public static ArtefactIdentity Read(string folder)
    {
        var path = Path.Combine(folder, "release.json");
        if (!File.Exists(path))
        {
            return Development;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && Text(document.RootElement, "service") is { } service
                && Text(document.RootElement, "version") is { } version
                ? new ArtefactIdentity(service, version)
                : throw new InvalidDataException($"{path}: must be {{\"service\":\"…\",\"version\":\"…\"}}");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: is not JSON: {error.Message}", error);
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
