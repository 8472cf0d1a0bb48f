using Release.Configuration;
using Release.Gates;
using Release.Platforms;
using Release.Probes;
using Release.Runs;

namespace Release.Tests.Runs;

internal sealed class FakePlatform(FakeWorld world, FakeProcess process) : IPlatform
{
    public Task<Artefact> Identify(ServiceOptions service, string version, CancellationToken cancellation) =>
        Task.FromResult(new Artefact(service.Name, version, $"sha256:{service.Name}-{version}"));

    public Task<InstanceView> Look(string instance, CancellationToken cancellation)
    {
        process.ThrowIfDead();
        return Task.FromResult(world.Silent.Contains("platform") ? InstanceView.At(instance, Liveness.Unknown, null, "the platform does not answer")
            : Places(instance).Where(world.IsAlive).ToList() is { Count: > 0 } alive ? new InstanceView(instance, Liveness.Alive, [.. alive.Select(i => new InstanceAddress(world.AddressOf(i), world.ReachedAt(i)))], "runs") { Restarts = world.Restarts.GetValueOrDefault(instance) }
            : InstanceView.At(instance, Liveness.Dead, world.AddressOf(instance), "ended"));
    }

    public Settlement? Settle(Instance instance, ServiceOptions service) => !world.KeepsPlaces ? null : new(
        Step(new($"settle-{instance.Id}", StepSafety.Absolute, $"Put {instance.Id} into its place.")
        {
            Peer = "platform",
            Deadline = TimeSpan.FromSeconds(30),
            Wanted = () => [new($"process/{instance.Id}-settled", world.AddressOf($"{instance.Id}-settled")), new($"health/{instance.Id}-settled", "200")],
        }),
        $"{instance.Id}-settled",
        Step(new($"clear-{instance.Id}", StepSafety.Keyed, $"Stop {instance.Id} beside its place.")
        {
            Peer = "platform",
            Deadline = TimeSpan.FromSeconds(30),
            Wanted = () => [new($"health/{instance.Id}", null), new($"process/{instance.Id}", null)],
        }));

    private IEnumerable<string> Places(string instance) => world.KeepsPlaces && !instance.EndsWith("-settled", StringComparison.Ordinal) ? [instance, $"{instance}-settled"] : [instance];

    public Task<IReadOnlyList<Instance>?> Running(ServiceOptions service, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Instance>?>(!world.TellsWhatRuns ? null :
        [.. world.Fields($"process/{service.Name}-").Select(f => f["process/".Length..])
            .Select(id => (Id: id, Version: id[(service.Name.Length + 1)..id.LastIndexOf('-')]))
            .Select(i => new Instance(i.Id, new Artefact(service.Name, i.Version, $"sha256:{service.Name}-{i.Version}"), []))]);

    public IStep Prepare(string id, Artefact artefact) => Step(new(id, StepSafety.Keyed, $"Publish {artefact.Service} {artefact.Version}.")
    {
        Peer = "platform",
        Deadline = TimeSpan.FromMinutes(1),
        Wanted = () => [new($"artefact/{artefact.Service}/{artefact.Version}", artefact.Digest), new($"artefact/{artefact.Service}/{artefact.Version}/complete", "yes")],
        Stays = true,
    });

    public IStep Start(string id, Instance instance, ServiceOptions service) => Step(new(id, StepSafety.Keyed, $"Start {instance.Id}.")
    {
        Peer = "platform",
        Deadline = TimeSpan.FromSeconds(30),
        Wanted = () => [new($"process/{instance.Id}", world.AddressOf(instance.Id)), new($"health/{instance.Id}", "200")],
        KeptWhenBefore = $"process/{instance.Id}",
        Breaks = () => world.DoNotBoot.Contains(instance.Artefact.Version) ? $"{instance.Id} did not become healthy" : null,
    });

    public IStep Retire(string id, Instance instance, ServiceOptions service) => Step(new(id, StepSafety.Keyed, $"Stop {instance.Id}.")
    {
        Peer = "platform",
        Deadline = TimeSpan.FromSeconds(30),
        Wanted = () => [new($"health/{instance.Id}", null), new($"process/{instance.Id}", null)],
    });

    public bool RestartsBeside => world.RestartsBeside;

    public Task<string> Examine(FixOrder order, Instance instance, ServiceOptions service, CancellationToken cancellation) => order.Copies > 9
        ? throw new ReleaseException(ExitStatus.Usage, $"{service.Name} has a host port that only one copy can have. Nothing was changed.")
        : Task.FromResult("seen");

    public IStep? Restart(string id, Instance instance, ServiceOptions service, FixOrder order) => !world.FixesInPlace ? null : Step(new(id, StepSafety.Irreversible, $"Restart {instance.Id}.")
    {
        Peer = "platform",
        Deadline = TimeSpan.FromSeconds(30),
        Wanted = () => [new($"restarted/{instance.Id}", order.Mark)],
        Stays = true,
    });

    public Scaling? Scale(string id, Instance instance, ServiceOptions service, FixOrder order) => !world.FixesInPlace ? null : new(
        Step(new(id, StepSafety.Absolute, $"Run {instance.Id} in {order.Copies} copies.")
        {
            Peer = "platform",
            Deadline = TimeSpan.FromSeconds(30),
            Wanted = () => [new($"copies/{instance.Id}", $"{order.Copies}")],
            Breaks = () => world.DoNotBoot.Contains(instance.Artefact.Version) ? "a copy did not become healthy" : null,
        }),
        instance.Id);

    private IStep Step(FakeChange change) => process.Wrap(new FakeStep(world, process, change));
}

internal sealed class FakeRouter(FakeWorld world, FakeProcess process) : ITrafficRouter
{
    public Task<Endpoints?> Endpoints(CancellationToken cancellation) => Task.FromResult(
        world[FakeWorld.Gateway] is null ? null : new Endpoints(new Uri("http://gateway.test:80"), new Uri("http://gateway.test:81")));

    public Task<RoutedWeights?> Observe(ServiceOptions service, CancellationToken cancellation)
    {
        process.ThrowIfDead();
        return Task.FromResult(IsSilent(service) ? null : new RoutedWeights(world.Fields($"weight/{service.Name}/")
            .ToDictionary(f => f.Split('/')[2], f => int.TryParse(world[f], out var w) ? w : 0)));
    }

    public IReadOnlyList<IStep> SetUp(ServiceOptions service) =>
    [
        Step(new("start-gateway", StepSafety.Keyed, "Start the gateway.")
        {
            Peer = "host",
            Wanted = () => [new(FakeWorld.Gateway, "alive")],
            KeptWhenBefore = FakeWorld.Gateway,
        }),
        Step(new($"set-up-route-{service.Name}", StepSafety.Absolute, $"Make the route of {service.Name}.")
        {
            Peer = $"router/{service.Name}",
            Wanted = () => [new($"upstream/{service.Name}", "there"), new($"route/{service.Name}", "there")],
        }),
    ];

    public IReadOnlyList<IStep> TakeDown(ServiceOptions service) =>
    [
        Step(new("stop-gateway", StepSafety.Keyed, "Stop the gateway.") { Peer = "host", Wanted = () => [new(FakeWorld.Gateway, null)] }),
    ];

    public ITrafficStep Shift(string id, ServiceOptions service, string? stable, string candidate, Percent share)
    {
        var shift = new FakeShift(world, process, new(id, StepSafety.Absolute, $"Give {candidate} {share} and {stable ?? "nobody"} the rest.")
        {
            Peer = $"router/{service.Name}",
            Route = service.Name,
            Share = share,
            Others = () => stable is not null ? [] : [.. world.Fields($"weight/{service.Name}/")
                .Where(f => f != Field(service, candidate) && world[f] is not (null or "0")).Select(f => KeyValuePair.Create(f, (string?)"0"))],
            Wanted = () => stable is null
                ? [new(Field(service, candidate), "100"), .. Others(service, candidate)]
                : [new(Field(service, stable), share.Rest.ToString().TrimEnd('%')), new(Field(service, candidate), share.ToString().TrimEnd('%'))],
        });
        return (ITrafficStep)process.Wrap(shift);
    }

    public Task<RouterFailures?> Failures(ServiceOptions service, CancellationToken cancellation) => Task.FromResult(IsSilent(service) ? null
        : new RouterFailures(DateTimeOffset.UnixEpoch, world.Traffic.Unanswered.ToDictionary(a => a.Key, a => Math.Floor(a.Value))));

    public Task<IReadOnlyList<RouterDoubt>> Examine(ServiceOptions service, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<RouterDoubt>>([.. world.Doubts]);

    public Task<int?> InFlight(string address, CancellationToken cancellation) => Task.FromResult<int?>(0);

    // All traffic means all: what an abandoned run left beside it, too.
    private IEnumerable<KeyValuePair<string, string?>> Others(ServiceOptions service, string candidate) => world.Fields($"weight/{service.Name}/")
        .Where(f => f != Field(service, candidate) && world[f] is not "0").Select(f => KeyValuePair.Create(f, (string?)null));

    private string Field(ServiceOptions service, string instance) => $"weight/{service.Name}/{world.AddressOf(instance)}";

    private bool IsSilent(ServiceOptions service) => world[FakeWorld.Gateway] is null || world.Silent.Contains($"router/{service.Name}");

    private IStep Step(FakeChange change) => process.Wrap(new FakeStep(world, process, change));
}

internal sealed class FakeRepository(FakeWorld world, FakeProcess process) : ISourceRepository
{
    public Task<string?> Head(CancellationToken cancellation) => Task.FromResult<string?>("c0ffee");

    public Task<string?> TaggedCommit(string name, CancellationToken cancellation) => Task.FromResult(world[$"tag/{name}"]);

    public Task<IReadOnlyList<Commit>?> Between(string older, string newer, CancellationToken cancellation) => Task.FromResult(world.Commits);

    public IStep Tag(string id, string name, string commit, string message) => process.Wrap(new FakeStep(world, process, new(id, StepSafety.Keyed, $"Tag {commit} as {name}.")
    {
        Peer = "repository",
        Wanted = () => [new($"tag/{name}", commit)],
        KeptWhenBefore = $"tag/{name}",
    }));

    public IStep Push(string id, string name, string remote) => process.Wrap(new FakeStep(world, process, new(id, StepSafety.Irreversible, $"Push {name} to {remote}.")
    {
        Peer = "remote",
        Wanted = () => [new($"pushed/{name}", "yes")],
        Stays = true,
    }));
}

internal sealed class FakeMetrics(FakeWorld world) : IMetricSource
{
    public Task<IReadOnlyList<InstanceReading>> Read(IReadOnlyList<MeteredInstance> instances, CancellationToken cancellation)
    {
        IReadOnlyList<InstanceReading> readings = [];
        world.Read(_ => readings = [.. instances.Select(Reading)]);
        return Task.FromResult(readings);
    }

    private InstanceReading Reading(MeteredInstance instance) =>
        world.Silent.Contains("metrics") || !world.IsAlive(instance.Id) || instance.Metrics.Host != world.ReachedAt(instance.Id).Split(':')[0]
            ? new(instance.Id, instance.Variant, null, null, "no answer")
            : new(instance.Id, instance.Variant, null, world.Traffic.Of(instance.Id), null);
}

internal sealed class FakeGenerator(FakeWorld world) : ITrafficGenerator
{
    public async Task Generate(Uri traffic, SyntheticTrafficOptions options, CancellationToken cancellation)
    {
        world.Traffic.Generators++;
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, world.Time, cancellation);
        }
        finally
        {
            world.Traffic.Generators--;
        }
    }
}

internal sealed class FakeProbe(FakeWorld world, FakeProcess process, ProbeOptions options, Uri? address, IReadOnlyList<Instance>? brought) : IProbe
{
    private readonly Errand<ProbeResult> _errand = new(process.Stop.Token);
    private bool _isExpected;

    public string Id => options.Id;

    public string Type => options.Type;

    // Asked for by whoever is about to send this one to the thread pool, and by nobody else.
    public TimeSpan Timeout
    {
        get
        {
            if (!_isExpected)
            {
                _isExpected = true;
                world.Time.Expect(_errand);
            }

            return options.Timeout;
        }
    }

    public Task<ProbeResult> Look(CancellationToken cancellation) =>
        SynchronizationContext.Current is null ? _errand.Find(Seen) : Task.FromResult(Seen());

    private ProbeResult Seen()
    {
        world.Probed.Enqueue($"{Id} {(options as HttpProbeOptions)?.Path}");
        world.LookedFor[Id] = string.Join(' ', brought?.Select(i => $"{i.Artefact.Service} {i.Artefact.Version}") ?? ["what was asked for"]);
        return Judged();
    }

    private ProbeResult Judged() =>
        world.BlindProbes.Contains(Id) || (world.BusyProbes.TryGetValue(Id, out var looks) && (world.BusyProbes[Id] = looks - 1) >= 0) ? new ProbeResult(ProbeVerdict.Unavailable, $"{Id} could not look")
        : world.FailingProbes.Contains(Id) ? new(ProbeVerdict.Fail, $"{Id} saw what it should not")
        : Id.StartsWith("health-", StringComparison.Ordinal) && !world.IsHealthy(world.InstanceAt($"{address!.Host}:{address.Port}") ?? "")
        ? new(ProbeVerdict.Fail, "503")
        : new(ProbeVerdict.Pass, "as it should be");
}
