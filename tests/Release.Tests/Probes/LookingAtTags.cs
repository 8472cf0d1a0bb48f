using Release.Probes;
using Release.Tests.Git;
using Release.Tests.Processes;

namespace Release.Tests.Probes;

/// <summary>Tags and versions of a repository against what is released.</summary>
public sealed class LookingAtTags : IDisposable
{
    private readonly Looking _looking = new();

    public void Dispose() => _looking.Dispose();

    [ProgramsFact(["git"])]
    public async Task Tags_are_there_annotated_where_they_belong_and_pushed()
    {
        using var repository = await TestRepository.Create();
        _ = await repository.Git("-c", "user.name=t", "-c", "user.email=t@t", "-c", "tag.gpgSign=false", "tag", "-a", "v1", "-m", "one");
        _ = await repository.Git("tag", "bare");
        _ = await repository.Git("push", "--quiet", "origin", "v1");
        var one = (await repository.Git("rev-parse", "HEAD")).Trim();
        _ = await repository.Commit("two");

        await _looking.Pass(Git(repository, new GitTagOptions { Name = "v1", At = one, Annotated = true, Remote = "origin" }));
        await _looking.Fail(Git(repository, new GitTagOptions { Name = "v1", At = "HEAD" }), $"the tag v1 is on {one[..12]}: expected HEAD");
        await _looking.Fail(Git(repository, new GitTagOptions { Name = "v2" }), "there is no tag v2");
        await _looking.Fail(Git(repository, new GitTagOptions { Name = "bare", Annotated = true }), "is not annotated");
        await _looking.Fail(Git(repository, new GitTagOptions { Name = "bare", Remote = "origin" }), "origin does not have the tag bare");
        await _looking.Unavailable(Git(repository, new GitTagOptions { Name = "v1", Remote = "nowhere" }), "nowhere does not say which tags it has");
    }

    [ProgramsFact(["git"])]
    public async Task Versions_stand_in_files_as_they_are_released()
    {
        using var repository = await TestRepository.Create();
        await File.WriteAllTextAsync(Path.Combine(repository.Path, "package.json"), "{\"version\":\"1.1.0\",\"when\":\"2024-01-01T00:00:00Z\"}");
        await File.WriteAllTextAsync(Path.Combine(repository.Path, "init.py"), "import os\n__version__ = \"3.0.1\"\n");
        await _looking.Pass(Versions(
            repository,
            new() { File = "package.json", JsonPath = "$.version", Expect = "1.1.0" },
            new() { File = "init.py", Pattern = "^__version__ = \"(.+?)\"", Expect = "3.0.1" }));
        await _looking.Fail(Versions(repository, new GitVersionOptions { File = "init.py", Pattern = "^__version__ = \"(.+?)\"", Expect = "3.0.2" }), "init.py says 3.0.1: expected 3.0.2");
        await _looking.Fail(Versions(repository, new GitVersionOptions { File = "package.json", JsonPath = "$.none", Expect = "1" }), "package.json has no version at $.none");
        await _looking.Fail(Versions(repository, new GitVersionOptions { File = "gone.json", JsonPath = "$.a", Expect = "1" }), "gone.json does not exist");
        await _looking.Fail(Versions(repository, new GitVersionOptions { File = "init.py", JsonPath = "$.a", Expect = "1" }), "is not JSON");
    }

    [ProgramsFact(["git"])]
    public async Task A_file_of_a_service_has_the_version_that_is_released()
    {
        using var repository = await TestRepository.Create();
        using var looking = new Looking { Releasing = service => service == "api" ? "3.0.2" : null };
        await File.WriteAllTextAsync(Path.Combine(repository.Path, "package.json"), "{\"version\":\"3.0.1\"}");
        GitProbeOptions Of(string service) => Versions(repository, new GitVersionOptions { File = "package.json", JsonPath = "$.version", Service = service });

        await looking.Fail(Of("api"), "package.json says 3.0.1: expected 3.0.2");
        await looking.Pass(Of("untouched"));
    }

    [Theory]
    [InlineData(null, null, "missing: expected a \"jsonPath\"")]
    [InlineData("$.a", "(.)", "expected only one of them")]
    [InlineData("a", null, "expected a path such as")]
    [InlineData(null, "version", "expected a group around the version")]
    [InlineData(null, "(", "expected a regular expression")]
    public void A_place_that_is_none_is_wrong_configuration(string? jsonPath, string? pattern, string said) =>
        new GitProbeOptions { Id = "git", Type = "git", Versions = [new() { File = "a", JsonPath = jsonPath, Pattern = pattern, Expect = "1" }] }
            .Problems().ShouldHaveSingleItem().Message.ShouldContain(said);

    private static GitProbeOptions Git(TestRepository repository, GitTagOptions tag) =>
        new() { Id = "git", Type = "git", Path = repository.Path, Tags = [tag], Timeout = TimeSpan.FromSeconds(60) };

    private static GitProbeOptions Versions(TestRepository repository, params GitVersionOptions[] versions) =>
        new() { Id = "git", Type = "git", Path = repository.Path, Versions = versions, Timeout = TimeSpan.FromSeconds(60) };
}
