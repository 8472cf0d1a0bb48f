using Release.Configuration;
using Release.Output;
using Release.Tools;

namespace Release.Probes;

/// <summary>What probes look with.</summary>
public sealed record ProbeContext
{
    /// <summary>Gets the repository's folder: relative paths of files are below it.</summary>
    public required string Root { get; init; }

    /// <summary>Gets the address that a probe's relative <c>path</c> is asked of (the candidate, the gateway); null for none.</summary>
    public Uri? BaseAddress { get; init; }

    /// <summary>Gets the values of <c>${…}</c>.</summary>
    public required Placeholders Placeholders { get; init; }

    /// <summary>Gets the secrets that no detail may hold.</summary>
    public required SecretMask Mask { get; init; }

    /// <summary>Gets what starts programs.</summary>
    public required Tool Tool { get; init; }

    /// <summary>Gets the clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Gets what tells the version of a service that is to be released; it gives null where none was asked for.</summary>
    public Func<string, string?> Releasing { get; init; } = _ => null;

    /// <summary>The full path of a file of the configuration.</summary>
    internal string FullPath(string path) => Path.GetFullPath(path, Path.GetFullPath(Root));
}
