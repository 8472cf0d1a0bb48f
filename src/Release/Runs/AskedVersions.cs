using Release.Configuration;
using Release.Output;
using Release.Platforms;

namespace Release.Runs;

/// <summary>
/// The versions that a person asked for: one for every service (<c>3.0.1</c>), or one for each that is named
/// (<c>automation-service=3.0.1,ai-pipeline=1.1.0</c>). A service that is not named stays as it is.
/// </summary>
public sealed class AskedVersions
{
    private readonly string? _all;
    private readonly IReadOnlyDictionary<string, string> _each;

    private AskedVersions(string? all, IReadOnlyDictionary<string, string> each) => (_all, _each) = (all, each);

    /// <summary>Gets a value indicating whether services are named.</summary>
    public bool NamesServices => _all is null;

    /// <summary>Gets the versions as they were written, without the services.</summary>
    public IEnumerable<string> All => _all is null ? _each.Values : [_all];

    /// <summary>The version that was asked for of a service; null when it is to stay as it is.</summary>
    public string? Of(string service) => _all ?? _each.GetValueOrDefault(service);

    /// <summary>Whether a release has everything that was asked for.</summary>
    public bool IsIn(DeployedRelease release) => release.Version == _all
        || (_all is null
            ? _each.All(e => release.Of(e.Key)?.Artefact.Version == e.Value)
            : release.Instances.All(i => i.Artefact.Version == _all));

    /// <summary>Takes the text apart; whether each is a version is the caller's matter.</summary>
    /// <exception cref="ReleaseException">
    /// A service that there is not (the nearest name is said), one named twice, or both forms at once;
    /// <see cref="ExitStatus.Usage"/>.
    /// </exception>
    public static AskedVersions Of(string text, IReadOnlyList<ServiceOptions> services, string parameter = "--version")
    {
        if (!text.Contains('=', StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal))
        {
            return new(text, new Dictionary<string, string>());
        }

        var each = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var (service, version) = at < 0
                ? throw Refused(parameter, $"has \"{Shown(part)}\", a version without a service, among versions of services: which one it is for is not known")
                : (part[..at].Trim(), part[(at + 1)..].Trim());
            if (services.All(s => s.Name != service))
            {
                var near = Nearest.To(service, services.Select(s => s.Name));
                throw Refused(parameter, $"names the service \"{Shown(service)}\", and there is none{(near is null ? "" : $" (did you mean \"{near}\"?)")}: there is {string.Join(", ", services.Select(s => s.Name))}");
            }

            if (!each.TryAdd(service, version))
            {
                throw Refused(parameter, $"names {service} twice, as {Shown(each[service])} and as {Shown(version)}");
            }
        }

        return new(null, each);
    }

    /// <summary>
    /// What a release of these instances is called: their version where all have the same, else each service with its own, in
    /// the order of the configuration.
    /// </summary>
    public static string NameOf(IReadOnlyList<Instance> instances) => instances.Select(i => i.Artefact.Version).Distinct(StringComparer.Ordinal).ToList() is [var only]
        ? only
        : string.Join(',', instances.Select(i => $"{i.Artefact.Service}={i.Artefact.Version}"));

    private static string Shown(string text) => TerminalText.Line(text, 80);

    private static ReleaseException Refused(string parameter, string why) => new(
        ExitStatus.Usage,
        $"{parameter} {why}.",
        $"Give one version for all ({parameter} 1.2.0), or one for each service ({parameter} cart=1.2.0,search=2.0.1). Nothing was touched.");
}
