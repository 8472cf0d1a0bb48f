using Release.Drivers.Processes;
using Release.Output;
using Release.Runs;
using Release.Tools;

namespace Release.Tests.Processes;

public sealed class PublishingSources : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
        </Project>
        """;

    private readonly TemporaryFolder _root = new();
    private readonly ProcessPlatform _platform;

    public PublishingSources()
    {
        _ = Directory.CreateDirectory(_root["src/Tiny"]);
        File.WriteAllText(_root["src/Tiny/Tiny.csproj"], Project);
        File.WriteAllText(_root["src/Tiny/Program.cs"], "System.Console.WriteLine(\"tiny\");");
        _platform = new ProcessPlatform(
            new ProcessPlatformOptions { Type = "process", Project = "src/Tiny" },
            new(_root.Path, "local", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _ => { }),
            (_, _) => Task.FromResult<int?>(null));
    }

    [ProgramsFact(["dotnet"])]
    public async Task They_are_compiled_once_for_all_versions_and_outside_the_tree()
    {
        var versions = new[] { "1.0.0", "1.1.0", "1.2.0" };

        // At once: they want the same compilation.
        await Task.WhenAll(versions.Select(async version => await _platform
            .Prepare("prepare-" + version, await _platform.Identify(DriverWorld.Service, version, default))
            .Apply(StepConformance.Key, default)));
        foreach (var version in versions)
        {
            var artefact = await _platform.Identify(DriverWorld.Service, version, default);
            var folder = _root[$".release/local/artefacts/ping/{version}"];
            File.Exists(Path.Combine(folder, "Tiny.dll")).ShouldBeTrue();
            (await File.ReadAllTextAsync(Path.Combine(folder, "release.json"))).ShouldContain(artefact.Digest);
        }

        Directory.GetDirectories(_root[".release/build"]).Length.ShouldBe(1);
        Directory.GetFileSystemEntries(_root["src/Tiny"]).Length.ShouldBe(2, "a project and a program, no bin and no obj");
    }

    [ProgramsFact(["dotnet"])]
    public async Task Sources_that_do_not_compile_are_told_with_the_compilers_first_errors()
    {
        await File.WriteAllTextAsync(_root["src/Tiny/Program.cs"], "System.Console.WriteLin(1);");
        var step = _platform.Prepare("prepare-1", await _platform.Identify(DriverWorld.Service, "1.0.0", default));

        var failed = await Should.ThrowAsync<ReleaseException>(() => step.Apply(StepConformance.Key, default));

        failed.Message.ShouldContain("does not compile");
        failed.Message.ShouldContain("CS0117");
        (await step.Observe(default)).State.ShouldBe(StepState.Pending);
    }

    [Fact]
    public async Task Their_identity_is_their_content_and_not_what_a_compiler_leaves()
    {
        var before = await _platform.Identify(DriverWorld.Service, "1.0.0", default);
        _ = Directory.CreateDirectory(_root["src/Tiny/obj"]);
        await File.WriteAllTextAsync(_root["src/Tiny/obj/left.cs"], "behind");
        (await _platform.Identify(DriverWorld.Service, "1.0.0", default)).ShouldBe(before);

        await File.WriteAllTextAsync(_root["Directory.Build.props"], "<Project />");
        (await _platform.Identify(DriverWorld.Service, "1.0.0", default)).Digest.ShouldNotBe(before.Digest);
    }

    [Fact]
    public async Task A_version_that_was_made_from_other_sources_is_not_made_again()
    {
        var folder = _root[".release/local/artefacts/ping/1.0.0"];
        _ = Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "release.json"), """{"service":"ping","version":"1.0.0","digest":"sha256:other"}""");
        var step = _platform.Prepare("prepare-1", await _platform.Identify(DriverWorld.Service, "1.0.0", default));

        (await step.Observe(default)).State.ShouldBe(StepState.Torn);
        var refused = await Should.ThrowAsync<ReleaseException>(() => step.Apply(StepConformance.Key, default));

        refused.Message.ShouldContain("a version names one artefact for ever");
        Directory.GetFiles(folder).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Sources_that_changed_since_the_plan_are_not_released_under_it()
    {
        var artefact = await _platform.Identify(DriverWorld.Service, "1.0.0", default);
        await File.WriteAllTextAsync(_root["src/Tiny/Program.cs"], "// changed");
        var refused = await Should.ThrowAsync<ReleaseException>(
            () => _platform.Prepare("prepare-1", artefact).Apply(StepConformance.Key, default));
        refused.Message.ShouldContain("not those that 1.0.0 was planned from");
    }

    [Fact]
    public async Task A_project_that_is_not_there_is_wrong_configuration()
    {
        _root.Dispose();
        var refused = await Should.ThrowAsync<ReleaseException>(() => _platform.Identify(DriverWorld.Service, "1.0.0", default));
        (refused.Status, refused.Message.Contains("platform/project", StringComparison.Ordinal)).ShouldBe((ExitStatus.Usage, true));
    }

    public void Dispose()
    {
        _platform.Dispose();
        if (Directory.Exists(_root.Path))
        {
            _root.Dispose();
        }
    }
}
