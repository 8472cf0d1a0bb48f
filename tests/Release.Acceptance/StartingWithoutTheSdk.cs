using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>When nothing changed, build.sh starts the compiled program and does not ask the SDK for anything.</summary>
[Collection(TheClone.Releases)]
public sealed class StartingWithoutTheSdk(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseFact]
    public async Task Nothing_is_compiled_and_no_sdk_is_asked() => await Given().A_clone_after_its_first_promotion()
        .When().Something_else("The_path_has_a_dotnet_that_fails", async w =>
        {
            var folder = Path.Combine(w.Clone.Temporary, "no-sdk");
            await Machine.WriteScript(folder, "dotnet", $"echo \"$*\" >>'{folder}/asked'\nexit 1");
            var environment = Machine.CleanEnvironment();
            environment["PATH"] = folder + Path.PathSeparator + environment["PATH"];
            w.Noted = Builds(w);
            _ = await w.Run(w.Root.Start(Path.Combine(w.Root.Folder, "build.sh"), ["Status"], environment));
        })
        .Then().It_exits_with(0)
        .It_says("local: idle")
        .That("No_sdk_was_asked", w =>
        {
            w.Say($"./build.sh Status, nothing changed: {w.Last.Took.TotalSeconds:0.000} s");
            File.Exists(Path.Combine(w.Clone.Temporary, "no-sdk", "asked")).ShouldBeFalse();
            Builds(w).ShouldBe(w.Noted);
        });

    private static string Builds(World world) => string.Join('\n', Directory.EnumerateFileSystemEntries(
        Path.Combine(world.Root.Folder, "artifacts", "build"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
