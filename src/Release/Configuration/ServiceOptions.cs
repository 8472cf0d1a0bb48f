using System.ComponentModel.DataAnnotations;

namespace Release.Configuration;

/// <summary>One program that is deployed and gets traffic.</summary>
public sealed record ServiceOptions
{
    /// <summary>Gets its name: lower-case letters, digits and dashes.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Name { get; init; }

    /// <summary>Gets the path that answers 200 when an instance may get traffic.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string Health { get; init; } = "/health";

    /// <summary>Gets the path whose JSON has the running <c>version</c>; null when there is none.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Version { get; init; }

    /// <summary>
    /// Gets the path under which callers have it at the gateway, where the gateway takes that off before it passes a request on
    /// (<c>/cart</c>): it is put before <see cref="Version"/> when that is asked through the gateway. Null where paths are the same
    /// on both sides.
    /// </summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Prefix { get; init; }

    /// <summary>Gets the path of its Prometheus text; null when it has none.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public string? Metrics { get; init; }

    /// <summary>
    /// Gets the container image that it runs (<c>ghcr.io/shop/cart:1.4.0</c>), or that a version of it is
    /// (<c>ghcr.io/shop/cart:{version}</c>); null when it runs none. Platform <c>process</c> does not read it.
    /// </summary>
    [RegularExpression("[a-z0-9][A-Za-z0-9._:/@{}-]{0,254}", ErrorMessage = "the name of an image such as \"ghcr.io/shop/cart:1.4.0\" or \"ghcr.io/shop/cart:{version}\"")]
    public string? Image { get; init; }

    /// <summary>Gets the port on which it listens in its container; null when it runs in none. Platform <c>process</c> chooses its own.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }
}

/// <summary>Where services run. Each platform driver has its own type.</summary>
public abstract record PlatformOptions
{
    /// <summary>Gets the driver's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets how long a candidate may take until it is healthy.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long the old version is kept running after a promotion. With <c>"0s"</c> it is retired at once: a rollback starts it again.</summary>
    [MayBeZero]
    public TimeSpan KeepStable { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets how long an instance may finish its requests before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>How traffic reaches the services. Each router driver has its own type.</summary>
public abstract record TrafficOptions
{
    /// <summary>Gets the driver's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the candidate's shares in percent, ascending, the last 100.</summary>
    [Range(1, 100)]
    public IReadOnlyList<int> Steps { get; init; } = [10, 50, 100];

    /// <summary>Gets the traffic to make where an environment has too little of its own; null for none.</summary>
    public SyntheticTrafficOptions? Synthetic { get; init; }

    /// <summary>Gets how long the observed split may take to become the requested one.</summary>
    public TimeSpan SplitTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Requests sent through the router while a candidate is judged.</summary>
public sealed record SyntheticTrafficOptions
{
    /// <summary>Gets requests per second, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public required int Rate { get; init; }

    /// <summary>Gets the HTTP method.</summary>
    [RegularExpression("[A-Z]{3,10}", ErrorMessage = "an HTTP method such as \"POST\"")]
    public string Method { get; init; } = "GET";

    /// <summary>Gets the path.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public required string Path { get; init; }

    /// <summary>Gets the body, sent as JSON; null for none.</summary>
    [MayBeEmpty]
    public string? Body { get; init; }
}
