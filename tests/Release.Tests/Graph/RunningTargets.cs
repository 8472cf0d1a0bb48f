using Nuke.Common;
using Nuke.Common.Utilities.Collections;
using Serilog;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class RunningTargets
{
    [Fact]
    public async Task Prints_blocks_log_lines_warnings_and_the_table()
    {
        using var run = new GraphRun<Pipeline>();
        (await run.Run("Promote --no-logo")).ShouldBe(1);
        run.Out.ShouldBe("""

            ╬══════════════
            ║ PreChecks
            ╬═════

            03:52:34 [INF] production is reachable

            ╬════════════════
            ║ MetricsGate
            ╬═══════

            03:52:34 [WRN] p99 is close to limit
            03:52:40 [ERR] InvalidOperationException: p99 too high
              look at the dashboard

            ╬════════════
            ║ Cleanup
            ╬═══


            ╬══════════════════════
            ║ Errors & Warnings
            ╬═════════════

            [WRN] MetricsGate: p99 is close to limit
            [ERR] MetricsGate: InvalidOperationException: p99 too high

            ═══════════════════════════════════════
            Target             Status      Duration
            ───────────────────────────────────────
            Rollback           Skipped                // OnlyWhen: FailedTargets.Count > 0
            PreChecks          Succeeded     < 1sec   // Version: 1.2.3, Env: prod
            MetricsGate        Failed          0:06   // InvalidOperationException: p99 too high
            Promote            NotRun
            Cleanup            Succeeded      10:00
            ───────────────────────────────────────
            Total                             10:06
            ═══════════════════════════════════════

            Build failed on 2026-11-21T04:02:40Z.

            """, StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public async Task Awaits_async_bodies_in_order()
    {
        using var run = new GraphRun<Bodies>();
        (await run.Run("Awaited")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["first", "second", "third"]);
    }

    [Fact]
    public async Task Goes_on_after_a_failure_that_may_be_passed_and_still_fails()
    {
        using var run = new GraphRun<Failures>();
        (await run.Run("After")).ShouldBe(1);
        run.Ran.ShouldBe(["after"]);
    }

    [Fact]
    public async Task Runs_an_assured_target_after_any_failure_and_can_see_it()
    {
        using var run = new GraphRun<Failures>();
        (await run.Run("Never")).ShouldBe(1);
        run.Ran.ShouldBe(["assured: Breaks"]);
    }

    [Theory]
    [InlineData("Sets7", 7)]
    [InlineData("Sets7 Breaks", 7)]
    [InlineData("Sets0 Breaks", 1)]
    [InlineData("Sets0", 0)]
    [InlineData("BreaksCondition", 1)]
    public async Task Exits_as_the_build_says_but_never_with_0_after_a_failure(string targets, int expected)
    {
        using var run = new GraphRun<Codes>();
        (await run.Run(targets)).ShouldBe(expected, run.Error);
    }

    [Fact]
    public async Task Skips_a_named_target_alone()
    {
        using var run = new GraphRun<Chain>();
        (await run.Run("C --skip b --reason because")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["a", "c"]);
        run.Out.ShouldContain("// Skipped: via parameter: because");
    }

    [Fact]
    public async Task Skips_everything_that_was_not_asked_for_when_no_name_is_given()
    {
        using var run = new GraphRun<Chain>();
        (await run.Run("C --skip --reason because")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["c"]);
    }

    [Fact]
    public async Task Skips_what_only_a_skipped_target_needed_unless_told_otherwise()
    {
        using var run = new GraphRun<Conditional>();
        (await run.Run("Last")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["needed by kept", "last"]);
        run.Out.ShouldContain("// Skipped: because of Dropped");
        run.Out.ShouldContain("// OnlyWhen: Never");
    }

    [Fact]
    public async Task Starts_nothing_after_a_signal_and_awaits_what_runs()
    {
        using var run = new GraphRun<Interrupted>();
        (await run.Run("Last")).ShouldBe(143);
        run.Ran.ShouldBe(["told: Aborted=0"]);
        run.Out.ShouldContain("Cut                Aborted");
        run.Out.ShouldContain("Last               NotRun");
        run.Out.ShouldContain("Assured            NotRun");
        run.Out.ShouldContain("Build was interrupted on ");
    }

    [Fact]
    public async Task Exits_as_the_build_says_after_a_signal_too()
    {
        using var run = new GraphRun<Interrupted>();
        (await run.Run("Last --code 5")).ShouldBe(5);
        (await run.Run("Last --code 0")).ShouldBe(143);
    }

    [Fact]
    public async Task Is_done_when_the_signal_came_too_late_to_change_anything()
    {
        using var run = new GraphRun<Interrupted>();
        (await run.Run("Finishes")).ShouldBe(0, run.Out);
    }

    [Fact]
    public async Task Leaves_standard_output_to_the_targets_when_it_must_be_machine_readable()
    {
        using var run = new GraphRun<Reporting>();
        (await run.Run("Status --json")).ShouldBe(0, run.Error);
        run.Out.ShouldBe("{}" + Environment.NewLine);
        run.Error.ShouldContain("reading");
        run.Error.ShouldContain("Build succeeded");
    }

    [Theory]
    [InlineData("Verbose", "VRB DBG INF WRN ERR FTL")]
    [InlineData("Normal", "DBG INF WRN ERR FTL")]
    [InlineData("Minimal", "WRN ERR FTL")]
    [InlineData("Quiet", "ERR FTL")]
    public async Task Logs_from_the_verbosity_up(string verbosity, string expected)
    {
        using var run = new GraphRun<Talking>();
        (await run.Run($"Talk --verbosity {verbosity}")).ShouldBe(0, run.Error);
        var tags = run.Out.Split('\n').Where(static line => line.StartsWith("03:52:34", StringComparison.Ordinal))
            .Select(static line => line.Substring(10, 3));
        string.Join(' ', tags).ShouldBe(expected);
    }

    [Fact]
    public async Task Folds_blocks_and_annotates_on_GitHub()
    {
        using var run = new GraphRun<Talking>();
        (await run.With("GITHUB_ACTIONS", "true").Run("Talk")).ShouldBe(0, run.Error);
        run.Out.ShouldContain("::group::Talk\n");
        run.Out.ShouldContain("::endgroup::Talk\n");
        run.Out.ShouldContain("::warning::100%25 sure%0A: :error::injected\n");
        run.Out.ShouldNotContain("\n::error::injected");
    }

    internal sealed class Pipeline : NukeBuild
    {
        public Target PreChecks => _ => _.Executes(() =>
        {
            Log.Information("{Env} is reachable", "production");
            ReportSummary(_ => _.AddPair("Version", "1.2.3").AddPair("Env", "prod"));
        });

        public Target MetricsGate => _ => _.DependsOn(PreChecks).Executes(() =>
        {
            Log.Warning("p99 is close to limit");
            Trace.Clock.Advance(TimeSpan.FromSeconds(6));
            throw new InvalidOperationException("p99 too high\nlook at the dashboard");
        });

        public Target Promote => _ => _.DependsOn(MetricsGate).Triggers(Cleanup).Executes(() => { });

        public Target Cleanup => _ => _.After(Promote).AssuredAfterFailure()
            .Executes(() => Trace.Clock.Advance(TimeSpan.FromMinutes(10)));

        public Target Rollback => _ => _.DependentFor(PreChecks).OnlyWhenDynamic(() => FailedTargets.Count > 0)
            .Executes(() => { });
    }

    internal sealed class Bodies : NukeBuild
    {
        public Target Awaited => _ => _
            .Executes(async () =>
            {
                await Task.Yield();
                Trace.Ran.Add("first");
            })
            .Executes(() => Trace.Ran.Add("second"))
            .Executes(async () =>
            {
                await Task.Yield();
                Trace.Ran.Add("third");
                return 3;
            });
    }

    internal sealed class Failures : NukeBuild
    {
        public Target Passable => _ => _.ProceedAfterFailure().Executes(() => Assert("passable"));
        public Target After => _ => _.DependsOn(Passable).Traced("after");
        public Target Breaks => _ => _.Triggers(Assured).Executes(() => Assert("breaks"));
        public Target Never => _ => _.DependsOn(Breaks).Traced("never");
        public Target Assured => _ => _.After(Never).AssuredAfterFailure()
            .OnlyWhenDynamic(() => FailedTargets.Contains(Breaks))
            .Executes(() => Trace.Ran.Add($"assured: {string.Join(',', FailedTargets)}"));

        private static void Assert(string message) => Nuke.Common.Assert.Fail(message);
    }

    internal sealed class Codes : NukeBuild
    {
        public Target Breaks => _ => _.After(Sets0, Sets7).Executes(() => throw new InvalidOperationException());
        public Target Sets0 => _ => _.Executes(() => ExitCode = 0);
        public Target Sets7 => _ => _.Executes(() => ExitCode = 7);
        public Target BreaksCondition => _ => _
            .OnlyWhenDynamic(() => string.Empty[1] == ' ').Executes(() => { });
    }

    internal sealed class Chain : NukeBuild
    {
        public Target A => _ => _.Traced("a");
        public Target B => _ => _.DependsOn(A).Traced("b");
        public Target C => _ => _.DependsOn(B).Traced("c");
    }

    internal sealed class Conditional : NukeBuild
    {
        private static bool Never => false;
        public Target NeededByDropped => _ => _.Traced("needed by dropped");
        public Target NeededByKept => _ => _.After(NeededByDropped).Traced("needed by kept");
        public Target Dropped => _ => _.DependsOn(NeededByDropped).OnlyWhenStatic(() => Never).Traced("dropped");
        public Target Kept => _ => _.DependsOn(NeededByKept).After(Dropped).OnlyWhenStatic(() => Never)
            .WhenSkipped(DependencyBehavior.Execute).Traced("kept");
        public Target Last => _ => _.DependsOn(Dropped, Kept).Traced("last");
    }

    internal sealed class Interrupted : NukeBuild
    {
        [Parameter] public int? Code { get; }

        public Target Cut => _ => _.Triggers(Assured).Executes(async () =>
        {
            ExitCode = Code;
            Trace.Interrupt().ShouldBeTrue();
            Trace.Interrupt().ShouldBeFalse();
            await Task.Yield();
            Trace.Ran.Add($"told: Aborted={AbortedTargets.Count}");
            throw new OperationCanceledException();
        });

        public Target Last => _ => _.DependsOn(Cut).Traced("last");
        public Target Assured => _ => _.After(Last).AssuredAfterFailure().Traced("assured");
        public Target Finishes => _ => _.Executes(Trace.Interrupt);
    }

    internal sealed class Reporting : NukeBuild
    {
        [Parameter] public bool Json { get; }

        public Target Status => _ => _.Executes(() =>
        {
            Log.Information("reading");
            Trace.Print("{}");
        });
    }

    internal sealed class Talking : NukeBuild
    {
        public Target Talk => _ => _.Executes(() =>
        {
            Log.Verbose("v");
            Log.Debug("d");
            Log.Information("i");
            Log.Warning("100% sure\n::error::injected");
            Log.Error("e");
            Log.Fatal("f");
        });
    }
}
