namespace Release.Configuration;

/// <summary>The rules between the members of a gate.</summary>
internal static class GateRules
{
    public static IEnumerable<OptionProblem> Of(GateOptions gate)
    {
        foreach (var twin in EnvironmentRules.Twins(gate.Objectives, objective => objective?.Id, "objectives", "id"))
        {
            yield return twin;
        }

        if (gate.Tick > gate.StepDuration.Min)
        {
            yield return AtMost("tick", gate.Tick, "stepDuration.min", gate.StepDuration.Min, "stepDuration");
        }
        else if (gate.WarmUp + gate.Tick > gate.StepDuration.Max)
        {
            yield return new(
                "warmUp",
                $"nothing of the first step would be measured: expected at most {ValueText.Of(gate.StepDuration.Max - gate.Tick)} "
                + $"(stepDuration.max less one tick), found {ValueText.Of(gate.WarmUp)}",
                "stepDuration", "tick");
        }

        if (gate.Tick > gate.MaxGap)
        {
            yield return AtMost("tick", gate.Tick, "maxGap", gate.MaxGap, "maxGap");
        }

        for (var i = 0; i < (gate.Objectives?.Count ?? 0); i++)
        {
            if (gate.Objectives![i]?.Interval is { } interval && interval > gate.StepDuration.Max)
            {
                yield return AtMost($"objectives[{i}].interval", interval, "stepDuration.max", gate.StepDuration.Max, "stepDuration");
            }

            if (gate.Objectives[i]?.For is { } length && length > gate.StepDuration.Max)
            {
                yield return AtMost($"objectives[{i}].for", length, "stepDuration.max", gate.StepDuration.Max, "stepDuration");
            }
        }
    }

    public static IEnumerable<OptionProblem> Of(StepDurationOptions duration)
    {
        if (duration.Min > duration.Max)
        {
            yield return AtMost("min", duration.Min, "max", duration.Max, "max");
        }
    }

    public static IEnumerable<OptionProblem> Of(ObjectiveOptions objective)
    {
        var max = objective.Max ?? "";
        if (objective.Type == ObjectiveType.Errors)
        {
            if (!ValueText.TryPercent(max, out var share) || share <= Percent.Zero || share >= Percent.Full)
            {
                yield return new("max", $"expected a percentage between 0% and 100% such as \"1%\" for type \"errors\", found {JsonText.Quoted(max)}", "type");
            }

            if (objective.Quantile is not null)
            {
                yield return new("quantile", "not for type \"errors\": remove it, or write \"type\": \"latency\"", "type");
            }

            yield break;
        }

        if (!ValueText.TryDuration(max, out var limit) || limit == TimeSpan.Zero)
        {
            yield return new("max", $"expected a duration such as \"250ms\" for type \"latency\", found {JsonText.Quoted(max)}", "type");
        }

        if (objective.Quantile is not (> 0 and < 1))
        {
            var found = objective.Quantile is { } quantile ? System.FormattableString.Invariant($", found {quantile}{Meant(quantile)}") : "";
            yield return new("quantile", $"expected a number between 0 and 1 such as 0.95 for type \"latency\"{found}", "type");
        }
    }

    private static string Meant(double quantile)
        => quantile is > 1 and < 100 ? System.FormattableString.Invariant($". Did you mean {quantile / 100}?") : "";

    private static OptionProblem AtMost(string member, TimeSpan found, string limit, TimeSpan most, string involved)
        => new(member, $"expected at most {limit} ({ValueText.Of(most)}), found {ValueText.Of(found)}", involved);
}
