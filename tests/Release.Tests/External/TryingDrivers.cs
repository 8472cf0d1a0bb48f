using Release.Conformance;
using Release.Drivers.External;
using Release.Gates;
using Release.Probes;
using Release.Tests.Kong;
using Release.Tests.Processes;

namespace Release.Tests.External;

/// <summary>
/// What <c>Conformance</c> tries passes with every right driver, the built-in ones too, and names what is wrong with a wrong
/// one.
/// </summary>
public sealed class TryingDrivers : IDisposable
{
    private readonly TemporaryFolder _scratch = new();

    /// <summary>One thing that is wrong, the port that has it, and the behaviours that must name it.</summary>
    public static TheoryData<string, string, string[]> Wrong => new()
    {
        { "platform", "restless", ["identifies an artefact"] },
        { "platform", "optimist", ["knows no instance that was never started"] },
        { "platform", "evaluates", ["takes hostile names as data"] },
        { "platform", "starts-again", ["starts once under one key"] },
        { "platform", "lists-the-dead", ["says what runs, or that it does not tell"] },
        { "platform", "guesses", ["says what runs, or that it does not tell"] },
        { "platform", "hangs-up", ["says what runs, or that it does not tell"] },
        { "platform", "moves", ["retires and starts again"] },
        { "platform", "keeps", ["takes a start back, twice"] },
        { "platform", "slow", ["answers looks in time"] },
        { "platform", "talks", ["identifies an artefact", "starts"] },
        { "router", "forgets-others", ["undoes only what it changed"] },
        { "router", "rounds-away", ["shifts, and shows the split"] },
        { "router", "never-back", ["brings the split back in one step"] },
        { "router", "evaluates", ["takes hostile names as data"] },
        { "metrics", "falls", ["counts upwards"] },
        { "metrics", "unbounded", ["reads counters"] },
        { "metrics", "evaluates", ["takes hostile names as data"] },
        { "probe", "slow", ["well: answers in time"] },
        { "backup", "trusts", ["data: does not verify what is not there"] },
        { "backup", "keeps", ["data: discards"] },
        { "backup", "evaluates", ["data: takes hostile names as data"] },
    };

    public void Dispose() => _scratch.Dispose();

    [ProgramsTheory(["sh"])]
    [InlineData("platform")]
    [InlineData("router")]
    [InlineData("metrics")]
    [InlineData("probe")]
    [InlineData("backup")]
    public async Task A_right_one_passes_everything(string port)
    {
        using var stack = new FolderWorld();
        (await Failing(port, stack)).ShouldBeEmpty();
    }

    [ProgramsFact(["sh"])]
    public async Task One_that_does_not_tell_what_runs_is_right_too()
    {
        using var stack = new FolderWorld("tells-nothing");
        (await Failing("platform", stack)).ShouldBeEmpty();
    }

    [ProgramsTheory(["sh"])]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_one_is_named(string port, string fault, string[] behaviours)
    {
        using var stack = new FolderWorld(fault, fault == "slow" ? TimeSpan.FromSeconds(1.2) : null);
        behaviours.ShouldBeSubsetOf((await Failing(port, stack, behaviours[^1])).Select(report => report.Name));
    }

    [ProgramsFact(["sh", "dotnet"])]
    public async Task The_built_in_platform_passes_everything()
    {
        await using var world = new DriverWorld();
        var behaviours = new PlatformBehaviours(world.Platform, DriverWorld.Service, "1.0.0", "trial", TimeSpan.FromSeconds(10), NewSubject());
        _ = await world.Prepared("trial"); // named, so that it ends with the world
        var hostile = behaviours.All.Where(b => b.Name != "takes hostile names as data"); // it refuses such names instead: also right
        (await Failing(hostile)).ShouldBeEmpty();
    }

    [ProgramsFact(["sh", "dotnet"])]
    public async Task The_built_in_router_passes_everything()
    {
        await using var world = KongWorld.Empty();
        world.Addresses["other"] = "127.0.0.1:1003";
        var behaviours = new RouterBehaviours(
            world.Router, KongWorld.Service, new("stable", "candidate", "other"), world.Look, TimeSpan.FromSeconds(10), NewSubject());
        (await Failing(behaviours.All)).ShouldBeEmpty();
        await behaviours.Clean(default);
    }

    // Up to the last one of interest: later ones rest on earlier ones, and not the other way round.
    private async Task<IReadOnlyList<BehaviourReport>> Failing(string port, FolderWorld stack, string? last = null)
    {
        var all = await All(port, stack);
        return await Failing(last is null ? all : all.TakeWhile(behaviour => behaviour.Name != last).Append(all.Single(behaviour => behaviour.Name == last)));
    }

    private async Task<IReadOnlyList<Behaviour>> All(string port, FolderWorld stack) => port switch
    {
        "platform" => new PlatformBehaviours(stack.Platform, FolderWorld.Service, "1.0.0", "trial", Limit(stack), NewSubject()).All,
        "router" => await Router(stack),
        "metrics" => await Metrics(stack),
        "probe" => new ProbeBehaviours(Probe(stack, "http://127.0.0.1:9"), Probe(stack, "http://127.0.0.1:1"), TimeProvider.System).All,
        _ => new BackupBehaviours("data", stack.Backup(BackupPolicy.Discard), stack.Backup(BackupPolicy.Restore), "trial", NewSubject()).All,
    };

    private async Task<IReadOnlyList<Behaviour>> Router(FolderWorld stack)
    {
        foreach (var id in new[] { "stable", "candidate", "other" })
        {
            _ = await stack.Started(id);
        }

        return new RouterBehaviours(stack.Router, FolderWorld.Service, new("stable", "candidate", "other"), stack.Platform.Look, Limit(stack), NewSubject()).All;
    }

    private async Task<IReadOnlyList<Behaviour>> Metrics(FolderWorld stack)
    {
        _ = await stack.Started("ping");
        var instance = new MeteredInstance("ping", Variant.Candidate, "ping", "1.0.0", new Uri("http://127.0.0.1:9/metrics"));
        return new MetricsBehaviours(stack.Metrics, instance, _ => Task.CompletedTask, Limit(stack), NewSubject()).All;
    }

    private static IProbe Probe(FolderWorld stack, string address) => DriverCatalogProbes(stack).Create(stack.ProbeOptions, new ProbeContext
    {
        Root = stack.Context.Root,
        BaseAddress = new Uri(address),
        Placeholders = new(new() { Root = stack.Context.Root }, stack.Mask),
        Mask = stack.Mask,
        Tool = stack.Context.Tool,
        Time = TimeProvider.System,
    });

    private static ProbeFactory DriverCatalogProbes(FolderWorld stack) => Drivers.DriverCatalog.CreateProbes(stack.Context);

    private static TimeSpan Limit(FolderWorld stack) => stack.ProbeOptions.Timeout;

    private static async Task<IReadOnlyList<BehaviourReport>> Failing(IEnumerable<Behaviour> behaviours) =>
        [.. (await Trial.Of(behaviours, TimeProvider.System, _ => { }, default)).Where(report => report.Found is not null)];

    private Subject NewSubject() => new(TimeProvider.System, _scratch.Path, _scratch.Path) { Late = TimeSpan.FromMilliseconds(300) };
}
