using System.ComponentModel.DataAnnotations;
using Release.Configuration;
using Release.Drivers.Docker;

namespace Release.Drivers.Compose;

/// <summary>
/// Services of a docker compose stack. Candidates are containers of their own, made from the running services' definitions;
/// what serves for good is compose's own service, recreated from the released image: docs/compose.md.
/// </summary>
public sealed record ComposePlatformOptions : PlatformOptions, ICheckedOptions, INamesServices
{
    /// <summary>Gets compose's name of the stack: the folder's name, unless somebody gave it another with <c>-p</c> or <c>COMPOSE_PROJECT_NAME</c>.</summary>
    [RegularExpression("[a-z0-9][a-z0-9_-]{0,62}", ErrorMessage = "compose's name of the stack: lower-case letters, digits, dashes and underscores")]
    public required string Project { get; init; }

    /// <summary>Gets the folder of the compose files, relative to the repository.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a folder")]
    public string Folder { get; init; } = ".";

    /// <summary>Gets the compose files in their order, relative to the folder, without the one that Release writes.</summary>
    [MinLength(1)]
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a file")]
    public IReadOnlyList<string> Files { get; init; } = ["docker-compose.yml"];

    /// <summary>
    /// Gets the compose file that Release writes when a version has taken over: its services run the released images and flags.
    /// Compose must always be given it last: in <c>COMPOSE_FILE</c>, say in the folder's <c>.env</c>.
    /// </summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,100}", ErrorMessage = "a file's name such as \"docker-compose.release.yml\"")]
    public string Override { get; init; } = "docker-compose.release.yml";

    /// <summary>Gets where the engine is: <c>unix:///path</c>, <c>tcp://host:port</c> or <c>ssh://user@host</c>.</summary>
    [MayHoldPlaceholders]
    public string Engine { get; init; } = DockerHost.Default;

    /// <summary>Gets the folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> for <c>tcp://</c> with TLS, absolute or relative to the repository; null for plain TCP.</summary>
    public string? Certificates { get; init; }

    /// <summary>Gets when a release has the engine fetch the image of a version. It asks the registry for its digest once, before the run, and that digest is what is fetched, started and promoted.</summary>
    public PullPolicy Pull { get; init; } = PullPolicy.Never;

    /// <summary>Gets how long fetching one image may take.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets as whom the engine fetches images; a registry that is not named is asked without a login.</summary>
    public IReadOnlyList<RegistryLoginOptions> Registries { get; init; } = [];

    /// <summary>Gets the network on which the router reaches the services; null for the first that a service is in.</summary>
    public string? Network { get; init; }

    /// <summary>Gets how this program reaches containers, for health and metrics.</summary>
    public ComposeReach Reach { get; init; } = ComposeReach.Bridge;

    /// <summary>Gets what is special about services; one that is not named has compose's name and no variables of its own.</summary>
    public IReadOnlyList<ComposeServiceOptions> Services { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Engine is not null && !Engine.Contains("${", StringComparison.Ordinal) && !DockerHost.TryParse(Engine, null, out _, out var problem))
        {
            yield return new("engine", $"{problem}, found {OptionText.Found(Engine)}");
        }

        foreach (var name in (Services ?? []).OfType<ComposeServiceOptions>().GroupBy(s => s.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return new("services", $"{OptionText.Found(name)} is there twice: put both into one");
        }

        foreach (var registry in (Registries ?? []).OfType<RegistryLoginOptions>().GroupBy(r => r.Registry, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return new("registries", $"{OptionText.Found(registry)} is there twice: keep one");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> services)
    {
        for (var i = 0; i < Services.Count; i++)
        {
            if (Services[i]?.Name is { } name && !services.Contains(name))
            {
                yield return new($"services[{i}].name", $"there is no service {OptionText.Found(name)}. {OptionText.Hint(name, services)}");
            }
        }
    }
}

/// <summary>What is special about one service of a compose stack.</summary>
public sealed record ComposeServiceOptions
{
    /// <summary>Gets the service's name in this file.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its name in the compose file; null when it is the same.</summary>
    [RegularExpression("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}", ErrorMessage = "the name of a service in the compose file")]
    public string? Service { get; init; }

    /// <summary>Gets variables that only candidates get (<c>CANARY_INSTANCE</c>).</summary>
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets feature flags: variables that a release sets. The candidate starts with them, and they stay with the version when
    /// it has taken over; taking the release back takes them back. No secrets: they stand in plans and records.
    /// </summary>
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();
}

/// <summary>When the engine is to fetch an image, in the words of compose's <c>pull_policy</c>.</summary>
public enum PullPolicy
{
    /// <summary>Never: a version whose image is not on the engine is refused.</summary>
    Never,

    /// <summary>When the engine does not have it. What it has under the version's name is used as it is.</summary>
    Missing,

    /// <summary>Its registry says what the version is, whatever the engine has; that is fetched unless it is there.</summary>
    Always,
}

/// <summary>How this program reaches containers.</summary>
public enum ComposeReach
{
    /// <summary>At their own addresses on the engine's bridge network: this program runs on the engine's machine.</summary>
    Bridge,

    /// <summary>At ports that the engine's machine offers: candidates get one that is free.</summary>
    Published,
}
