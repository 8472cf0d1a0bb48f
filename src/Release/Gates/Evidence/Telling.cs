using System.Globalization;
using Release.Gates.Split;

namespace Release.Gates.Evidence;

/// <summary>The gate in sentences.</summary>
internal static class Telling
{

    /// <summary>Why it says what it says, by what it knows now.</summary>
    public static string Reason(SequentialGate gate, GateOutcome outcome, GateCause cause)
    {
        return outcome switch
        {
            GateOutcome.Fail => Worst(gate, isBlamed: true),
            GateOutcome.Pass => string.Join("; ", gate.Needed.Select(Kept)),
            GateOutcome.Unavailable => gate.Unmeasured() ?? "",
            GateOutcome.Undecided or GateOutcome.Inconclusive => cause == GateCause.Both
                ? $"candidate and stable both break it, so it is nobody's regression: {Worst(gate, isBlamed: false)}"
                : Missing(gate),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }

    /// <summary>E for people: <c>131</c>, <c>3.2</c>, <c>over a million</c>.</summary>
    public static string Evidence(double log) => log switch
    {
        _ when double.IsNaN(log) => "unknown",
        > 13.82 => "over a million",
        > 4.6 => Math.Exp(log).ToString("#,0", CultureInfo.InvariantCulture),
        _ => Math.Exp(log).ToString("0.##", CultureInfo.InvariantCulture),
    };

    // The metric named is the one that weighs most.
    private static string Worst(SequentialGate gate, bool isBlamed)
    {
        var worst = gate.Heaviest(isBlamed);
        return worst is null ? "nothing" : $"{Against(worst, isBlamed ? " broken" : "")}{AtLeast(worst)}; evidence {Evidence(gate.LogFail(isBlamed))} of the {Evidence(gate.Options.LogEnough)} that decide";
    }

    // What holds at every tick at once, whenever somebody looks.
    private static string AtLeast(ITest test)
    {
        var seen = test.Look();
        var least = ShareInterval.Of(seen.Counts.CandidateEvents / seen.Dispersion, seen.Counts.CandidateRequests / seen.Dispersion, ObjectiveEvidence.TightestAt).Low;
        return test.Kind == TestKind.Limit && least > test.Objective.Allowed ? $": its true share is at least {Wording.Share(Math.Floor(least * 1e5) / 1e5)} (95 %)" : "";
    }

    private static string Against(ITest test, string standing = "")
    {
        var seen = test.Look();
        var (counts, id) = (seen.Counts, test.Objective.Id);
        var candidate = $"{id}{standing}: candidate {Wording.Of(counts.CandidateEvents, counts.CandidateRequests)} {seen.What}";
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
            ? $"not decided: {Against(test)}, {Progress(gate, test)}"
            : $"not decided: {test.Objective.Id} has seen no requests of the candidate";
    }

    private static string Progress(SequentialGate gate, ITest test) => RequestsNeeded.Of(gate, test) is { InAll: > 0 } needed
        ? $"{Wording.Count(needed.Seen)} of about {Wording.Count(Rounded(needed.InAll))} requests needed"
        : $"evidence {Evidence(test.LogPass)} of the {Evidence(gate.Options.LogEnoughToPass)} that let it pass";

    private static double Rounded(double requests)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, requests))) - 1));
        return Math.Ceiling(requests / unit) * unit;
    }
}
