using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Kong;

/// <summary>Traffic through Kong 3, with a database or without, or through the embedded gateway, which speaks the same interface.</summary>
public sealed record KongTrafficOptions : TrafficOptions, ICheckedOptions, INamesServices
{
    /// <summary>The value of <see cref="Admin"/> that means our own gateway.</summary>
    public const string Embedded = "embedded";

    /// <summary>Gets the address of the Admin API, or <c>embedded</c>.</summary>
    public string Admin { get; init; } = Embedded;

    /// <summary>Gets the address that callers use; required unless the gateway is embedded, which knows its own.</summary>
    public string? Proxy { get; init; }

    /// <summary>
    /// Gets the declarative file that a Kong without a database loads when it starts (<c>kong/kong.yml</c>), absolute or relative
    /// to the repository; null for a Kong with a database. Weights are changed in Kong and in this file, since a restart of
    /// Kong loads the file again.
    /// </summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a file such as \"kong/kong.yml\"")]
    public string? File { get; init; }

    /// <summary>
    /// Gets what becomes of Kong's retries while a candidate is judged: with its usual five a candidate's connection errors are
    /// tried again on stable, and hidden. <c>zero</c> sets them to 0 and puts them back at the end; <c>keep</c> leaves them.
    /// </summary>
    public CanaryRetries Retries { get; init; }

    /// <summary>
    /// Gets how long setting the weights or retries of one service may take, all its targets, calls and tries together; null for 5 s, or
    /// 45 s where there is a <see cref="File"/>, since Kong then loads everything anew. What was begun by a process that was killed is settled
    /// no earlier, so do not give it more than it needs.
    /// </summary>
    public TimeSpan? ShiftTimeout { get; init; }

    /// <summary>Gets the paths of services and their names in Kong; one that is not named gets everything (<c>/</c>).</summary>
    public IReadOnlyList<KongRouteOptions> Routes { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var isEmbedded = Admin == Embedded;
        if (!isEmbedded && !IsAddress(Admin))
        {
            yield return new("admin", $"expected \"embedded\" or an address such as \"http://localhost:8001\", found {OptionText.Found(Admin)}");
        }

        if (isEmbedded && Proxy is not null)
        {
            yield return new("proxy", "the embedded gateway knows its own address: remove this, or write Kong's address into \"admin\"", "admin");
        }

        if (!isEmbedded && Proxy is null)
        {
            yield return new("proxy", "missing: expected the address that callers use, such as \"http://localhost:8000\"", "admin");
        }

        if (Proxy is not null && !isEmbedded && !IsAddress(Proxy))
        {
            yield return new("proxy", $"expected an address such as \"http://localhost:8000\", found {OptionText.Found(Proxy)}");
        }

        if (isEmbedded && File is not null)
        {
            yield return new("file", "the embedded gateway keeps its entities itself: remove this, or write Kong's address into \"admin\"", "admin");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> services)
    {
        for (var i = 0; i < Routes.Count; i++)
        {
            if (Routes[i]?.Service is { } name && !services.Contains(name))
            {
                yield return new($"routes[{i}].service", $"there is no service {OptionText.Found(name)}. {OptionText.Hint(name, services)}");
            }
        }

        var (paths, upstreams) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var service in services)
        {
            var route = Routes.FirstOrDefault(route => route?.Service == service);
            var path = route?.Path ?? "/";
            if (!paths.TryAdd(path, service))
            {
                yield return new(
                    "routes", $"\"{paths[path]}\" and \"{service}\" would both get {path}: give each its own path, as in {{ \"service\": \"{service}\", \"path\": \"/{service}\" }}");
            }

            if (!upstreams.TryAdd(route?.Upstream ?? service, service))
            {
                yield return new("routes", $"\"{upstreams[route?.Upstream ?? service]}\" and \"{service}\" would share the upstream {route?.Upstream ?? service}, and with it their weights: name another");
            }
        }
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}

/// <summary>What becomes of Kong's retries during a canary.</summary>
public enum CanaryRetries
{
    /// <summary>They are 0 while a candidate is judged, and as before afterwards.</summary>
    Zero,

    /// <summary>They stay as they are: a candidate's connection errors may be hidden, so its own counters must count attempts.</summary>
    Keep,
}

/// <summary>The path of one service, and its names in Kong.</summary>
public sealed record KongRouteOptions
{
    /// <summary>Gets the service's name.</summary>
    public required string Service { get; init; }

    /// <summary>Gets the beginning of the path; it is passed on unchanged.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public required string Path { get; init; }

    /// <summary>Gets the name of Kong's upstream whose targets get the weights; null for the service's name.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._~-]{0,127}", ErrorMessage = "the name of an upstream such as \"cart\"")]
    public string? Upstream { get; init; }

    /// <summary>Gets the name of Kong's service, whose host is that upstream's name; null for the service's name.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._~-]{0,127}", ErrorMessage = "the name of a service in Kong such as \"cart\"")]
    public string? KongService { get; init; }
}
