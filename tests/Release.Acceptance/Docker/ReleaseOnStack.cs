using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Xunit.Abstractions;

namespace Release.Acceptance.Docker;

/// <summary>
/// The program on the stack: an environment of two of its services, what serves adopted, and traffic of other people's
/// throughout. What a scenario must end with is compared with how it began.
/// </summary>
internal sealed class ReleaseOnStack : IAsyncDisposable
{
    public const string Environment = "opsconductor";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);
    private static readonly IReadOnlyList<SampleService> Released = [.. OpsConductorImages.Services.Take(2)];

    private readonly ITestOutputHelper _output;
    private readonly RootFolder _root;
    private readonly List<Ended> _ended = [];

    private ReleaseOnStack(OpsConductor stack, RootFolder root, ITestOutputHelper output)
    {
        (Stack, _root, _output) = (stack, root, output);
        Load = new(stack.Proxy, [.. Released.Select(service => service.Path)]);
    }

    public OpsConductor Stack { get; }

    public OutsideLoad Load { get; }

    /// <summary>Gets what there was on the engine when the scenario began.</summary>
    public IReadOnlyList<string> Before { get; private init; } = [];

    private string Journal => Path.Combine(_root.Folder, ".release", Environment, "journal.jsonl");

    /// <summary>The stack as at the start, with what serves adopted.</summary>
    public static async Task<ReleaseOnStack> Begin(TheClone clone, DockerStack docker, ITestOutputHelper output, StackSettings? settings = null)
    {
        settings ??= new();
        await docker.Stack.Reset(settings.AutomationServices);
        var root = await RootFolder.Create(clone.It, new Settings());
        await File.WriteAllTextAsync(Path.Combine(root.Folder, "environments", $"{Environment}.json"), Configuration(docker.Stack, settings).ToJsonString());
        await RootFolder.Commit(root.Folder, "OpsConductor");
        var begun = new ReleaseOnStack(docker.Stack, root, output) { Before = await docker.Stack.Inventory() };
        await begun.Must("Adopt", "--reason", "it serves");
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
        if (ended.ExitCode != exitCode)
        {
            _output.WriteLine(string.Join('\n', _ended.TakeLast(3)));
        }

        ended.ExitCode.ShouldBe(exitCode, ended.LastLine);
        ended.Everything.ShouldNotContain("   at Release.");
        return ended;
    }

    /// <summary>Waits until the journal has a step's outcome.</summary>
    public Task Reaches(string step) => Eventually.Holds($"the journal has {step}", Longest, () => HasApplied(step));

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

    private static JsonObject Configuration(OpsConductor stack, StackSettings settings) => new()
    {
        ["name"] = Environment,
        ["services"] = new JsonArray([.. Released.Select(service => (JsonNode)new JsonObject
        {
            ["name"] = service.Name,
            ["image"] = service.Image("{version}"),
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
        },
        ["traffic"] = new JsonObject
        {
            ["type"] = "kong",
            ["admin"] = stack.Admin.ToString().TrimEnd('/'),
            ["proxy"] = stack.Proxy.ToString().TrimEnd('/'),
            ["steps"] = new JsonArray([.. settings.Steps.Select(step => (JsonNode)step)]),
            ["routes"] = new JsonArray([.. Released.Select(service => (JsonNode)new JsonObject { ["service"] = service.Name, ["path"] = service.Path })]),
        },
        ["checks"] = new JsonArray(
            new JsonObject { ["id"] = "stack", ["type"] = "container", ["expect"] = new JsonArray("redis", "prometheus", "kong"), ["candidates"] = false },
            new JsonObject { ["id"] = "images", ["type"] = "image", ["maxSize"] = "1GB" }),
        ["smoke"] = new JsonArray(new JsonObject { ["id"] = "logs", ["type"] = "logs" }),
        ["gate"] = new JsonObject
        {
            ["metrics"] = new JsonObject { ["type"] = "scrape" },
            ["tick"] = "500ms",
            ["warmUp"] = "0s",
            ["stepDuration"] = new JsonObject { ["min"] = "500ms", ["max"] = "3m" },

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

    public string BootTimeout { get; init; } = "30s";

    public string KeepStable { get; init; } = "10m";

    public int AutomationServices { get; init; } = 1;
}
