using Release.Configuration;

namespace Release.Drivers.Kong;

/// <summary>Traffic through Kong (with a database), or through the embedded gateway, which speaks the same interface.</summary>
public sealed record KongTrafficOptions : TrafficOptions
{
    /// <summary>The value of <see cref="Admin"/> that means our own gateway.</summary>
    public const string Embedded = "embedded";

    /// <summary>Gets the address of the Admin API, or <c>embedded</c>.</summary>
    public string Admin { get; init; } = Embedded;

    /// <summary>Gets the address that callers use; required unless the gateway is embedded, which knows its own.</summary>
    public string? Proxy { get; init; }

    /// <summary>
    /// Gets how often Kong tries another target when one does not answer. By default never: Kong's own five would send a
    /// candidate's failed requests to stable and hide them.
    /// </summary>
    public int Retries { get; init; }

    /// <summary>Gets the paths of services; one that is not named gets everything (<c>/</c>).</summary>
    public IReadOnlyList<KongRouteOptions> Routes { get; init; } = [];
}

/// <summary>The path of one service.</summary>
public sealed record KongRouteOptions
{
    /// <summary>Gets the service's name.</summary>
    public required string Service { get; init; }

    /// <summary>Gets the beginning of the path; it is passed on unchanged.</summary>
    public required string Path { get; init; }
}
