using System.Text.Json.Nodes;
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
    /// <summary>In the order of their states.</summary>
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

    /// <summary>Its name in a state: <c>errors/limit</c>. Add, never rename.</summary>
    public static string Name(TestedObjective objective, TestKind kind) => $"{objective.Id}/{Enum.GetName(kind)!.ToLowerInvariant()}";

    public static ITest Begin(TestKind kind, TestedObjective objective, int plannedTicks, IReadOnlyList<Counters> history) => kind switch
    {
        TestKind.Errors => ErrorComparison.Begin(objective, plannedTicks, history),
        TestKind.Latency => LatencyComparison.Begin(objective, plannedTicks, history),
        TestKind.Limit => LimitTest.Begin(objective, history),
        _ => throw new InvalidOperationException($"Unknown test {kind}."),
    };

    public static ITest FromJson(TestKind kind, TestedObjective objective, int plannedTicks, JsonNode? json) => kind switch
    {
        TestKind.Errors => ErrorComparison.FromJson(objective, plannedTicks, json),
        TestKind.Latency => LatencyComparison.FromJson(objective, plannedTicks, json),
        TestKind.Limit => LimitTest.FromJson(objective, json),
        _ => throw new InvalidOperationException($"Unknown test {kind}."),
    };
}
