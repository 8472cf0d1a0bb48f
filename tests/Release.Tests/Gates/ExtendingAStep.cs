using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>Too few requests came to decide by the end of a step, and the configuration lets it last longer.</summary>
public class ExtendingAStep
{
    private readonly Scene _scene = new(o => o with
    {
        StepDuration = new StepDurationOptions { Min = TimeSpan.FromSeconds(3), Max = TimeSpan.FromSeconds(20), ExtendTo = TimeSpan.FromSeconds(90) },
    });

    [Fact]
    public void It_goes_on_until_they_came()
    {
        _scene.Tick(Scene.Counted(10, 0), Scene.Counted(90, 0), 21).Outcome.ShouldBe(GateOutcome.Undecided);
        _scene.Tick(Scene.Counted(10, 0), Scene.Counted(90, 0), 60).Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void It_ends_all_the_same_when_they_never_come()
    {
        _scene.Tick(Scene.Counted(0.1, 0), Scene.Counted(0.9, 0), 89).Outcome.ShouldBe(GateOutcome.Undecided);
        (_scene.Tick(Scene.Counted(0.1, 0), Scene.Counted(0.9, 0)).Outcome, _scene.Cause).ShouldBe((GateOutcome.Inconclusive, GateCause.Evidence));
        _scene.Replay().Outcome.ShouldBe(GateOutcome.Inconclusive);
    }

    [Fact]
    public void A_shared_outage_is_not_waited_for_longer()
    {
        _scene.Tick(Scene.Counted(50, 10), Scene.Counted(450, 90), times: 20);
        (_scene.Outcome, _scene.Cause).ShouldBe((GateOutcome.Inconclusive, GateCause.Both));
    }

    [Fact]
    public void A_bad_one_is_found_in_the_time_that_was_added()
    {
        _scene.Tick(Scene.Counted(10, 0), Scene.Counted(90, 0), 30).Tick(Scene.Counted(10, 5), Scene.Counted(90, 0), 3).Outcome.ShouldBe(GateOutcome.Fail);
    }
}
