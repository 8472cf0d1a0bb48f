using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Kong;

/// <summary>Traffic through Kong (with a database), or through the embedded gateway, which speaks the same interface.</summary>
public sealed record KongTrafficOptions : TrafficOptions, ICheckedOptions, INamesServices
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
    [Range(0, 32767)]
    public int Retries { get; init; }

    /// <summary>Gets the paths of services; one that is not named gets everything (<c>/</c>).</summary>
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

        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            var path = Routes.FirstOrDefault(route => route?.Service == service)?.Path ?? "/";
            if (!owners.TryAdd(path, service))
            {
                yield return new(
                    "routes", $"\"{owners[path]}\" and \"{service}\" would both get {path}: give each its own path, as in {{ \"service\": \"{service}\", \"path\": \"/{service}\" }}");
            }
        }
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}

/// <summary>The path of one service.</summary>
public sealed record KongRouteOptions
{
    /// <summary>Gets the service's name.</summary>
    public required string Service { get; init; }

    /// <summary>Gets the beginning of the path; it is passed on unchanged.</summary>
    [RegularExpression(OptionText.PathPattern, ErrorMessage = OptionText.Path)]
    public required string Path { get; init; }
}
