using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>A whole release of a version that only a registry has.</summary>
[Collection(DockerStack.Row)]
public sealed class ReleasingFromARegistry(DockerStack docker, TheClone clone) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("release-password-").FullName;

    private static SampleService Service => OpsConductorImages.Services[0];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RegistryFact]
    public async Task What_the_registry_had_before_the_run_is_what_compose_runs_in_the_end()
    {
        await using var registry = await RegistryServer.Start();
        var (image, engine) = (Service.Image(Service.Candidate), docker.Engine.Client);
        var id = (await engine.Image(image, default))!.Id;
        await registry.Push(docker.Engine, image, image);
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), RegistryServer.Password);
        await engine.Tag(id, "kept/for-others", "1", default);
        await engine.Untag(image, default);
        try
        {
            await using var release = await ReleaseOnStack.Begin(clone, docker, new() { Steps = [50, 100], KeepStable = "0s", Registry = (registry.Name, Path.Combine(_folder, "password")) });
            var ended = release.ShouldEndWith(0, await release.End(release.Promote($"{Service.Name}={Service.Candidate}")));

            ended.Everything.ShouldContain($"prepare-{Service.Name}: The engine has it as {id}");
            ended.Everything.ShouldNotContain(RegistryServer.Password);
            var own = (await engine.Container((await docker.Stack.Containers(Service.Name)).ShouldHaveSingleItem().Id, default))!;
            own.Image.ShouldBe(id);
            own.ImageReference.ShouldStartWith($"{registry.Name}/{image.Split(':')[0]}@sha256:");
            (await release.Serving()).ShouldStartWith($"{Service.Name}={Service.Candidate}");

            _ = await release.Must("Rollback");
            (await release.Serving()).ShouldStartWith($"{Service.Name}={Service.Stable}");
            await release.NoRequestFailed();
        }
        finally
        {
            await docker.Stack.Reset();
            await engine.Tag(id, image.Split(':')[0], image.Split(':')[1], default);
            await engine.Untag("kept/for-others:1", default);
        }
    }
}
