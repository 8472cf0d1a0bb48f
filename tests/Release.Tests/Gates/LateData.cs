using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>A source whose data end earlier than now, as a cloud's that publishes whole minutes some minutes late.</summary>
public sealed class LateData
{
    private static readonly DateTimeOffset Noon = Scene.Noon;

    [Fact]
    public void The_same_reading_again_adds_nothing_and_is_not_fresh()
    {
        var first = CounterDeltas.Advance(CounterState.Empty, [Reading(100, Noon)], Noon.AddSeconds(1));
        var second = CounterDeltas.Advance(first.State, [Reading(150, Noon.AddSeconds(5))], Noon.AddSeconds(6));
        second.Candidate.Counts.Requests.ShouldBe(50);
        var again = CounterDeltas.Advance(second.State, [Reading(150, Noon.AddSeconds(5))], Noon.AddSeconds(11));
        again.Candidate.Fresh.ShouldBe(0);
        again.Candidate.Problems.ShouldHaveSingleItem().ShouldBe("a: nothing newer than 12:00:05 UTC");
        CounterDeltas.Advance(again.State, [Reading(180, Noon.AddSeconds(15))], Noon.AddSeconds(16)).Candidate.Counts.Requests.ShouldBe(30);
    }

    [Fact]
    public void An_instance_that_began_after_what_was_known_is_counted_from_its_start()
    {
        var first = CounterDeltas.Advance(CounterState.Empty, [Reading(100, Noon)], Noon.AddMinutes(3));
        var born = Reading(7, Noon.AddMinutes(2)) with { Instance = "b", StartedAt = Noon.AddMinutes(1) };
        CounterDeltas.Advance(first.State, [Reading(200, Noon.AddMinutes(2)), born], Noon.AddMinutes(5)).Candidate.Counts.Requests.ShouldBe(107);
    }

    [Fact]
    public void The_time_of_the_data_survives_the_journal()
    {
        var state = CounterDeltas.Advance(CounterState.Empty, [Reading(100, Noon)], Noon.AddSeconds(1)).State;
        GateJson.CountersFromJson(state.ToJson()).Instances["a"].Of.ShouldBe(Noon);
    }

    [Fact]
    public void What_was_counted_before_a_shift_does_not_pass_the_step_after_it()
    {
        // Data of three minutes ago: good ones of the first step, while the second begins.
        var gate = Begin();
        for (var second = 1; second <= 60; second++)
        {
            _ = gate.Advance(Good(Noon.AddSeconds(second)));
        }

        gate.Verdict.Outcome.ShouldBe(GateOutcome.Pass);
        gate.BeginStep(new Percent(50), Noon.AddSeconds(240));
        for (var second = 61; second < 240; second++)
        {
            gate.Advance(Good(Noon.AddSeconds(second))).Outcome.ShouldBe(GateOutcome.Undecided, $"at {second}");
        }

        gate.Verdict.Reason.ShouldContain("before this step began");
        gate.Look().Objectives[0].Candidate.Requests.ShouldBe(0, "they are of the step before");
        for (var second = 240; second <= 300; second++)
        {
            _ = gate.Advance(Good(Noon.AddSeconds(second), 500));
        }

        gate.Verdict.Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void They_may_still_fail_it()
    {
        var gate = Begin();
        gate.BeginStep(new Percent(50), Noon.AddSeconds(240));
        for (var second = 1; second < 60; second++)
        {
            _ = gate.Advance(new GateTick(Noon.AddSeconds(second), Scene.Counted(450, 0), Scene.Counted(50, 10)));
        }

        gate.Verdict.Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Late_data_replayed_give_the_same_gate()
    {
        var (one, other) = (Begin(), Begin());
        foreach (var gate in new[] { one, other })
        {
            for (var second = 1; second <= 300; second++)
            {
                if (second == 90)
                {
                    gate.BeginStep(new Percent(50), Noon.AddSeconds(second + 100));
                }

                _ = gate.Advance(GateJson.TickFromJson(Good(Noon.AddSeconds(second)).ToJson()));
            }
        }

        one.Look().ToJson().ToJsonString().ShouldBe(other.Look().ToJson().ToJsonString());
    }

    private static GateTick Good(DateTimeOffset at, double candidate = 50) => new(at, Scene.Counted(450, 0), Scene.Counted(candidate, 0));

    private static Gate Begin() => Gate.Begin(
        new GateOptions
        {
            Metrics = new MetricsOptions { Type = "late" },
            Tick = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.Zero,
            StepDuration = new StepDurationOptions { Min = TimeSpan.FromSeconds(3), Max = TimeSpan.FromMinutes(10) },
            Objectives = [Scene.ErrorRate],
        },
        new GateStart([new Counters(4_500, 4, [])], new Percent(10), Noon, TimeSpan.FromMinutes(30)));

    private static InstanceReading Reading(double requests, DateTimeOffset at) =>
        new("a", Variant.Candidate, null, new Counters(requests, 0, ImmutableArray<Bucket>.Empty), null) { At = at };
}
