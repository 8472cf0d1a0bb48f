using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>"for" and failure limits (gate.md, section 3).</summary>
public sealed class FailingForAWhile
{
    private static readonly ObjectiveOptions ForFive = Scene.ErrorRate with { For = TimeSpan.FromSeconds(5) };

    [Fact]
    public void A_for_fails_when_measurements_have_failed_that_long_in_a_row()
    {
        var scene = new Scene(null, ForFive).Tick(500, 10, times: 4);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldContain("failing for 4s of 5s");
        scene.Tick(500, 10).Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldContain("for 5s in a row");
    }

    [Fact]
    public void A_success_ends_the_run() =>
        new Scene(null, ForFive).Tick(500, 10, times: 4).Tick(500, 0).Tick(500, 10, times: 4).Outcome.ShouldNotBe(GateOutcome.Fail);

    [Fact]
    public void Silence_neither_adds_to_the_run_nor_ends_it()
    {
        var scene = new Scene(null, ForFive).Tick(500, 10, times: 4).Tick(0, 0, times: 20);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.State.Objectives[0].Failing.ShouldBe(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void Nothing_passes_while_a_run_lasts()
    {
        var scene = new Scene(null, ForFive).Tick(500, 0, times: 2).Tick(500, 10);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(500, 0).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void A_run_goes_on_across_steps() =>
        new Scene(null, ForFive).Tick(500, 10, times: 3).Step(50).Tick(500, 10, times: 2).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_failure_limit_of_three_needs_a_fourth_failure_in_total()
    {
        var scene = new Scene(null, Scene.ErrorRate with { FailureLimit = 3 });
        for (var i = 0; i < 3; i++)
        {
            scene.Tick(500, 10).Tick(500, 0).Outcome.ShouldNotBe(GateOutcome.Fail);
        }

        scene.Step(50).Tick(500, 10).Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldContain("failed measurement 4 where 3 are tolerated");
    }

    [Fact]
    public void A_limit_that_is_off_never_fails_but_keeps_from_passing() =>
        new Scene(null, Scene.ErrorRate with { FailureLimit = -1 }).Tick(500, 10, times: 60).Outcome.ShouldBe(GateOutcome.Inconclusive);
}
