using System.Text.Json.Nodes;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>
/// The program on the stack: an environment of two of its services, what serves adopted, and traffic of other people's
/// throughout. What a scenario must end with is compared with how it began.
/// </summary>
internal sealed class ReleaseOnStack : IAsyncDisposable
{
    public const string Environment = "opsconductor";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);
    private static readonly IReadOnlyList<SampleService> Released = [.. OpsConductorImages.Services.Take(2)];

    private readonly RootFolder _root;
    private readonly List<Ended> _ended = [];

    private ReleaseOnStack(OpsConductor stack, RootFolder root)
    {
        (Stack, _root) = (stack, root);
        Load = new(stack.Proxy, [.. Released.Select(service => service.Path)]);
    }

    public OpsConductor Stack { get; }

    public OutsideLoad Load { get; }

    /// <summary>Gets what there was on the engine when the scenario began.</summary>
    public IReadOnlyList<string> Before { get; private init; } = [];

    private string Journal => Path.Combine(_root.Folder, ".release", Environment, "journal.jsonl");

    /// <summary>The stack as at the start, with what serves adopted.</summary>
    public static async Task<ReleaseOnStack> Begin(TheClone clone, DockerStack docker, StackSettings? settings = null)
    {
        settings ??= new();
        await docker.Stack.Reset(settings.AutomationServices);
        var root = await RootFolder.Create(clone.It, new Settings());
        await File.WriteAllTextAsync(Path.Combine(root.Folder, "environments", $"{Environment}.json"), Configuration(docker.Stack, settings).ToJsonString());
        await RootFolder.Commit(root.Folder, "OpsConductor");
        var begun = new ReleaseOnStack(docker.Stack, root) { Before = await docker.Stack.Inventory() };
        await begun.Must("Adopt", "--reason", "it serves");
        if (settings.AsksPrometheus)
        {
            await Eventually.Holds("Prometheus has seen every service", Longest, docker.Stack.IsScraped);
        }

        return begun;
    }

    /// <summary>Both services to their candidates, or the first to a version of the test's choice.</summary>
    public Command Promote(string? version = null) =>
        Start("Promote", "--version", version ?? string.Join(',', Released.Select(service => $"{service.Name}={service.Candidate}")));

    public Command Start(params IReadOnlyList<string> arguments) => _root.Start([.. arguments, "--env", Environment, "--no-input"]);

    public async Task<Ended> End(Command command)
    {
        var ended = await command.End(Longest);
        _ended.Add(ended);
        return ended;
    }

    public async Task<Ended> Must(params IReadOnlyList<string> arguments) => ShouldEndWith(0, await End(Start(arguments)));

    /// <summary>The exit code, and on failure all that a person needs.</summary>
    public Ended ShouldEndWith(int exitCode, Ended ended)
    {
        ended.ExitCode.ShouldBe(exitCode, string.Join('\n', _ended.TakeLast(3)));
        ended.Everything.ShouldNotContain("   at Release.");
        return ended;
    }

    /// <summary>Waits until the journal has a step's outcome; a command that ends before is shown with all that it said.</summary>
    public async Task Reaches(string step, Command command)
    {
        await Eventually.Holds($"the journal has {step}", Longest, () => command.HasExited || HasApplied(step));
        if (!HasApplied(step))
        {
            throw new InvalidOperationException($"It ended before {step}.\n{await End(command)}");
        }
    }

    /// <summary>The versions that answer through the gateway, by service.</summary>
    public async Task<string> Serving()
    {
        using var http = new HttpClient { BaseAddress = Stack.Proxy };
        var answers = new List<string>();
        foreach (var service in Released)
        {
            var info = JsonNode.Parse(await http.GetStringAsync(new Uri($"{service.Path}/health/info", UriKind.Relative)))!;
            answers.Add($"{service.Name}={info["version"]!.GetValue<string>()}");
        }

        return string.Join(',', answers);
    }

    /// <summary>Nobody noticed anything.</summary>
    public async Task NoRequestFailed()
    {
        await Load.Stop();
        Load.Sent.ShouldBeGreaterThan(100);
        Load.Failures.ShouldBeEmpty();
    }

    /// <summary>The old versions serve, and nothing of the new ones is left.</summary>
    public async Task ShouldBeAsBefore()
    {
        (await Serving()).ShouldBe(string.Join(',', Released.Select(service => $"{service.Name}={service.Stable}")));
        (await Stack.Inventory()).ShouldBe(Before);
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        await _root.DisposeAsync();
    }

    private bool HasApplied(string step)
    {
        var tail = new JournalTail(Journal);
        _ = tail.Grew();
        return tail.Records.Any(record => record["type"]?.GetValue<string>() == "step-applied" && record["step"]?.GetValue<string>() == step);
    }

    // A hundred calls at 10 % miss the candidate once in 40,000 times.
    private static JsonObject BothAnswer() => new()
    {
        ["id"] = "both-answer",
        ["type"] = "mixed",
        ["at"] = "canary",
        ["calls"] = 100,
        ["rate"] = 50,
        ["timeout"] = "60s",
        ["kinds"] = new JsonArray(new JsonObject { ["path"] = $"{Released[0].Path}/health/info" }),
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

    private static JsonObject Configuration(OpsConductor stack, StackSettings settings) => new()
    {
        ["name"] = Environment,
        ["services"] = new JsonArray([.. Released.Select(service => (JsonNode)new JsonObject
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
            ["steps"] = new JsonArray([.. settings.Steps.Select(step => (JsonNode)step)]),
            ["routes"] = new JsonArray([.. Released.Select(service => (JsonNode)new JsonObject { ["service"] = service.Name, ["path"] = service.Path })]),
        },
        ["checks"] = new JsonArray(
            new JsonObject { ["id"] = "stack", ["type"] = "container", ["expect"] = new JsonArray("redis", "prometheus", "kong"), ["candidates"] = false, ["timeout"] = "60s" },
            Images(settings.Registry is null)),
        ["smoke"] = new JsonArray([new JsonObject { ["id"] = "logs", ["type"] = "logs", ["timeout"] = "60s" }, .. settings.Steps[0] < 100 ? [BothAnswer()] : Array.Empty<JsonNode>()]),
        ["gate"] = new JsonObject
        {
            ["metrics"] = settings.AsksPrometheus ? Prometheus(stack) : new JsonObject { ["type"] = "scrape" },
            ["tick"] = settings.AsksPrometheus ? "1s" : "500ms",
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
