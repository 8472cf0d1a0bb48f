using System.Globalization;

namespace Release.Gates.Evidence;

/// <summary>The gate in sentences.</summary>
internal static class Telling
{
    /// <summary>Why it says what it says, by what it knows now.</summary>
    public static string Reason(SequentialGate gate, GateOutcome outcome, GateCause cause)
    {
        var what = outcome switch
        {
            GateOutcome.Fail => Worst(gate, isBlamed: true),
            GateOutcome.Pass => string.Join("; ", gate.Needed.Select(Kept)),
            GateOutcome.Unavailable => gate.Unmeasured() ?? "",
            GateOutcome.Undecided or GateOutcome.Inconclusive => cause == GateCause.Both
                ? $"stable breaks it too, so it is nobody's regression: {Worst(gate, isBlamed: false)}"
                : Missing(gate),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
        return $"{what} (after {Wording.Duration(gate.TickAt - gate.StartedAt)})";
    }

    /// <summary>E for people: <c>131</c>, <c>3.2</c>, <c>over a million</c>.</summary>
    public static string Evidence(double log) => log switch
    {
        _ when double.IsNaN(log) => "unknown",
        > 13.8 => "over a million",
        > 4.6 => Math.Exp(log).ToString("#,0", CultureInfo.InvariantCulture),
        _ => Math.Exp(log).ToString("0.##", CultureInfo.InvariantCulture),
    };

    // The metric named is the one that weighs most.
    private static string Worst(SequentialGate gate, bool isBlamed)
    {
        var worst = gate.Heaviest(isBlamed);
        return worst is null ? "nothing" : $"{Against(worst)}; evidence {Evidence(gate.LogFail(isBlamed))} of the {Evidence(gate.Options.LogEnough)} that decide";
    }

    private static string Against(ITest test)
    {
        var seen = test.Look();
        var (counts, id) = (seen.Counts, test.Objective.Id);
        var candidate = $"{id}: candidate {Wording.Of(counts.CandidateEvents, counts.CandidateRequests)} {seen.What}";
        var stable = $"stable {Wording.Of(counts.StableEvents, counts.StableRequests)}";
        return test.Kind == TestKind.Limit ? $"{candidate}, limit {Wording.Share(test.Objective.Allowed!.Value)}, {stable}" : $"{candidate}, {stable}";
    }

    private static string Kept(ITest test) => $"{Against(test)}, {Within(test)}";

    private static string Within(ITest test)
    {
        if (test.Kind == TestKind.Limit)
        {
            return "below the limit";
        }

        var margin = test.Objective.WithinMargin;
        var ratio = margin.Ratio.ToString("0.###", CultureInfo.InvariantCulture);
        return margin.Absolute > 0 ? $"below {ratio} times stable's + {Wording.Share(margin.Absolute)}" : $"below {ratio} times stable's";
    }

    private static string Missing(SequentialGate gate)
    {
        var open = gate.Needed.Where(t => !(t.LogPass >= gate.Options.LogEnoughToPass)).ToArray();
        return !gate.Needed.Any() ? "nothing is required, so nothing can pass"
            : open.Length == 0 ? "kept so far, for the shortest time not yet over"
            : string.Join("; ", open.Select(t => Open(gate, t)));
    }

    private static string Open(SequentialGate gate, ITest test)
    {
        var seen = test.Look().Counts;
        return seen.CandidateRequests > 0
            ? $"not decided: {Against(test)}, evidence {Evidence(test.LogPass)} of the {Evidence(gate.Options.LogEnoughToPass)} that let it pass"
            : $"not decided: {test.Objective.Id} has seen no requests of the candidate";
    }
}
