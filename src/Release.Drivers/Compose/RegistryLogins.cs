using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Nodes;
using Release.Configuration;

namespace Release.Drivers.Compose;

/// <summary>As whom the engine fetches images from one registry.</summary>
public sealed record RegistryLoginOptions
{
    /// <summary>Gets the registry as images name it: a host, with its port where they have one; <c>docker.io</c> for names without one.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?", ErrorMessage = "a registry as images name it, such as \"registry.example:5000\"")]
    public required string Registry { get; init; }

    /// <summary>Gets the user.</summary>
    [MayHoldPlaceholders]
    public required string User { get; init; }

    /// <summary>Gets the password or token, as a reference (<c>"${env:REGISTRY_TOKEN}"</c>).</summary>
    [MayHoldPlaceholders]
    public required string Password { get; init; }
}

/// <summary>
/// Logins to registries as <c>X-Registry-Auth</c> has them. They go to the engine with the one call that needs them and are kept
/// nowhere: not by the engine, and not in Docker's own file.
/// </summary>
internal sealed class RegistryLogins(IReadOnlyList<RegistryLoginOptions> options, Func<string, string> resolve)
{
    private const string Hub = "docker.io";

    /// <summary>The login for an image's registry; null for none.</summary>
    public string? For(string reference)
    {
        if (options.FirstOrDefault(login => string.Equals(login.Registry, Registry(reference), StringComparison.OrdinalIgnoreCase)) is not { } login)
        {
            return null;
        }

        var json = new JsonObject
        {
            ["username"] = resolve(login.User),
            ["password"] = resolve(login.Password),
            ["serveraddress"] = login.Registry == Hub ? "https://index.docker.io/v1/" : login.Registry,
        };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString())).Replace('+', '-').Replace('/', '_');
    }

    /// <summary>
    /// The registry of a reference. A first part without dot and port is no host but a part of the name, by Docker's rule
    /// (https://github.com/distribution/reference, <c>splitDockerDomain</c>).
    /// </summary>
    public static string Registry(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : reference[..slash];
        return first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper) ? first
            : Hub;
    }
}
