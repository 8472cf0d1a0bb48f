using System.Text.Json.Nodes;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>The environment of a scenario: two of the stack's services, with a gate that a busy host does not disturb.</summary>
internal static class StackEnvironment
{
    public static IReadOnlyList<SampleService> Services { get; } = [.. OpsConductorImages.Services.Take(2)];

    /// <summary>Puts it into a repository.</summary>
    public static Task Write(RootFolder root, OpsConductor stack, StackSettings settings) =>
        File.WriteAllTextAsync(Path.Combine(root.Folder, "environments", $"{ReleaseOnStack.Environment}.json"), Of(stack, settings).ToJsonString());

    // A hundred calls at 10 % miss the candidate once in 40,000 times.
    private static JsonObject BothAnswer() => new()
    {
        ["id"] = "both-answer",
        ["type"] = "mixed",
        ["at"] = "canary",
        ["calls"] = 100,
        ["rate"] = 50,
        ["timeout"] = "60s",
        ["kinds"] = new JsonArray(new JsonObject { ["path"] = $"{Services[0].Path}/health/info" }),
        ["variant"] = "$.version",
        ["leastVariants"] = 2,
    };

    // How large an image is, is seen on the engine only.
    private static JsonObject Images(bool areOnTheEngine)
    {
        var check = new JsonObject { ["id"] = "images", ["type"] = "image", ["timeout"] = "60s" };
        if (areOnTheEngine)
        {
            check["maxSize"] = "1GB";
        }

        return check;
    }

    // As the stack's Prometheus labels whatever carries the sample's label.
    private static JsonObject Prometheus(OpsConductor stack) => new()
    {
        ["type"] = "prometheus",
        ["url"] = stack.Prometheus.ToString().TrimEnd('/'),
        ["match"] = new JsonObject { ["service"] = "{service}", ["version"] = "{version}" },
    };

    private static JsonObject Of(OpsConductor stack, StackSettings settings) => new()
    {
        ["name"] = ReleaseOnStack.Environment,
        ["services"] = new JsonArray([.. Services.Select(service => (JsonNode)new JsonObject
        {
            ["name"] = service.Name,
            ["image"] = (settings.Registry is var (registry, _) ? registry + "/" : "") + service.Image("{version}"),
            ["port"] = service.Port,
            ["health"] = "/health",
            ["version"] = $"{service.Path}/health/info",
            ["metrics"] = "/metrics",
        })]),
        ["platform"] = new JsonObject
        {
            ["type"] = "compose",
            ["project"] = OpsConductor.Project,
            ["folder"] = stack.Folder,
            ["engine"] = stack.Engine.Address,
            ["bootTimeout"] = settings.BootTimeout,
            ["keepStable"] = settings.KeepStable,
            ["pull"] = settings.Registry is null ? "never" : "missing",
            ["registries"] = new JsonArray(settings.Registry is var (name, password) ? [new JsonObject { ["registry"] = name, ["user"] = RegistryServer.User, ["password"] = $"${{file:{password}}}" }] : []),
        },
        ["traffic"] = new JsonObject
        {
            ["type"] = "kong",
            ["admin"] = stack.Admin.ToString().TrimEnd('/'),
            ["proxy"] = stack.Proxy.ToString().TrimEnd('/'),
            ["splitTimeout"] = "3m",

            // A gateway that shares two cores with all other tests may take seconds for one call.
            ["shiftTimeout"] = "20s",
            ["steps"] = new JsonArray([.. settings.Steps.Select(step => (JsonNode)step)]),
            ["routes"] = new JsonArray([.. Services.Select(service => (JsonNode)new JsonObject { ["service"] = service.Name, ["path"] = service.Path })]),
        },
        ["checks"] = new JsonArray(
            new JsonObject { ["id"] = "stack", ["type"] = "container", ["expect"] = new JsonArray("redis", "prometheus", "kong"), ["candidates"] = false, ["timeout"] = "60s" },
            Images(settings.Registry is null)),
        ["smoke"] = new JsonArray([new JsonObject { ["id"] = "logs", ["type"] = "logs", ["timeout"] = "60s" }, .. settings.Steps[0] < 100 ? [BothAnswer()] : Array.Empty<JsonNode>()]),
        ["gate"] = new JsonObject
        {
            ["metrics"] = settings.AsksPrometheus ? Prometheus(stack) : new JsonObject { ["type"] = "scrape" },
            ["tick"] = settings.AsksPrometheus ? "2s" : "500ms",
            ["warmUp"] = "0s",
            ["stepDuration"] = new JsonObject { ["min"] = settings.Step, ["max"] = "3m" },
            ["maxUnavailable"] = settings.MaxUnavailable,

            // Wide enough that a busy host is not taken for a regression, and that a handful of requests shows them kept.
            ["alpha"] = 1e-6,
            ["objectives"] = new JsonArray(
                new JsonObject { ["id"] = "error-rate", ["type"] = "errors", ["max"] = "25%" },
                new JsonObject { ["id"] = "latency-p95", ["type"] = "latency", ["quantile"] = 0.75, ["max"] = "1000ms", ["compare"] = false }),
        },
    };
}

/// <summary>How a scenario's environment differs.</summary>
internal sealed record StackSettings
{
    public int[] Steps { get; init; } = [10, 50, 100];

    // The host is busy with other tests: a container whose program has not begun to listen is slow, not sick.
    public string BootTimeout { get; init; } = "2m";

    public string KeepStable { get; init; } = "10m";

    public int AutomationServices { get; init; } = 1;

    /// <summary>Gets the registry that has the versions to come, and the file with its password; null where the engine has them.</summary>
    public (string Name, string PasswordFile)? Registry { get; init; }

    /// <summary>Gets the shortest traffic step.</summary>
    public string Step { get; init; } = "500ms";

    /// <summary>Gets how long the metrics may be away.</summary>
    public string MaxUnavailable { get; init; } = "60s";

    /// <summary>Gets a value indicating whether the gate reads the stack's Prometheus rather than the containers themselves.</summary>
    public bool AsksPrometheus { get; init; }
}
