namespace Release.Gateway.Proxy;

/// <summary>What a service says about how requests are sent, in the types that the proxy works with.</summary>
internal sealed record ServiceSettings
{
    public required Upstream Upstream { get; init; }

    public required string Scheme { get; init; }

    /// <summary>Comes before the path of the request; empty or without a slash at its end.</summary>
    public required string Path { get; init; }

    /// <summary>How many more attempts may follow the first.</summary>
    public required int Retries { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>The longest silence between two reads or writes.</summary>
    public required TimeSpan SilenceTimeout { get; init; }

    /// <summary>The Host header that the upstream wants instead of the target's own.</summary>
    public required string? HostHeader { get; init; }
}

/// <summary>What a route matches, and the service behind it.</summary>
internal sealed record RouteSettings
{
    public required IReadOnlyList<string> Methods { get; init; }

    public required IReadOnlyList<string> Hosts { get; init; }

    public required bool StripsPath { get; init; }

    public required bool PreservesHost { get; init; }

    public required ServiceSettings Service { get; init; }
}
