using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Drivers.Compose;

/// <summary>Writes the environment of a stack and notes what it had to guess.</summary>
/// <remarks>
/// No platform here runs containers yet, so <c>platform</c> is left to be done: a file that claimed otherwise would be found
/// out only in the middle of a release.
/// </remarks>
internal sealed partial class Drafting(
    string file, string name, ComposeFile stack, IReadOnlyList<(ComposeService Of, string Name)> taken, List<string> lines)
{
    private const int ProxyPort = 8000;
    private const int AdminPort = 8001;
    private readonly List<string> _unfinished = [];

    public IReadOnlyList<string> Unfinished => _unfinished;

    public JObject Environment()
    {
        _unfinished.Add(
            $"platform: this version of Release runs .NET programs as processes; it does not release the containers of {file} yet. "
            + "Name the project of the program, or wait for the platform that does.");
        var services = new JArray(taken.Select(service => Service(service.Of, service.Name)));
        var traffic = Traffic();
        _unfinished.Add("gate.objectives: the limits are only proposals. Write what your callers were promised.");
        return new JObject
        {
            ["$schema"] = string.Concat(Enumerable.Repeat("../", name.Split('/').Length)) + ".nuke/environment.schema.json",
            ["name"] = name,
            ["services"] = services,
            ["platform"] = new JObject
            {
                ["type"] = "process",
                ["project"] = ".",
                ["bootTimeout"] = Boot(),
            },
            ["traffic"] = traffic,
            ["checks"] = new JArray(Checks()),
            ["backup"] = new JArray(new JObject { ["type"] = "git" }, new JObject { ["type"] = "images" }),
            ["smoke"] = new JArray(taken.Select(service => new JObject
            {
                ["id"] = Id(service.Name, "answers"),
                ["type"] = "http",
                ["service"] = service.Name,
                ["path"] = HealthPath(service.Of),
            })),
            ["gate"] = new JObject
            {
                ["metrics"] = new JObject
                {
                    ["type"] = "scrape",
                    ["requests"] = "http_requests_total",
                    ["errors"] = "http_request_errors_total",
                    ["duration"] = "http_request_duration_seconds",
                },
                ["objectives"] = new JArray(
                    new JObject { ["id"] = "error-rate", ["type"] = "errors", ["max"] = "1%" },
                    new JObject { ["id"] = "latency-p95", ["type"] = "latency", ["quantile"] = 0.95, ["max"] = "500ms" }),
            },
            ["unfinished"] = new JArray(_unfinished),
        };
    }

    private JObject Service(ComposeService service, string own)
    {
        var facts = new List<string>();
        var json = new JObject { ["name"] = own, ["health"] = HealthPath(service) };
        facts.Add(own == service.Name ? "the name" : $"the name as {own}");
        if (service.Health?.Path is { } path && IsPath().IsMatch(path))
        {
            facts.Add($"the health check as GET {path}");
        }
        else
        {
            _unfinished.Add($"services, {own}: /health is a guess, since {NoPath(service)}. Write the path that answers 200 when it may get traffic.");
        }

        json["metrics"] = "/metrics";
        _unfinished.Add($"services, {own}: compose does not say where its metrics and its version are. Write \"metrics\", \"version\" and the names in gate.metrics.");
        if (service.Image is { } image && IsImage().IsMatch(image))
        {
            json["image"] = image;
            facts.Add($"the image {image}");
        }
        else if (service.BuildContext is not null)
        {
            _unfinished.Add($"services, {own}: compose builds it and names no image{(service.Image is null ? "" : " that can be used")}. Write the \"image\" that you release.");
        }

        if (Port(service) is { } port)
        {
            json["port"] = port;
            facts.Add(string.Create(CultureInfo.InvariantCulture, $"the port {port}{(Published(service) is { } published ? $", reached at localhost:{published}" : "")}"));
        }

        lines.Add($"{service.Name}: taken over: {string.Join(", ", facts)}.");
        lines.AddRange(service.Notes.Select(note => $"{service.Name}: not taken over: {note}."));
        if (service.Kept.Count > 0)
        {
            lines.Add($"{service.Name}: stays in {file}: {string.Join(", ", service.Kept.Select(key => key.Length <= 40 ? key : key[..40]))}.");
        }

        return json;
    }

    private JObject Traffic()
    {
        var json = new JObject { ["type"] = "kong" };
        var kong = stack.Services.FirstOrDefault(service => KnownImages.IsKong(service.ImageName));
        int? OfKong(int target) => kong?.Ports.FirstOrDefault(port => port.Target == target)?.Published;
        if (OfKong(AdminPort) is { } admin && OfKong(ProxyPort) is { } proxy)
        {
            json["admin"] = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{admin}");
            json["proxy"] = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{proxy}");
        }
        else
        {
            json["admin"] = "embedded";
            _unfinished.Add(kong is null
                ? "traffic: no gateway was recognised, so the embedded one stands here. Write the addresses of your Kong into \"admin\" and \"proxy\"."
                : $"traffic: {kong.Name} does not publish ports {ProxyPort} and {AdminPort}, so the embedded gateway stands here. Write its addresses into \"admin\" and \"proxy\".");
        }

        json["steps"] = new JArray(10, 50, 100);
        if (taken.Count > 1)
        {
            json["routes"] = new JArray(taken.Select(service => new JObject { ["service"] = service.Name, ["path"] = $"/{service.Name}" }));
            _unfinished.Add("traffic.routes: the paths are guesses. Write those that the gateway has.");
        }

        return json;
    }

    // The release's own services answer over HTTP; of what they lean on it is enough that it listens.
    private IEnumerable<JObject> Checks()
    {
        foreach (var (service, own) in taken)
        {
            if (Published(service) is { } published && service.Health?.Path is { } path)
            {
                yield return new JObject
                {
                    ["id"] = Id(own, "health"),
                    ["type"] = "http",
                    ["url"] = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{published}{path}"),
                };
            }
        }

        var names = new HashSet<string>(taken.Select(service => Id(service.Name, "health")), StringComparer.Ordinal);
        foreach (var other in stack.Services.Where(service => service.Profiles.Count == 0 && taken.All(mine => mine.Of != service)))
        {
            var id = Id(NotPlain().Replace(other.Name.ToLowerInvariant(), "-").Trim('-'), "listens");
            if (other.Ports.FirstOrDefault(port => port.Published is not null)?.Published is { } port && IsId().IsMatch(id) && names.Add(id))
            {
                yield return new JObject { ["id"] = id, ["type"] = "tcp", ["host"] = "localhost", ["port"] = port };
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{other.Name}: a check sees whether it listens at localhost:{port}."));
            }
        }
    }

    private string Boot()
    {
        var longest = taken.Select(service => service.Of.Health?.Boot ?? TimeSpan.Zero).Max();
        return ValueText.Of(longest > TimeSpan.FromSeconds(10) ? longest : TimeSpan.FromSeconds(60));
    }

    private static string HealthPath(ComposeService service) => service.Health?.Path is { } path && IsPath().IsMatch(path) ? path : "/health";

    private static string NoPath(ComposeService service)
        => service.Health is null ? "compose has no health check of it"
            : $"its health check is no HTTP request to itself ({OptionText.Found(service.Health.Command)})";

    private static int? Port(ComposeService service) => service.Health?.Port ?? (service.Ports.Count > 0 ? service.Ports[0].Target : null);

    private static int? Published(ComposeService service)
        => Port(service) is { } port ? service.Ports.FirstOrDefault(other => other.Target == port)?.Published : null;

    private static string Id(string name, string what) => $"{name[..Math.Min(name.Length, 50)].TrimEnd('-')}-{what}";

    [GeneratedRegex(@"\A/(?!/)[!-~]{0,200}\z")]
    private static partial Regex IsPath();

    [GeneratedRegex(@"\A[a-z0-9][A-Za-z0-9._:/@-]{0,254}\z")]
    private static partial Regex IsImage();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex IsId();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotPlain();
}
