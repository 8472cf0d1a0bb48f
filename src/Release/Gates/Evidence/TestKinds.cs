using Release.Configuration;

namespace Release.Gates.Evidence;

/// <summary>The tests of gate.md, section 2.1.</summary>
internal enum TestKind
{
    /// <summary>Test a: errors against stable.</summary>
    Errors,

    /// <summary>Test b: latency against stable.</summary>
    Latency,

    /// <summary>Test c: against a fixed limit.</summary>
    Limit,
}

/// <summary>Which tests an objective asks for.</summary>
internal static class TestKinds
{
    /// <summary>In the order that they are told in.</summary>
    public static IEnumerable<TestKind> Of(TestedObjective objective)
    {
        if (objective.Compare)
        {
            yield return objective.Type == ObjectiveType.Errors ? TestKind.Errors : TestKind.Latency;
        }

        if (objective.Limit is not null)
        {
            yield return TestKind.Limit;
        }
    }

    public static ITest Begin(TestKind kind, TestedObjective objective, int plannedTicks, IReadOnlyList<Counters> history) => kind switch
    {
        TestKind.Errors => ErrorComparison.Begin(objective, plannedTicks, history),
        TestKind.Latency => LatencyComparison.Begin(objective, plannedTicks, history),
        TestKind.Limit => LimitTest.Begin(objective, history),
        _ => throw new InvalidOperationException($"Unknown test {kind}."),
    };
}
