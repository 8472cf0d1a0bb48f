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

    private readonly RootFolder _root;
    private readonly IReadOnlyList<SampleService> _services;
    private readonly List<Ended> _ended = [];

    private ReleaseOnStack(OpsConductor stack, RootFolder root, IReadOnlyList<SampleService> services)
    {
        (Stack, _root, _services) = (stack, root, services);
        Load = new(stack.Proxy, [.. services.Select(service => service.Path)]);
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
        var begun = await Begin(clone, docker, StackEnvironment.Services, root => StackEnvironment.Write(root, docker.Stack, settings), settings.AutomationServices);
        if (settings.AsksPrometheus)
        {
            await Eventually.Holds("Prometheus has seen every service", Longest, docker.Stack.IsScraped);
        }

        return begun;
    }

    /// <summary>The same for an environment of the test's own, which <paramref name="write"/> puts into the repository.</summary>
    public static async Task<ReleaseOnStack> Begin(TheClone clone, DockerStack docker, IReadOnlyList<SampleService> services, Func<RootFolder, Task> write, int automationServices = 1)
    {
        await docker.Stack.Reset(automationServices);
        var root = await RootFolder.Create(clone.It, new Settings());
        await write(root);
        await RootFolder.Commit(root.Folder, "OpsConductor");
        var begun = new ReleaseOnStack(docker.Stack, root, services) { Before = await docker.Stack.Inventory() };
        await begun.Must("Adopt", "--reason", "it serves");
        return begun;
    }

    /// <summary>Gets what all services are to be released to, as <c>--version</c> takes it.</summary>
    public string Versions => string.Join(',', _services.Select(service => $"{service.Name}={service.Candidate}"));

    /// <summary>All services to their candidates, or the first to a version of the test's choice.</summary>
    public Command Promote(string? version = null) =>
        Start("Promote", "--version", version ?? string.Join(',', _services.Select(service => $"{service.Name}={service.Candidate}")));

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

    /// <summary>Waits until the journal's last run has a moment, or the command ends.</summary>
    public Task Reaches(Moment moment, Command command)
    {
        var tail = new JournalTail(Journal);
        return Eventually.Holds($"the journal has {moment.Name}", Longest, () => (tail.Grew() && moment.IsIn(tail.Records)) || command.HasExited);
    }

    /// <summary>Waits until the journal has a record.</summary>
    public Task Records(string type, string step) => Eventually.Holds($"the journal has {type} {step}", Longest, () => Has(type, step));

    /// <summary>The versions that answer through the gateway, by service.</summary>
    public async Task<string> Serving()
    {
        using var http = new HttpClient { BaseAddress = Stack.Proxy };
        var answers = new List<string>();
        foreach (var service in _services)
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
        (await Serving()).ShouldBe(string.Join(',', _services.Select(service => $"{service.Name}={service.Stable}")));
        (await Stack.Inventory()).ShouldBe(Before);
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        await _root.DisposeAsync();
    }

    private bool HasApplied(string step) => Has("step-applied", step);

    private bool Has(string type, string step)
    {
        var tail = new JournalTail(Journal);
        _ = tail.Grew();
        return tail.Records.Any(record => record["type"]?.GetValue<string>() == type && record["step"]?.GetValue<string>() == step);
    }
}
