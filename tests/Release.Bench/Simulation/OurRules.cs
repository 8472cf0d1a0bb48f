using Release.Configuration;
using Release.Gates.Evidence;

namespace Release.Bench.Simulation;

/// <summary>The product's own tests, as it runs them: with restarts, and divided by the dispersion that the history shows.</summary>
internal static class OurRules
{
    public const string Fail = "ours";
    public const string Pass = "pass";
    public const string PassAbsolute = "pass + 0.5 %";

    private static readonly double LogFail = Math.Log(100);
    private static readonly double LogPass = Math.Log(20);

    public static readonly IReadOnlyList<IRule> All =
    [
        new Rule(Fail, false, _ => true, (scenario, drawn) => Watch(Begin(scenario, drawn, null), t => t.LogFail >= LogFail)),
        new Rule(Pass, true, _ => true, (scenario, drawn) => Watch(Begin(scenario, drawn, null), t => t.LogPass >= LogPass)),
        new Rule(PassAbsolute, true, s => s.Family == Family.Errors, (scenario, drawn) => Watch(Begin(scenario, drawn, new(1, 0.005)), t => t.LogPass >= LogPass)),
    ];

    private static Func<DrawnTick, bool> Watch(ITest test, Func<ITest, bool> decides) => tick =>
    {
        test.Advance(tick.Stable, tick.Candidate, Scenario.TickSeconds);
        return decides(test);
    };

    private static ITest Begin(Scenario scenario, Drawn drawn, Margin? passMargin)
    {
        var errors = new TestedObjective { Id = scenario.Id, Type = ObjectiveType.Errors, PassMargin = passMargin };
        return scenario.Family switch
        {
            Family.Errors => ErrorComparison.Begin(errors, Scenario.Ticks, drawn.History),
            Family.Latency => LatencyComparison.Begin(errors with { Type = ObjectiveType.Latency }, Scenario.Ticks, drawn.History),
            Family.Limit => LimitTest.Begin(errors with { Limit = scenario.Limit, Compare = false }, drawn.History),
            _ => throw new InvalidOperationException($"Unknown family {scenario.Family}."),
        };
    }
}
