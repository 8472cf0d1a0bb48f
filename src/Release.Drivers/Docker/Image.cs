namespace Release.Drivers.Docker;

/// <summary>An image that the engine has.</summary>
/// <param name="Id">Its id (<c>sha256:…</c>): what it consists of, and nothing else.</param>
/// <param name="RepoTags">Its names (<c>app:1.2.0</c>).</param>
/// <param name="RepoDigests">Where registries have it (<c>registry/app@sha256:…</c>); empty when it was neither pushed nor pulled.</param>
/// <param name="Size">What it takes on disk, in bytes, its layers counted whole.</param>
/// <param name="Os">The system it is for (<c>linux</c>).</param>
/// <param name="Architecture">The processor it is for, in Go's words (<c>amd64</c>).</param>
/// <param name="Variant">The processor's variant (<c>v8</c>), or null.</param>
/// <param name="Created">When it was built, as its builder says; null where it does not say.</param>
/// <param name="Labels">Its labels.</param>
public sealed record Image(
    string Id,
    IReadOnlyList<string> RepoTags,
    IReadOnlyList<string> RepoDigests,
    long Size,
    string Os,
    string Architecture,
    string? Variant,
    DateTimeOffset? Created,
    IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Gets what a container of it gets where nobody says otherwise: the engine's <c>Config</c>.</summary>
    public System.Text.Json.Nodes.JsonObject Config { get; init; } = [];

    /// <summary>Gets the platform as <c>--platform</c> has it (<c>linux/arm64/v8</c>).</summary>
    public string Platform => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    internal static Image Read(EngineDocument document) => new(
        document.Text("Id"),
        document.Texts("RepoTags"),
        document.Texts("RepoDigests"),
        document.Number("Size"),
        document.OptionalText("Os") ?? "",
        document.OptionalText("Architecture") ?? "",
        document.OptionalText("Variant") is { Length: > 0 } variant ? variant : null,
        document.Time("Created"),
        document.OptionalDocument("Config") is { } config ? config.TextByName("Labels") : new Dictionary<string, string>())
    {
        Config = document.OptionalDocument("Config")?.Json ?? [],
    };
}

/// <summary>An image of a list.</summary>
/// <param name="Id">Its id (<c>sha256:…</c>).</param>
/// <param name="RepoTags">Its names; empty for one without.</param>
/// <param name="Labels">Its labels.</param>
public sealed record ImageSummary(string Id, IReadOnlyList<string> RepoTags, IReadOnlyDictionary<string, string> Labels)
{
    internal static ImageSummary Read(EngineDocument document) => new(
        document.Text("Id"),
        [.. document.Texts("RepoTags").Where(tag => tag != "<none>:<none>")],
        document.TextByName("Labels"));
}

/// <summary>An image as a registry has it.</summary>
/// <param name="Digest">What it is pinned by (<c>sha256:…</c>): that of the list where there are several platforms.</param>
/// <param name="Platforms">The platforms that it is there for (<c>linux/arm64/v8</c>).</param>
public sealed record ImageDistribution(string Digest, IReadOnlyList<string> Platforms)
{
    /// <summary>Whether it is there for a system and processor, in whatever variant; a registry that does not say has it for all.</summary>
    public bool IsFor(string os, string architecture) =>
        !Platforms.Any(IsSaid) || Platforms.Any(platform => platform == $"{os}/{architecture}" || platform.StartsWith($"{os}/{architecture}/", StringComparison.Ordinal));

    // What a builder attests stands in a list as unknown/unknown.
    private static bool IsSaid(string platform) => platform.Split('/') is [{ Length: > 0 } os, { Length: > 0 }, ..] && os != "unknown";

    internal static ImageDistribution Read(EngineDocument document) => new(
        document.Document("Descriptor").Text("digest"),
        [.. document.Documents("Platforms").Select(platform =>
            $"{platform.OptionalText("os")}/{platform.OptionalText("architecture")}{(platform.OptionalText("variant") is { Length: > 0 } variant ? $"/{variant}" : "")}")]);
}
