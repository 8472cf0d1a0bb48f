using Nuke.Common;
using Nuke.Common.CI.GitHubActions;
using Serilog;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class RunningOnGitHub
{
    private const string Hostile = "a|b `c` <img src=x onerror=alert(1)> [l](http://x) **b** @team #1 \u001b[31m\u202e::error::x ##[error]y";

    [Fact]
    public async Task Appends_the_table_of_targets_to_the_jobs_summary()
    {
        using var run = Github<Summed>();
        var file = Path.Combine(run.Root, "summary.md");
        await File.WriteAllTextAsync(file, "what was there\n");
        (await run.With("GITHUB_STEP_SUMMARY", file).Run("Fails")).ShouldBe(1);
        (await File.ReadAllTextAsync(file)).ShouldBe("""
            what was there
            ### Build failed

            | Target | Status | Duration | |
            | :-- | :-- | --: | :-- |
            | Looks | ✅ Succeeded | 10&#58;00 | Version&#58; 1&#46;2&#46;0 |
            | Fails | ❌ Failed | &#60; 1sec | InvalidOperationException&#58; no |
            | Last | ▫️ NotRun |  |  |
            | **Total** | | 10&#58;00 | |


            """, StringCompareShould.IgnoreLineEndings);
    }

    [Theory]
    [InlineData("/nowhere/at/all.md")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("a\u0000b")]
    public async Task Goes_on_where_the_summary_cannot_be_written(string file)
    {
        using var run = Github<Summed>();
        (await run.With("GITHUB_STEP_SUMMARY", file).Run("Looks")).ShouldBe(0, run.Error);
    }

    [Fact]
    public void Text_in_a_cell_is_text()
    {
        var cell = StepSummary.Text(Hostile + "\n| new row |");
        cell.ShouldBe("a&#124;b &#96;c&#96; &#60;img src=x onerror=alert(1)&#62; &#91;l&#93;(http&#58;//x) &#42;&#42;b&#42;&#42; &#64;team &#35;1 "
            + "&#58;&#58;error&#58;&#58;x &#35;&#35;&#91;error&#93;y &#124; new row &#124;");
        StepSummary.Text(new string('x', 100_000)).Length.ShouldBe(500);
    }

    [Fact]
    public async Task Annotates_warnings_and_errors_and_lets_no_text_be_a_command()
    {
        using var run = Github<Shouting>();
        (await run.Run("Shout")).ShouldBe(0, run.Out);
        var commands = run.Out.Split('\n').Where(static line => line.TrimStart().StartsWith("::", StringComparison.Ordinal)).ToArray();
        commands.ShouldBe([
            "::group::Shout",
            "::warning::one%0A: :stop-commands::x%0Atwo",
            "::error::a|b `c` <img src=x onerror=alert(1)> [l](http://x) **b** @team #1 ::error::x # #[error]y",
            "::endgroup::Shout",
            "::group::Errors & Warnings",
            "::endgroup::Errors & Warnings",
        ]);
        run.Out.ShouldNotContain("\u001b");
        run.Out.ShouldNotContain("##[");
    }

    private static GraphRun<T> Github<T>()
        where T : NukeBuild, new() => new GraphRun<T>().With("GITHUB_ACTIONS", "true");

    internal sealed class Summed : NukeBuild
    {
        public Target Looks => _ => _.Executes(() =>
        {
            Trace.Clock.Advance(TimeSpan.FromMinutes(10));
            ReportSummary(_ => new() { ["Version"] = "1.2.0" });
        });

        public Target Fails => _ => _.DependsOn(Looks).Triggers(Last).Executes(() => throw new InvalidOperationException("no"));
        public Target Last => _ => _.After(Fails).Traced("last");
    }

    internal sealed class Shouting : NukeBuild
    {
        public Target Shout => _ => _.Executes(() =>
        {
            Log.Warning("one\r\n::stop-commands::x\rtwo");
            Log.Error(Hostile.Replace("{", "{{", StringComparison.Ordinal));
        });
    }
}
