using System.Collections.Concurrent;
using Release.Configuration;
using Release.Drivers.Compose;
using Release.Drivers.Docker;
using Release.Output;
using Release.Platforms;
using Release.Runs;
using Release.Tools;

namespace Release.Acceptance.Docker;

/// <summary>Images that only a registry has: what a version is, is asked once, and that is what comes to a real engine.</summary>
[Collection(DockerStack.Row)]
public sealed class FetchingImages(DockerStack docker) : IAsyncLifetime
{
    private const string Service = "cart";
    private readonly string _folder = Directory.CreateTempSubdirectory("release-fetching-").FullName;
    private readonly ConcurrentQueue<string> _told = new();
    private RegistryServer _registry = null!;

    private DockerEngine Engine => docker.Engine.Client;

    public async Task InitializeAsync()
    {
        if (docker.Engine is not null && DockerMachine.MissingWith("docker-registry") is null)
        {
            _registry = await RegistryServer.Start();
        }
    }

    public async Task DisposeAsync()
    {
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [RegistryFact]
    public async Task A_version_is_pinned_before_the_run_and_fetched_in_it()
    {
        await Push("1.0.0", "first");
        using var platform = Platform(PullPolicy.Missing);
        var artefact = await Identify(platform, "1.0.0");
        artefact.Digest.ShouldStartWith($"{_registry.Name}/shop/{Service}@sha256:");
        (await Engine.Image(artefact.Digest, default)).ShouldBeNull("to ask what a version is fetches nothing");

        // The tag moves; what was asked for does not.
        await Push("1.0.0", "second");
        var step = platform.Prepare("prepare-cart", artefact);
        (await step.Observe(default)).ShouldSatisfyAllConditions(seen => seen.State.ShouldBe(StepState.Pending), seen => seen.Detail.ShouldContain($"{_registry.Name} has it"));
        await step.Apply(new("1"), default);
        await step.Apply(new("1"), default);
        (await step.Observe(default)).State.ShouldBe(StepState.Applied);

        var image = (await Engine.Image(artefact.Digest, default))!;
        image.Labels["text"].ShouldBe("first");
        (await Identify(platform, "1.0.0")).ShouldNotBe(artefact);
        await Engine.Untag(artefact.Digest, default);
    }

    [RegistryFact]
    public async Task What_the_engine_has_under_the_name_is_used_unless_the_registry_is_always_asked()
    {
        await Push("2.0.0", "of the registry");
        await Load("2.0.0", "of the engine");
        using var missing = Platform(PullPolicy.Missing);
        using var always = Platform(PullPolicy.Always);

        (await Identify(missing, "2.0.0")).Digest.ShouldStartWith("sha256:");
        (await Identify(always, "2.0.0")).Digest.ShouldStartWith($"{_registry.Name}/shop/{Service}@sha256:");
        await Engine.Untag(Image("2.0.0"), default);
    }

    [RegistryFact]
    public async Task What_cannot_be_had_is_refused_before_the_run()
    {
        await Push("1.0.0", "there");
        await Push("3.0.0", "elsewhere", architecture: "s390x");

        await Refused(Platform(PullPolicy.Missing), "9.9.9", $"{_registry.Name} has no image {Image("9.9.9")}", "Name a version that was pushed there");
        await Refused(Platform(PullPolicy.Missing, password: "wrong"), "1.0.0", "to the user of the configuration", "Correct user and password");
        await Refused(Platform(PullPolicy.Missing, password: null), "1.0.0", "to everybody", "into platform.registries");
        await Refused(Platform(PullPolicy.Missing), "3.0.0", "is there for linux/s390x only", "Build and push it for linux/");
        await Refused(Platform(PullPolicy.Never), "1.0.0", "has no image", "docker -H");
        await _registry.Stop();
        await Refused(Platform(PullPolicy.Missing), "1.0.0", "does not answer the engine", "is reached from the engine's machine");

        async Task Refused(ComposePlatform platform, string version, string said, string next)
        {
            using (platform)
            {
                var refusal = await Should.ThrowAsync<ReleaseException>(() => Identify(platform, version));
                refusal.Message.ShouldContain(said);
                refusal.Next.ShouldContain(next);
                refusal.Message.ShouldNotContain(RegistryServer.Password);
            }
        }
    }

    [RegistryFact]
    public async Task A_registry_that_is_away_when_it_is_time_fails_the_step_and_a_later_try_goes_on()
    {
        await Push("1.0.0", "there");
        using var platform = Platform(PullPolicy.Missing);
        var artefact = await Identify(platform, "1.0.0");
        var step = platform.Prepare("prepare-cart", artefact);

        await _registry.Stop();
        (await step.Observe(default)).ShouldSatisfyAllConditions(seen => seen.State.ShouldBe(StepState.Pending), seen => seen.Detail.ShouldContain("does not answer the engine"));
        (await Should.ThrowAsync<ReleaseException>(() => step.Apply(new("1"), default))).Message.ShouldContain("does not answer the engine");

        await _registry.Run();
        await step.Apply(new("1"), default);
        (await step.Observe(default)).State.ShouldBe(StepState.Applied);
        await Engine.Untag(artefact.Digest, default);
    }

    private string Image(string version) => $"{_registry.Name}/shop/{Service}:{version}";

    private Task<Artefact> Identify(ComposePlatform platform, string version) => platform.Identify(
        new ServiceOptions { Name = Service, Health = "/health", Image = Image("{version}") }, version, default);

    private ComposePlatform Platform(PullPolicy pull, string? password = RegistryServer.Password) => new(
        new()
        {
            Type = "compose",
            Project = "shop",
            Engine = docker.Engine.Address,
            Pull = pull,
            Registries = password is null ? [] : [new() { Registry = _registry.Name, User = RegistryServer.User, Password = password }],
        },
        new(_folder, "test", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _told.Enqueue),
        (_, _) => Task.FromResult<int?>(null));

    private async Task Push(string version, string text, string? architecture = null)
    {
        await Load(version, text, architecture);
        await _registry.Push(docker.Engine, Image(version), $"shop/{Service}:{version}");
    }

    // Nothing but a file and a label: the image is never run.
    private async Task Load(string version, string text, string? architecture = null)
    {
        var path = Path.Combine(_folder, "image.tar");
        using (var archive = new ImageArchive(path))
        {
            archive.Layer("text", new Dictionary<string, string>(), new Dictionary<string, string> { ["/text"] = text });
            archive.Image(new(Image(version), ["text"], new() { ["Labels"] = new System.Text.Json.Nodes.JsonObject { ["text"] = text } }) { Architecture = architecture });
            archive.Finish();
        }

        using (var tar = File.OpenRead(path))
        {
            await Engine.Load(tar, TimeSpan.FromSeconds(30), default);
        }

        File.Delete(path);
    }
}
