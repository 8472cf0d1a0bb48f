using Nuke.Common;
using Nuke.Common.Tooling;
using Serilog;

namespace Release.Tests.Graph;

/// <summary>Where the graph is stricter or better than NUKE: each row of that table, by one run or more.</summary>
[Collection("Graph")]
public sealed class BetterThanNuke
{
    [Theory]
    [InlineData("an unknown parameter", "Go --canary-precent 5", "--canary-precent: did you mean --canary-percent?")]
    [InlineData("a value that cannot be converted", "Go --canary-percent many", "--canary-percent: 'many' (command line) is not valid; expected a whole number")]
    [InlineData("all that is missing at once", "Need", "--key is missing (or RELEASE_KEY); required by Need.\n--version is missing (or RELEASE_VERSION); required by Need.")]
    [InlineData("--continue", "Go --continue", "Run the Resume target")]
    [InlineData("skipping what guards", "Go --skip Check", "Check cannot be skipped just so: it guards Go, which depends on it.")]
    public async Task Refuses_with_2_and_a_sentence(string row, string arguments, string expected)
    {
        using var run = new GraphRun<Rows>();
        (await run.Run(arguments)).ShouldBe(2, row);
        run.Error.ShouldContain(expected);
        run.Ran.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("an equals sign", "Show --env=prod", "env=prod")]
    [InlineData("no equals sign", "Show --env prod", "env=prod")]
    [InlineData("a switch does not swallow a target", "--dry-run Show", "dry")]
    [InlineData("a switch takes a value after an equals sign", "--dry-run=false Show", "")]
    [InlineData("a target after an option's value", "--env prod Show", "env=prod")]
    [InlineData("a target between options", "--env prod Show --dry-run", "env=prod dry")]
    public async Task Understands_what_people_write(string row, string arguments, string expected)
    {
        using var run = new GraphRun<Rows>();
        (await run.Run(arguments)).ShouldBe(0, row + run.Error);
        string.Join(' ', run.Ran).ShouldBe(expected, row);
    }

    [Fact]
    public async Task Counts_only_variables_with_a_prefix_and_refuses_two_for_one_parameter()
    {
        using var run = new GraphRun<Rows>();
        (await run.With("ENV", "nobody").With("VERSION", "9").With("RELEASE_ENV", "prod").Run("Show")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["env=prod"]);
        (await run.With("NUKE_ENV", "other").Run("Show")).ShouldBe(2);
        run.Error.ShouldContain("NUKE_ENV and RELEASE_ENV are both set, and both name --env; unset all but one.");
    }

    [Fact]
    public async Task Masks_secrets_in_console_summary_exception_command_line_tool_output_and_commands_to_the_host()
    {
        using var run = new GraphRun<Rows>();
        _ = run.With("GITHUB_ACTIONS", "true").With("GITHUB_STEP_SUMMARY", Path.Combine(run.Root, "summary.md")).With("NUKE_KEY", "overshadowed9");
        (await run.Run("Leak --key hunter22 --plan")).ShouldBe(0, run.Error);
        (await run.Run("Leak --key hunter22")).ShouldBe(1);
        var all = run.Out + run.Error + await File.ReadAllTextAsync(Path.Combine(run.Root, "summary.md"));
        all.ShouldNotContain("hunter22");
        all.ShouldNotContain("overshadowed9");
        run.Out.ShouldContain("[INF] > echo ***");
        run.Out.ShouldContain("[DBG] ***");
        run.Out.ShouldContain("::warning::told ***");
        run.Out.ShouldContain("// Key: ***");
        run.Out.ShouldContain("InvalidOperationException: bad ***");
    }

    [Fact]
    public async Task Lets_no_tool_command_the_host_and_takes_its_second_stream_for_what_it_is()
    {
        using var run = new GraphRun<Rows>();
        (await run.With("GITHUB_ACTIONS", "true").Run("Noisy")).ShouldBe(0, run.Out);
        var commands = run.Out.Split('\n').Where(static line => line.TrimStart().StartsWith("::", StringComparison.Ordinal)).ToArray();
        commands.ShouldBe(["::group::Noisy", "::endgroup::Noisy"]);
        run.Out.ShouldNotContain("##[");
        run.Out.ShouldContain("2> only telling");
    }

    [Fact]
    public async Task Never_hides_a_failure_behind_an_exit_code_of_0()
    {
        using var run = new GraphRun<Rows>();
        (await run.Run("Hide")).ShouldBe(1);
    }

    [Fact]
    public async Task Prints_plain_spaces_dates_of_the_iso_and_ten_minutes_as_such()
    {
        using var run = new GraphRun<Rows>();
        (await run.Run("Slow")).ShouldBe(0);
        run.Out.ShouldContain("Slow               Succeeded      10:00");
        run.Out.ShouldContain("Build succeeded on 2026-11-21T04:02:34Z.");
        run.Out.ShouldAllBe(c => c == '\n' || c == '\r' || c == '═' || c == '─' || c == '╬' || c == '║' || c >= ' ' && c <= '~');
        run.Out.Split('\n').ShouldAllBe(static line => line == line.TrimEnd(' ', '\u200b', '\u00a0'));
    }

    [Fact]
    public async Task Fails_an_assertion_with_a_type_of_its_own_and_no_trace()
    {
        using var run = new GraphRun<Rows>();
        (await run.Run("Fails")).ShouldBe(1);
        run.Out.ShouldContain("BuildFailure: nothing to release");
        run.Out.ShouldNotContain("   at ");
    }

    [Fact]
    public void Opens_no_connection_as_it_has_nothing_to_open_one_with()
    {
        string[] network = ["System.Net.Http", "System.Net.Sockets", "System.Net.Requests", "System.Net.WebSockets", "System.Net.Mail"];
        typeof(NukeBuild).Assembly.GetReferencedAssemblies().Select(static name => name.Name).Intersect(network).ShouldBeEmpty();
    }

    internal sealed class Rows : NukeBuild
    {
        [Parameter] public int? CanaryPercent { get; }
        [Parameter] public string? Env { get; }
        [Parameter] public string? Version { get; }
        [Parameter] public bool DryRun { get; }
        [Secret] [Parameter] public string? Key { get; }

        public Target Check => _ => _.Traced("check");
        public Target Go => _ => _.DependsOn(Check).Traced("go");
        public Target Need => _ => _.Requires(() => Key).Requires(() => Version).Traced("need");
        public Target Fails => _ => _.Executes(() => Nuke.Common.Assert.Fail("nothing to release"));
        public Target Slow => _ => _.Executes(() => Trace.Clock.Advance(TimeSpan.FromMinutes(10)));

        public Target Show => _ => _.Executes(() =>
        {
            Trace.Ran.AddRange(Env is null ? [] : [$"env={Env}"]);
            Trace.Ran.AddRange(DryRun ? ["dry"] : []);
        });

        public Target Hide => _ => _.Executes(() =>
        {
            ExitCode = 0;
            throw new InvalidOperationException("hidden");
        });

        public Target Noisy => _ => _.Executes(() =>
        {
            using var tool = ProcessTasks.StartShell(
                "echo '::stop-commands::x'; echo ' ::error::no'; echo '##[error]no'; echo 'a##vso[task.x]no'; echo only telling >&2").AssertZeroExitCode();
        });

        public Target Leak => _ => _.Executes(() =>
        {
            ReportSummary(_ => new() { ["Key"] = Key! });
            Log.Warning("told {Key:l}", Key);
            using var tool = ProcessTasks.StartProcess("echo", Key).AssertZeroExitCode();
            throw new InvalidOperationException($"bad {Key}");
        });
    }
}
