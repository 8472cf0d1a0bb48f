using Release.Planning;
using Release.Platforms;
using Release.Runs;
using Xunit.Abstractions;

namespace Release.Tests.Runs;

/// <summary>The harness over plans that nobody runs, and over the plans of real runs.</summary>
public class AnyPlan(ITestOutputHelper output)
{
    [Theory]
    [InlineData("K")]
    [InlineData("A")]
    [InlineData("KA")]
    [InlineData("KAKA")]
    [InlineData("T")]
    [InlineData("KTTT")]
    [InlineData("KTKTA")]
    public void A_synthetic_plan_ends_all_new_all_old_or_stuck_with_a_name(string kinds)
    {
        var trials = new SagaHarness(Prepared, p => [.. kinds.Select((kind, i) => Planned(p, kind, i))]).Prove();

        output.WriteLine($"{kinds}: {trials} trials");
        trials.ShouldBeGreaterThanOrEqualTo(kinds.Length * 8);

        static Scene Prepared()
        {
            var scene = new Scene();
            foreach (var i in Enumerable.Range(0, 5))
            {
                scene.World.Put($"thing/{i}/a", "old");
                scene.World.Put($"thing/{i}/b", "old");
            }

            scene.World.Put("split/stable", "100");
            scene.World.Put("split/candidate", "0");
            return scene;
        }
    }

    [Fact]
    public void The_plan_of_a_release_of_two_services_does()
    {
        var trials = new SagaHarness(
            () => new Scene("ping", "search").Deployed(),
            p => Without(Planner.PushTag, PlanOf(p, RunKind.Release, Release("1.1.0", "ping-1.1.0-run2", "search-1.1.0-run2"), Release("1.0.0", "ping-1.0.0-run1", "search-1.0.0-run1")))).Prove();

        output.WriteLine($"{trials} trials");
        trials.ShouldBeGreaterThan(150);
    }

    [Fact]
    public void The_plan_of_a_first_deployment_does()
    {
        var trials = new SagaHarness(() => new Scene(), p => PlanOf(p, RunKind.Release, Release("1.0.0", "ping-1.0.0-run1"), null)).Prove();

        output.WriteLine($"{trials} trials");
        trials.ShouldBeGreaterThan(60);
    }

    [Fact]
    public void A_step_whose_apply_does_not_do_what_it_says_has_failed()
    {
        var scene = new Scene().Deployed();
        var before = scene.World.Show();

        var result = scene.Command(p =>
        {
            p.Wrap = s => s.Id == "tag-release" ? new Lying(s) : s;
            return p.Release();
        });

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("it was applied, but then tag-release is Pending");
        scene.World.Show().ShouldBe(before);
    }

    private static IReadOnlyList<PlannedStep> PlanOf(FakeProcess process, RunKind kind, DeployedRelease target, DeployedRelease? stable) =>
        process.Environment.Planner.Of(new RunOpening(kind, target, stable, "", "", "", "", "", "", "", null)).Steps;

    private static IReadOnlyList<PlannedStep> Without(string step, IReadOnlyList<PlannedStep> plan) => [.. plan.Where(p => p.Step.Id != step)];

    private static DeployedRelease Release(string version, params string[] instances) => new(
        version, "c0ffee", [.. instances.Select(i => new Instance(i, new Artefact(i.Split('-')[0], version, $"sha256:{i.Split('-')[0]}-{version}"), []))]);

    private static PlannedStep Planned(FakeProcess process, char kind, int i)
    {
        var world = process.World;
        return kind is 'T'
            ? new("Phase", "ping", new FakeShift(world, process, new($"shift-{i}", StepSafety.Absolute, $"shift {i}")
            {
                Route = "ping",
                Share = new Percent(10 * (i + 1)),
                Wanted = () => [new("split/stable", $"{100 - (10 * (i + 1))}"), new("split/candidate", $"{10 * (i + 1)}")],
            }))
            : new("Phase", "ping", new FakeStep(world, process, new($"step-{i}", kind is 'K' ? StepSafety.Keyed : StepSafety.Absolute, $"step {i}")
            {
                Wanted = () => [new($"thing/{i}/a", "new"), new($"thing/{i}/b", "new")],
            }));
    }

    private sealed class Lying(IStep inner) : IStep
    {
        public string Id => inner.Id;

        public StepSafety Safety => inner.Safety;

        public TimeSpan Deadline => inner.Deadline;

        public string Describe() => inner.Describe();

        public Task<Observation> Observe(CancellationToken cancellation) => inner.Observe(cancellation);

        public Task Apply(StepKey key, CancellationToken cancellation) => Task.CompletedTask;

        public Task Undo(Before before, StepKey key, CancellationToken cancellation) => inner.Undo(before, key, cancellation);
    }
}
