using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>Rules as runbooks state them, beside the objectives (gate.md, section 3).</summary>
public sealed class PlainCriteria
{
    private static readonly CriterionOptions Errors = new() { Id = "errors-high", Type = ObjectiveType.Errors, Max = "1%" };
    private static readonly CriterionOptions ForFive = Errors with { For = TimeSpan.FromSeconds(5), Interval = TimeSpan.FromSeconds(1) };

    [Fact]
    public void The_first_tick_that_breaks_one_fails_where_it_has_no_duration()
    {
        var scene = Beside(Errors).Tick(500, 10);
        scene.Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldStartWith("errors-high (at most 1 % of requests failed): broken in check 1");
    }

    [Fact]
    public void Also_in_the_warm_up() =>
        Beside(Errors, o => o with { WarmUp = TimeSpan.FromSeconds(10) }).Tick(500, 10).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void A_for_fails_when_checks_have_failed_that_long_in_a_row()
    {
        var scene = Beside(ForFive).Tick(500, 10, times: 4);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Reason.ShouldContain("errors-high (at most 1 % of requests failed for 5s): broken in 4 of 5 checks in a row");
        scene.Tick(500, 10).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void A_success_ends_the_row() =>
        Beside(ForFive).Tick(500, 10, times: 4).Tick(500, 0).Tick(500, 10, times: 4).Outcome.ShouldNotBe(GateOutcome.Fail);

    [Fact]
    public void Silence_neither_adds_to_the_row_nor_ends_it() =>
        Beside(ForFive).Tick(500, 10, times: 4).Tick(0, 0, times: 20).Tick(500, 10).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void Nothing_passes_while_a_row_lasts()
    {
        var scene = Beside(ForFive).Tick(500, 0, times: 2).Tick(500, 10);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Tick(500, 0).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void A_row_goes_on_across_steps() =>
        Beside(ForFive).Tick(500, 10, times: 3).Step(50).Tick(500, 10, times: 2).Outcome.ShouldBe(GateOutcome.Fail);

    [Fact]
    public void Over_a_time_all_requests_of_it_are_one_share()
    {
        var over = Errors with { Over = TimeSpan.FromSeconds(4), Interval = TimeSpan.FromSeconds(1) };
        Beside(over).Tick(100, 0, times: 3).Tick(100, 4).Outcome.ShouldNotBe(GateOutcome.Fail);
        Beside(over).Tick(100, 0, times: 3).Tick(100, 5).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void A_failure_limit_of_three_needs_a_fourth_failure_in_total()
    {
        var scene = Beside(Errors with { FailureLimit = 3, Interval = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 3; i++)
        {
            scene.Tick(500, 10).Tick(500, 0).Outcome.ShouldNotBe(GateOutcome.Fail);
        }

        scene.Step(50).Tick(500, 10).Outcome.ShouldBe(GateOutcome.Fail);
        scene.Reason.ShouldContain("4 in all where 3 are tolerated");
    }

    [Fact]
    public void One_that_cannot_be_measured_is_unavailable_after_its_limit_of_errors() =>
        Beside(Errors with { Type = ObjectiveType.Latency, Quantile = 0.95, Max = "250ms", ConsecutiveErrorLimit = 2 })
            .Tick(500, 0, times: 3).Outcome.ShouldBe(GateOutcome.Unavailable);

    // An objective that says nothing of its own, so that the rule is alone.
    private static Scene Beside(CriterionOptions criterion, Func<GateOptions, GateOptions>? change = null) => new(
        o => (change?.Invoke(o) ?? o) with { Criteria = [criterion] },
        Scene.ErrorRate with { Id = "slo", Max = "50%", Compare = false });
}
