using Nuke.Common;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class SkippingTargets
{
    [Theory]
    [InlineData("Ship --skip Check", "Check cannot be skipped just so: it guards Build, Ship, which depend on it.")]
    [InlineData("Ship --skip Build", "Build cannot be skipped just so: it guards Ship, which depends on it.")]
    [InlineData("Ship --skip Build+Check", "Check cannot be skipped just so: it guards Ship, which depends on it.")]
    [InlineData("Ship --skip", "Build cannot be skipped just so")]
    [InlineData("Ship --skip Check", "say why, and the reason is recorded: ./build.sh Ship --skip Check --reason \"…\"")]
    [InlineData("Ship --skip", "./build.sh Ship --skip --reason \"…\"")]
    [InlineData("Ship --skip Ship", "Ship is both asked for and skipped; leave out one of the two.")]
    [InlineData("Ship --skip Ship --reason x", "Ship is both asked for and skipped")]
    [InlineData("Ship --skip Chekc --reason x", "There is no target Chekc. Did you mean Check?")]
    [InlineData("Ship --skip Check --reason", "--reason needs a value, as --reason …")]
    [InlineData("Ship --skip Check --reason=", "--reason= has no value.")]
    public async Task Is_refused_where_something_depends_on_them(string arguments, string expected)
    {
        using var run = new GraphRun<Guarded>();
        (await run.Run(arguments)).ShouldBe(2, run.Out);
        run.Error.ShouldContain(expected);
        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_refused_where_the_reason_is_blank_or_always_there()
    {
        using var run = new GraphRun<Guarded>();
        (await run.Run(["Ship", "--skip", "Check", "--reason", "  "])).ShouldBe(2);
        run.Error.ShouldContain("Check cannot be skipped just so");
        using var own = new GraphRun<WithReason>();
        (await own.WithFile("parameters.json", """{ "Reason": "as always" }""").Run("Ship --skip Check")).ShouldBe(2);
        own.Error.ShouldContain("Check cannot be skipped just so");
    }

    [Theory]
    [InlineData("Ship --skip Check --reason outage", "build ship tell")]
    [InlineData("Ship --skip Build --reason outage", "check ship tell")]
    [InlineData("Ship --skip --reason outage", "ship")]
    [InlineData("Ship --skip Tell", "check build ship")]
    [InlineData("Ship --skip Clean", "check build ship tell")]
    public async Task Skips_those_alone(string arguments, string expected)
    {
        using var run = new GraphRun<Guarded>();
        (await run.Run(arguments)).ShouldBe(0, run.Error);
        string.Join(' ', run.Ran).ShouldBe(expected);
    }

    [Fact]
    public async Task Says_the_reason_in_plan_and_summary()
    {
        using var run = new GraphRun<Guarded>();
        (await run.Run(["Ship", "--skip", "Check", "--reason", "the outage is worse", "--plan"])).ShouldBe(0, run.Error);
        run.Out.ShouldContain("SKIPPED via parameter: the outage is worse");
        (await run.Run(["Ship", "--skip", "Check", "--reason", "the outage is worse"])).ShouldBe(0, run.Error);
        run.Out.ShouldContain("Check              Skipped                // Skipped: via parameter: the outage is worse");
    }

    [Fact]
    public async Task Takes_the_reason_of_the_build_where_it_has_one()
    {
        using var run = new GraphRun<WithReason>();
        (await run.With("RELEASE_REASON", "outage").Run("Ship --skip Check")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["ship because outage"]);
    }

    internal sealed class Guarded : NukeBuild
    {
        public Target Clean => _ => _.Before(Check).Traced("clean");
        public Target Check => _ => _.Traced("check");
        public Target Build => _ => _.DependsOn(Check).Traced("build");
        public Target Ship => _ => _.DependsOn(Build).Triggers(Tell).Traced("ship");
        public Target Tell => _ => _.After(Ship).Traced("tell");
    }

    internal sealed class WithReason : NukeBuild
    {
        [Parameter] public string? Reason { get; }
        public Target Check => _ => _.Traced("check");
        public Target Ship => _ => _.DependsOn(Check).Executes(() => Trace.Ran.Add($"ship because {Reason}"));
    }
}
