using Nuke.Common;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class UsingItWrongly
{
    [Theory]
    [InlineData("Go --canary-precent 5", "--canary-precent: did you mean --canary-percent?")]
    [InlineData("Go --canary-percent many", "--canary-percent: 'many' (command line) is not valid; expected a whole number")]
    [InlineData("Go --canary-percent 5 --canary-percent 6", "--canary-percent is given twice")]
    [InlineData("Go --canary-percent", "--canary-percent needs a value, as --canary-percent …")]
    [InlineData("Go --canary-percent=", "--canary-percent= has no value.")]
    [InlineData("Go --mode furious", "--mode: 'furious' (command line) is not valid; expected one of Slow, Fast.")]
    [InlineData("Go --mode 1", "expected one of Slow, Fast.")]
    [InlineData("Go --dry-run=maybe", "expected true or false.")]
    [InlineData("Gone", "There is no target Gone. Did you mean Go? Targets: Go, Stop.")]
    [InlineData("Go --skip Stopp", "There is no target Stopp. Did you mean Stop?")]
    [InlineData("Go --skip Stop Go", "is 'Go' to be skipped or run?")]
    [InlineData("Go --continue", "Run the Resume target")]
    [InlineData("Go --verbosity loud", "expected one of Verbose, Normal, Minimal, Quiet.")]
    [InlineData("Go --host Travis", "expected one of GitHubActions, Terminal.")]
    [InlineData("Go --partition 3/2", "expected part and total, as 2/3.")]
    [InlineData("Go --profile nobody", "--profile nobody (command line): there is no such profile. There are none")]
    [InlineData("", "No target was named, and this build has no default")]
    public async Task Exits_with_2_says_what_is_wrong_and_runs_nothing(string arguments, string expected)
    {
        using var run = new GraphRun<Simple>();
        (await run.Run(arguments)).ShouldBe(2, run.Out);
        run.Error.ShouldContain(expected);
        run.Error.ShouldNotContain("   at ");
        run.Out.ShouldBeEmpty();
        run.Ran.ShouldBeEmpty();
    }

    public static TheoryData<string[], string> OddWords => new()
    {
        { [""], "A word is empty where the name of a target should stand" },
        { ["+"], "A word is empty" },
        { ["--"], "-- stands alone" },
        { ["--", "Go"], "-- stands alone" },
        { ["-"], "There is no target -." },
        { ["-m", "Fast", "Go"], "-m: did you mean --mode?" },
        { ["Go", "-x"], "-x: no such parameter; see --help." },
        { ["Go", ""], "A word is empty" },
        { ["Go!"], "There is no target Go!. Did you mean Go?" },
        { ["G\0o"], "There is no target G\\u0000o. Did you mean Go?" },
        { ["Go\nBuild succeeded"], "There is no target Go\\u000aBuild succeeded." },
        { ["\u001b[31mGo"], "There is no target \\u001b[31mGo." },
        { ["Go", "--\u202emode", "Fast"], "--\\u202emode: did you mean --mode?" },
        { [new string('x', 100_000)], "x… (100000 characters)." },
        { ["Go", "--" + new string('x', 100_000)], "x… (100002 characters): no such parameter; see --help." },
        { ["Go", "--mode", new string('x', 100_000)], "x… (100000 characters)' (command line) is not valid" },
        { ["Go", "--mode", ""], "--mode needs a value" },
        { ["Go", "--mode", "--dry-run"], "--mode needs a value, as --mode …; --dry-run is an option of its own. Write --mode=… for a value that begins with a dash." },
        { ["Go", "--mode", "Fast", "Slow"], "There is no target Slow. (--mode takes one value; this word stands after it.)" },
        { ["Go", "--dry-run", "--dry-run=false"], "--dry-run is given twice" },
        { ["Go", "--skip", ""], "--skip needs a value" },
        { ["Go", "--html"], "--html goes with --plan" },
        { ["Go", "--root", "/nowhere/at/all"], "--root: there is no folder /nowhere/at/all." },
    };

    [Theory]
    [MemberData(nameof(OddWords))]
    public async Task Is_told_so_whatever_the_words_are_made_of(string[] arguments, string expected)
    {
        using var run = new GraphRun<Simple>();
        (await run.Run(arguments, x => x.Go)).ShouldBe(2, run.Out);
        run.Error.ShouldContain(expected);
        run.Error.Split('\n').ShouldAllBe(static line => line.Length < 300);
        run.Error.ShouldAllBe(c => c == '\n' || !char.IsControl(c));
        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Does_not_come_from_a_variable_when_targets_are_named()
    {
        using var run = new GraphRun<Simple>();
        (await run.With("RELEASE_TARGET", "Gone").Run("Go")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["go"]);
        (await run.Run("")).ShouldBe(2);
        run.Error.ShouldContain("There is no target Gone.");
    }

    [Fact]
    public async Task Names_both_variables_that_claim_one_parameter()
    {
        using var run = new GraphRun<Simple>();
        _ = run.With("NUKE_MODE", "Slow").With("RELEASE_MODE", "Fast");
        (await run.Run("Go")).ShouldBe(2);
        run.Error.ShouldContain("NUKE_MODE and RELEASE_MODE are both set, and both name --mode");
    }

    [Theory]
    [InlineData("""{ "Canarypercentt": 5 }""", "did you mean CanaryPercent?")]
    [InlineData("""{ "CanaryPercent": "x" }""", "is not valid; expected a whole number")]
    [InlineData("""{ "CanaryPercent": { } }""", "CanaryPercent: expected text, a number, true, false, or a list of these.")]
    [InlineData("""{ "CanaryPercent": """, "parameters.json:1: this is not valid JSON")]
    [InlineData("[]", "expected one JSON object")]
    [InlineData("""{ "Skip": "Stop" }""", "Skip: ")]
    public async Task Counts_in_files_too(string json, string expected)
    {
        using var run = new GraphRun<Simple>();
        (await run.WithFile("parameters.json", json).Run("Go")).ShouldBe(2);
        run.Error.ShouldContain(expected);
        run.Error.ShouldContain("parameters.json");
    }

    [Fact]
    public async Task Is_told_about_all_at_once()
    {
        using var run = new GraphRun<Simple>();
        (await run.Run("Go --canary-percent many --mode furious --nothing")).ShouldBe(2);
        run.Error.ShouldContain("--canary-percent: 'many'");
        run.Error.ShouldContain("--mode: 'furious'");
        run.Error.ShouldContain("--nothing: ");
    }

    [Fact]
    public async Task Is_told_about_everything_that_is_missing_at_once()
    {
        using var run = new GraphRun<Demanding>();
        (await run.Run("Go")).ShouldBe(2);
        run.Error.ShouldBe("""
            --always is missing (Every run needs it; or RELEASE_ALWAYS).
            --version is missing (What to release; or RELEASE_VERSION); required by First, Go.
            --percent is missing (or RELEASE_PERCENT); required by Go.
            requirement not met: (Env == "prod"); required by Go.
            Nothing was run. See --help for targets and parameters.

            """, StringCompareShould.IgnoreLineEndings);
        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_told_the_missing_value_also_where_a_condition_rests_on_it()
    {
        using var run = new GraphRun<Resting>();
        (await run.Run("Go")).ShouldBe(2);
        run.Error.ShouldContain("requirement not met: Version.StartsWith(\"v1\"");
        run.Error.ShouldContain("--version is missing");
    }

    [Fact]
    public async Task Is_told_the_builds_own_words_where_a_condition_throws_them()
    {
        using var run = new GraphRun<Particular>();
        (await run.Run("Go")).ShouldBe(2);
        run.Error.ShouldBe("There is no such place. Name another.\n", StringCompareShould.IgnoreLineEndings);
        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_not_held_against_a_target_that_is_skipped()
    {
        using var run = new GraphRun<Demanding>();
        (await run.Run("First --always x --version 1 --skip Go")).ShouldBe(0, run.Error);
        (await run.Run("Go --always x --version 1 --percent 3 --env prod")).ShouldBe(0, run.Error);
    }

    [Fact]
    public async Task Never_shows_a_stack_trace_when_a_constructor_throws()
    {
        using var run = new GraphRun<Unbuildable>();
        (await run.Run("Go")).ShouldBe(1);
        run.Out.ShouldContain("InvalidOperationException: no luck");
        run.Out.ShouldNotContain("   at ");
    }

    internal enum Mode
    {
        Slow,
        Fast,
    }

    internal sealed class Simple : NukeBuild
    {
        [Parameter] public int? CanaryPercent { get; }
        [Parameter] public Mode? Mode { get; }
        [Parameter] public bool DryRun { get; }
        public Target Go => _ => _.Traced("go");
        public Target Stop => _ => _.Traced("stop");
        public Target Internal => _ => _.Unlisted();
    }

    internal sealed class Demanding : NukeBuild
    {
        [Parameter("What to release.")] public string? Version { get; }
        [Parameter] public int? Percent { get; }
        [Parameter] public string Env { get; } = "local";
        [Required] [Parameter("Every run needs it.")] public string? Always { get; }
        public Target First => _ => _.Requires(() => Version).Traced("first");
        public Target Go => _ => _.DependsOn(First).Requires(() => Version).Requires(() => Percent)
            .Requires(() => Env == "prod").Traced("go");
    }

    internal sealed class Resting : NukeBuild
    {
        [Parameter] public string? Version { get; }
        public Target Go => _ => _.Requires(() => Version!.StartsWith("v1", StringComparison.Ordinal)).Requires(() => Version);
    }

    internal sealed class PlaceException(string message) : Exception(message);

    internal sealed class Particular : NukeBuild
    {
        public bool IsKnown => throw new PlaceException("There is no such place. Name another.");
        public Target First => _ => _.Requires(() => IsKnown).Traced("first");
        public Target Go => _ => _.DependsOn(First).Requires(() => IsKnown).Traced("go");
    }

    internal sealed class Unbuildable : NukeBuild
    {
        public Unbuildable() => throw new InvalidOperationException("no luck");
        public Target Go => _ => _;
    }
}
