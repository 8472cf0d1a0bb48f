using Nuke.Common;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class UsingItWrongly
{
    [Theory]
    [InlineData("Go --canary-precent 5", "--canary-precent: did you mean --canary-percent?")]
    [InlineData("Go --canary-percent many", "--canary-percent: 'many' (command line) is not valid; expected a whole number")]
    [InlineData("Go --canary-percent 5 --canary-percent 6", "--canary-percent is given twice")]
    [InlineData("Go --canary-percent", "--canary-percent needs a value.")]
    [InlineData("Go --canary-percent=", "--canary-percent= has no value.")]
    [InlineData("Go --mode furious", "--mode: 'furious' (command line) is not valid; expected one of Slow, Fast.")]
    [InlineData("Go --mode 1", "expected one of Slow, Fast.")]
    [InlineData("Go --dry-run=maybe", "expected true or false.")]
    [InlineData("Gone", "There is no target Gone. Did you mean Go? Targets: Go, Stop.")]
    [InlineData("Go --skip Stopp", "There is no target Stopp. Did you mean Stop?")]
    [InlineData("Go --skip Stop Go", "is 'Go' to be skipped or run?")]
    [InlineData("Go --continue", "Run the Resume target")]
    [InlineData("Go --verbosity loud", "expected one of Verbose, Normal, Minimal, Quiet.")]
    [InlineData("Go --host Travis", "expected Terminal or GitHubActions.")]
    [InlineData("Go --partition 3/2", "expected part and total, as 2/3.")]
    [InlineData("Go --profile nobody", "parameters.nobody.json.")]
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
    [InlineData("""{ "CanaryPercent": """, "parameters.json:1: not valid JSON.")]
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
        run.Error.ShouldBe("There is no such place. Name another.\nNothing was run. See --help for targets and parameters.\n", StringCompareShould.IgnoreLineEndings);
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
