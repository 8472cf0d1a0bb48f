using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Docker.Probes;

/// <summary>
/// An image is on the engine, and as it should be: by default those of the versions that are to be released, by the
/// services' <c>image</c>.
/// </summary>
public sealed record ImageProbeOptions : EngineProbeOptions
{
    /// <summary>Gets the image (<c>ghcr.io/shop/cart:1.4.0</c>); null for those of the versions that are to be released.</summary>
    [MayHoldPlaceholders]
    public string? Image { get; init; }

    /// <summary>Gets what it must be: the digest that its registry has it by, or its id; null for any.</summary>
    [RegularExpression("sha256:[0-9a-f]{64}", ErrorMessage = "a digest: \"sha256:\" and 64 hexadecimal digits")]
    public string? Digest { get; init; }

    /// <summary>Gets how large it may be, its layers counted whole (<c>"500MB"</c>); null for any size.</summary>
    [ValueForm(ValueForms.Size)]
    public string? MaxSize { get; init; }

    /// <summary>
    /// Gets the platforms that it must be there for (<c>linux/amd64</c>); empty for the engine's own. The engine has an image
    /// for one platform only: whether its registry has others is asked there.
    /// </summary>
    [OneOrMany]
    [RegularExpression("[a-z0-9]+/[a-z0-9_]+(/v[0-9]+)?", ErrorMessage = "a platform such as \"linux/amd64\" or \"linux/arm64/v8\"")]
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>Gets how long ago it may have been built; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }
}
