namespace Release.Drivers.Docker;

/// <summary>What an engine says about itself.</summary>
/// <param name="Engine">Its own version (<c>20.10.24</c>).</param>
/// <param name="Api">The newest API that it speaks (<c>1.41</c>).</param>
/// <param name="MinApi">The oldest that it accepts.</param>
/// <param name="Os">The system that its containers run on (<c>linux</c>).</param>
/// <param name="Architecture">The processor, in Go's words (<c>amd64</c>).</param>
/// <param name="Spoken">The API that this client speaks with it: the newest that both know.</param>
public sealed record EngineVersion(string Engine, Version Api, Version MinApi, string Os, string Architecture, Version Spoken)
{
    /// <summary>The newest API that this client knows: the oldest that current engines (29) still accept.</summary>
    internal static readonly Version Newest = new(1, 44);

    /// <summary>The oldest: that of Docker 19.03.</summary>
    internal static readonly Version Oldest = new(1, 40);

    internal static EngineVersion Read(EngineDocument document)
    {
        var api = ApiVersion(document, "ApiVersion");
        var minApi = document.OptionalText("MinAPIVersion") is { Length: > 0 } ? ApiVersion(document, "MinAPIVersion") : api;
        return new(
            document.Text("Version"), api, minApi, document.OptionalText("Os") ?? "", document.OptionalText("Arch") ?? "", api < Newest ? api : Newest);
    }

    private static Version ApiVersion(EngineDocument document, string name) =>
        Version.TryParse(document.Text(name), out var version) ? version : throw new FormatException($"{name} is no version");
}
