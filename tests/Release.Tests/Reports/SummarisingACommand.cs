using Release.Reports;
using Release.Runs;
using Release.Tests.Journal;
using Release.Tests.Runs;

namespace Release.Tests.Reports;

public sealed class SummarisingACommand : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FileName => Path.Combine(Directory.CreateDirectory(_folder.Env).FullName, "summary.md");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_promoted_run_is_added_to_what_others_wrote()
    {
        await File.WriteAllTextAsync(FileName, "# Others\n");
        var scene = Told.Scene();

        await Summarise(scene, () => scene.Release().Status.ShouldBe(ExitStatus.Done));

        (await File.ReadAllTextAsync(FileName)).ShouldStartWith("# Others\n\n# ✓ Promoted: 1.1.0 in fake\n");
    }

    [Fact]
    public async Task A_refused_run_is_added_too()
    {
        var scene = Told.Scene().Deployed().Sick("1.1.0");

        await Summarise(scene, () => scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo));

        (await File.ReadAllTextAsync(FileName)).ShouldContain("# ↩ Rolled back: 1.1.0 in fake");
    }

    [Fact]
    public async Task A_command_without_a_run_adds_nothing()
    {
        var scene = Told.Scene().Deployed();

        await Summarise(scene, () => scene.Rollback().Status.ShouldBe(ExitStatus.Done));

        File.Exists(FileName).ShouldBeFalse();
    }

    [Fact]
    public async Task What_does_not_fit_is_left_out_with_a_word()
    {
        await File.WriteAllTextAsync(FileName, new string('x', 1024 * 1024));
        var scene = Told.Scene();

        await Summarise(scene, () => scene.Release().Status.ShouldBe(ExitStatus.Done));

        new FileInfo(FileName).Length.ShouldBe(1024 * 1024);
        scene.Lines.ShouldContain(l => l.Contains("The summary is full", StringComparison.Ordinal) && l.Contains("./build.sh Report --env fake", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_cannot_be_written_changes_nothing()
    {
        var scene = Told.Scene();

        await Summarise(scene, () => scene.Release().Status.ShouldBe(ExitStatus.Done), Path.Combine(_folder.Env, "gone", "summary.md"));

        scene.Lines.ShouldContain(l => l.StartsWith("! The summary could not be written", StringComparison.Ordinal));
    }

    // A real file is written, on a thread of its own: that is not for the clock that moves by itself.
    private async Task Summarise(Scene scene, Action command, string? file = null)
    {
        var summary = await RunSummary.Begin(scene.Process().Environment, file ?? FileName, text => text);
        command();
        await summary.Write();
    }
}
