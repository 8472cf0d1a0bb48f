using Nuke.Common;
using Nuke.Common.Execution;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class PlanningARun
{
    [Fact]
    public async Task Takes_what_was_asked_for_what_that_needs_and_what_those_trigger()
    {
        using var run = new GraphRun<Phases>();
        (await run.Run("Deploy")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["check", "deploy", "verify", "tell"]);
    }

    [Fact]
    public async Task Orders_by_Before_and_After_only_what_is_planned_anyway()
    {
        using var alone = new GraphRun<Phases>();
        (await alone.Run("Clean")).ShouldBe(0, alone.Error);
        alone.Ran.ShouldBe(["clean"]);
        using var both = new GraphRun<Phases>();
        (await both.Run("Check Clean")).ShouldBe(0, both.Error);
        both.Ran.ShouldBe(["clean", "check"]);
    }

    [Fact]
    public async Task Lets_a_target_put_itself_before_another_with_DependentFor()
    {
        using var run = new GraphRun<Dependents>();
        (await run.Run("Deploy")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["license", "deploy"]);
    }

    [Fact]
    public async Task Runs_independent_targets_in_reverse_order_of_declaration()
    {
        using var run = new GraphRun<Free>();
        (await run.Run("A B C")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["c", "b", "a"]);
    }

    [Fact]
    public async Task Refuses_an_open_order_when_strict()
    {
        using var run = new GraphRun<Free>();
        (await run.Run("A B --strict")).ShouldBe(2);
        run.Error.ShouldContain("B and A have no order");
        run.Ran.ShouldBeEmpty();
        using var fixedOrder = new GraphRun<Phases>();
        (await fixedOrder.Run("Deploy --strict")).ShouldBe(0, fixedOrder.Error);
    }

    [Fact]
    public async Task Names_the_members_of_a_circle_before_anything_runs()
    {
        using var run = new GraphRun<Circular>();
        (await run.Run("Free")).ShouldBe(2);
        run.Error.ShouldContain("in a circle");
        foreach (var member in (string[])["A", "B", "C"])
        {
            run.Error.ShouldContain(member);
        }

        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Prints_the_plan_in_order_and_runs_nothing()
    {
        using var run = new GraphRun<Phases>();
        (await run.Run("Deploy --plan --skip Verify")).ShouldBe(0, run.Error);
        run.Out.ShouldBe("""
               1. Check   looks (needed by Deploy)
               2. Deploy  (asked for)
               3. Verify  (triggered by Deploy) SKIPPED via parameter
               4. Tell    (triggered by Verify)

            """, StringCompareShould.IgnoreLineEndings);
        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public void Asks_for_one_order_of_the_whole_plan()
    {
        var build = new Free();
        var targets = TargetDiscovery.Targets(build, TargetDiscovery.Properties(typeof(Free)));
        ExecutionPlanner.Interchangeable(ExecutionPlanner.Plan(targets, targets)).Count.ShouldBe(2);
    }

    internal sealed class Phases : NukeBuild
    {
        public Target Clean => _ => _.Before(Check).Traced("clean");
        public Target Check => _ => _.Description("looks").Traced("check");
        public Target Deploy => _ => _.DependsOn(Check).Triggers(Verify).Traced("deploy");
        public Target Verify => _ => _.Traced("verify");
        public Target Tell => _ => _.TriggeredBy(Verify).Traced("tell");
    }

    internal sealed class Dependents : NukeBuild
    {
        public Target License => _ => _.DependentFor(Deploy).Traced("license");
        public Target Deploy => _ => _.Traced("deploy");
    }

    internal sealed class Free : NukeBuild
    {
        public Target A => _ => _.Traced("a");
        public Target B => _ => _.Traced("b");
        public Target C => _ => _.Traced("c");
    }

    internal sealed class Circular : NukeBuild
    {
        public Target Free => _ => _.Traced("free");
        public Target A => _ => _.DependsOn(B);
        public Target B => _ => _.After(C);
        public Target C => _ => _.DependsOn(A);
    }
}
