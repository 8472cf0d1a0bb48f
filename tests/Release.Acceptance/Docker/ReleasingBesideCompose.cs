using Release.Conformance;
using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Compose;
using Release.Output;
using Release.Platforms;
using Release.Runs;
using Release.Tools;

namespace Release.Acceptance.Docker;

/// <summary>The <c>compose</c> platform on a real engine, beside a stack that a real compose runs.</summary>
[Collection(DockerStack.Row)]
public sealed class ReleasingBesideCompose(DockerStack docker) : IDisposable
{
    private static readonly StepKey Key = new("0123456789abcdef0123456789abcdef");
    private readonly string _state = Directory.CreateTempSubdirectory("release-compose-").FullName;
    private readonly List<string> _reports = [];

    private static SampleService Sample => OpsConductorImages.Services[0];

    private static ServiceOptions Service => new()
    {
        Name = Sample.Name,
        Port = Sample.Port,
        Health = "/health",
        Version = $"{Sample.Path}/health/info",
        Image = $"{Sample.Image("{version}")}",
    };

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [DockerFact]
    public async Task It_is_what_a_release_relies_on_in_a_platform()
    {
        using var platform = Platform();
        var behaviours = new PlatformBehaviours(platform, Service, Sample.Candidate, $"{Sample.Name}-conformance-run0", TimeSpan.FromSeconds(10), new Subject(TimeProvider.System, "compose", _state));

        var reports = await Trial.Of(behaviours.All, TimeProvider.System, _ => { }, CancellationToken.None);
        await behaviours.Clean(CancellationToken.None);

        reports.Where(r => r.Found is not null).SelectMany(Trial.Lines).ShouldBeEmpty();
    }

    [DockerFact]
    public async Task Compose_takes_over_and_back_and_an_up_by_hand_changes_nothing()
    {
        try
        {
            using var platform = Platform();
            var stable = (await platform.Running(Service, CancellationToken.None))!.ShouldHaveSingleItem();
            stable.Artefact.Version.ShouldBe(Sample.Stable);
            var candidate = new Instance($"{Sample.Name}-{Sample.Candidate}-run7", await platform.Identify(Service, Sample.Candidate, CancellationToken.None), []);
            foreach (var flag in platform.Configure(candidate, Service))
            {
                await Take(flag);
            }

            await Take(platform.Start("start", candidate, Service));
            (await Env(candidate.Id)).ShouldContain(pair => pair.Key == "FEATURE_BYPASS_LLM" && pair.Value == "true");

            // Compose 1 reads the same services a little differently from two files than from one: once.
            _ = await Up();
            (await Up()).ShouldBeEmpty("a candidate is nothing to compose");

            await Settle(platform, candidate);

            (await platform.Look(candidate.Id, CancellationToken.None)).Addresses.Count.ShouldBe(1);
            var own = (await docker.Stack.Containers(Sample.Name)).ShouldHaveSingleItem();
            own.Image.ShouldBe((await docker.Engine.Client.Image(Sample.Image(Sample.Candidate), CancellationToken.None))!.Id);
            (await Env(own.Id)).ShouldContain(pair => pair.Key == "FEATURE_BYPASS_LLM" && pair.Value == "true");
            (await Up()).ShouldBeEmpty("compose's own view is right");

            await Take(platform.Start("back", stable, Service));
            await Take(platform.Retire("retire", candidate, Service));
            await Settle(platform, stable);

            (await Env((await docker.Stack.Containers(Sample.Name)).ShouldHaveSingleItem().Id)).ShouldContain(pair => pair.Key == "FEATURE_BYPASS_LLM" && pair.Value == "false", "a flag goes back to what compose's file says");
            (await Up()).ShouldBeEmpty();
            (await platform.Running(Service, CancellationToken.None))!.ShouldHaveSingleItem().Artefact.ShouldBe(stable.Artefact);
        }
        finally
        {
            File.Delete(Path.Combine(docker.Stack.Folder, "docker-compose.release.yml"));
            await docker.Stack.Reset();
        }
    }

    [DockerFact]
    public async Task A_name_that_somebody_elses_container_has_is_refused_and_the_container_stays()
    {
        using var platform = Platform();
        var candidate = new Instance($"{Sample.Name}-{Sample.Candidate}-run8", await platform.Identify(Service, Sample.Candidate, CancellationToken.None), []);
        var stranger = await docker.Engine.Client.Create(candidate.Id, new() { ["Image"] = "opsconductor/redis:1" }, CancellationToken.None);
        try
        {
            var start = platform.Start("start", candidate, Service);
            var seen = await start.Observe(CancellationToken.None);

            seen.State.ShouldBe(StepState.Foreign);
            seen.Detail.ShouldContain($"docker rm -f {candidate.Id}");
            _ = await Should.ThrowAsync<ReleaseException>(() => start.Apply(Key, CancellationToken.None));
            await start.Undo(new(seen.Seen), Key, CancellationToken.None);
            (await docker.Engine.Client.Container(stranger, CancellationToken.None)).ShouldNotBeNull();
        }
        finally
        {
            await docker.Engine.Client.Remove(stranger, force: true, CancellationToken.None);
        }
    }

    private ComposePlatform Platform() => new(
        new ComposePlatformOptions
        {
            Type = "compose",
            Project = OpsConductor.Project,
            Folder = docker.Stack.Folder,
            Engine = docker.Engine.Address,
            BootTimeout = TimeSpan.FromSeconds(40),
            StopTimeout = TimeSpan.FromSeconds(5),
            Services = [new() { Name = Sample.Name, Variables = new Dictionary<string, string> { ["CANARY_INSTANCE"] = "true" }, Flags = new Dictionary<string, string> { ["FEATURE_BYPASS_LLM"] = "true" } }],
        },
        new DriverContext(_state, "opsconductor", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _reports.Add) { Services = [Service] },
        (_, _) => Task.FromResult<int?>(null));

    private static async Task Settle(ComposePlatform platform, Instance instance)
    {
        var way = platform.Settle(instance, Service)!;
        await Take(way.TakeOver);
        (await platform.Look(way.Place, CancellationToken.None)).Liveness.ShouldBe(Liveness.Alive);
        await Take(way.Clear);
    }

    private static async Task Take(IStep step)
    {
        await step.Apply(Key, CancellationToken.None);
        var seen = await step.Observe(CancellationToken.None);
        seen.State.ShouldBe(StepState.Applied, seen.Detail);
    }

    private async Task<IReadOnlyDictionary<string, string>> Env(string container) => (await docker.Engine.Client.Container(container, CancellationToken.None))!.Env;

    // What a person types, with our file as .env would name it: what compose made anew, by name.
    private async Task<IReadOnlyList<string>> Up()
    {
        var before = await Ids();
        _ = await docker.Stack.Compose("--file", "docker-compose.yml", "--file", "docker-compose.release.yml", "up", "--detach", "--remove-orphans");
        return [.. (await Ids()).Except(before)];
    }

    private async Task<IReadOnlyList<string>> Ids() =>
        [.. (await docker.Engine.Client.Containers(new Dictionary<string, string?>(), all: true, CancellationToken.None)).Select(c => $"{c.Name} {c.Id}")];
}
