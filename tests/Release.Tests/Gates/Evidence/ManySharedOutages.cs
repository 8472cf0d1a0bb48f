using Release.Bench.Simulation;
using Release.Gates;
using Release.Gates.Evidence;

namespace Release.Tests.Gates.Evidence;

/// <summary>Outages that hit both sides alike, against a limit of 1 % and without comparison: nobody may be blamed.</summary>
public sealed class ManySharedOutages
{
    private const int Runs = 200;

    /// <summary>After five good minutes 3 % of both sides' requests fail.</summary>
    [Theory]
    [InlineData(0.1, 0.1)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.9, 0.9)]
    [InlineData(0.05, 0.5)]
    public void Hardly_any_is_blamed_on_the_candidate(double before, double during)
    {
        var scenario = new Scenario("outage", "both", Family.Errors, 900)
        {
            Baseline = new((0, 0.002), (300, 0.03)),
            Candidate = new((0, 0.002), (300, 0.03)),
            History = 0.002,
            Share = new((0, before), (300, during)),
        };
        var outcomes = Outcomes(scenario);
        outcomes.Count(o => o.Outcome == GateOutcome.Fail).ShouldBeLessThanOrEqualTo(Runs * 3 / 100);
        outcomes.Count(o => o.Cause == GateCause.Both).ShouldBeGreaterThanOrEqualTo(Runs * 96 / 100);
    }

    /// <summary>Stable is exactly at the limit or well below: it must not shield a candidate at three times the limit.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.002)]
    public void A_candidate_that_breaks_the_limit_alone_is_not_shielded(double stable)
    {
        var outcomes = Outcomes(new Scenario("alone", "candidate", Family.Errors, 901) { Baseline = stable, Candidate = 0.03, History = stable });
        outcomes.Count(o => o.Outcome == GateOutcome.Fail).ShouldBeGreaterThanOrEqualTo(Runs * 97 / 100);
        outcomes.Where(o => o.Outcome == GateOutcome.Fail).Select(o => (o.At - Scene.Noon).TotalSeconds).Order().ElementAt(Runs / 2).ShouldBeLessThanOrEqualTo(60);
    }

    private static List<GateVerdict> Outcomes(Scenario scenario) => [.. Enumerable.Range(0, Runs).Select(run =>
    {
        var drawn = new Drawn(scenario, run);
        var options = new SequentialOptions { Objectives = [Watch.Limit], PassAlpha = 1e-100 };
        var gate = SequentialGate.Begin(options, drawn.History, scenario.Share.At(0), Scene.Noon);
        foreach (var tick in drawn.Ticks().TakeWhile(t => t.End <= 900 && gate.Verdict.Outcome != GateOutcome.Fail))
        {
            gate.Advance(new(Scene.Noon.AddSeconds(tick.End), tick.Share, tick.Stable, tick.Candidate));
        }

        return gate.Verdict;
    })];
}
