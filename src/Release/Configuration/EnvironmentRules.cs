namespace Release.Configuration;

/// <summary>The rules between the members of an environment. Members that could not be read may be null here.</summary>
internal static class EnvironmentRules
{
    public static IEnumerable<OptionProblem> Problems(object record) => record switch
    {
        EnvironmentOptions environment => Environment(environment),
        TrafficOptions traffic => Steps(traffic).Concat(Own(record)),
        GateOptions gate => Gate(gate),
        StepDurationOptions duration => Duration(duration),
        ObjectiveOptions objective => Objective(objective),
        _ => Own(record),
    };

    private static IEnumerable<OptionProblem> Own(object record) => record is ICheckedOptions options ? options.Problems() : [];

    private static IEnumerable<OptionProblem> Environment(EnvironmentOptions environment)
        => Twins(environment.Services, service => service?.Name, "services", "name")
            .Concat(Twins(environment.Checks, check => check?.Id, "checks", "id"))
            .Concat(Twins(environment.Smoke, smoke => smoke?.Id, "smoke", "id"))
            .Concat(Twins(environment.Backup, backup => backup?.Type.ToString(), "backup", "type"));

    private static IEnumerable<OptionProblem> Gate(GateOptions gate)
    {
        foreach (var twin in Twins(gate.Objectives, objective => objective?.Id, "objectives", "id"))
        {
            yield return twin;
        }

        if (gate.Tick > gate.StepDuration.Min)
        {
            yield return new(
                "tick",
                $"expected at most stepDuration.min ({ValueText.Of(gate.StepDuration.Min)}), found {ValueText.Of(gate.Tick)}",
                "stepDuration");
        }

        if (gate.Tick > gate.MaxGap)
        {
            yield return new("tick", $"expected at most maxGap ({ValueText.Of(gate.MaxGap)}), found {ValueText.Of(gate.Tick)}", "maxGap");
        }
    }

    private static IEnumerable<OptionProblem> Duration(StepDurationOptions duration)
    {
        if (duration.Min > duration.Max)
        {
            yield return new("min", $"expected at most max ({ValueText.Of(duration.Max)}), found {ValueText.Of(duration.Min)}", "max");
        }
    }

    private static IEnumerable<OptionProblem> Steps(TrafficOptions traffic)
    {
        var steps = traffic.Steps;
        if (steps.Count == 0 || steps[^1] != 100)
        {
            yield return new("steps", "expected 100 as the last step, where the candidate takes all traffic");
        }

        for (var i = 1; i < steps.Count; i++)
        {
            if (steps[i] <= steps[i - 1])
            {
                yield return new($"steps[{i}]", $"expected more than the step before ({steps[i - 1]}), found {steps[i]}", $"steps[{i - 1}]");
            }
        }
    }

    private static IEnumerable<OptionProblem> Objective(ObjectiveOptions objective)
    {
        var max = objective.Max ?? "";
        if (objective.Type == ObjectiveType.Errors)
        {
            if (!ValueText.TryPercent(max, out var share) || share <= Percent.Zero || share >= Percent.Full)
            {
                yield return new("max", $"expected a percentage between 0% and 100% such as \"1%\", found {JsonText.Quoted(max)}", "type");
            }

            if (objective.Quantile is not null)
            {
                yield return new("quantile", "not for type \"errors\": remove it, or write \"type\": \"latency\"", "type");
            }

            yield break;
        }

        if (!ValueText.TryDuration(max, out var limit) || limit == TimeSpan.Zero)
        {
            yield return new("max", $"expected a duration such as \"250ms\", found {JsonText.Quoted(max)}", "type");
        }

        if (objective.Quantile is not (> 0 and < 1))
        {
            var found = objective.Quantile is { } quantile ? System.FormattableString.Invariant($", found {quantile}") : "";
            yield return new("quantile", $"expected a number between 0 and 1 such as 0.95 for type \"latency\"{found}", "type");
        }
    }

    private static IEnumerable<OptionProblem> Twins<T>(IReadOnlyList<T>? list, Func<T, string?> name, string member, string key)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            if (name(list![i]) is { } value && !seen.TryAdd(value, i))
            {
                yield return new($"{member}[{i}].{key}", $"the same as that of {member}[{seen[value]}]: expected another one", $"{member}[{seen[value]}].{key}");
            }
        }
    }
}
