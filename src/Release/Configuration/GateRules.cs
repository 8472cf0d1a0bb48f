namespace Release.Configuration;

/// <summary>The rules between the members of a gate.</summary>
internal static class GateRules
{
    private static readonly string[] OfInstances = ["{instance}", "{address}", "{routed}"];

    public static IEnumerable<OptionProblem> Of(GateOptions gate)
    {
        foreach (var twin in EnvironmentRules.Twins(gate.Objectives, objective => objective?.Id, "objectives", "id")
            .Concat(EnvironmentRules.Twins(gate.Criteria, criterion => criterion?.Id, "criteria", "id")))
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

        if (gate.Tick > gate.Holdback?.For)
        {
            yield return new("holdback.for", $"expected at least tick ({ValueText.Of(gate.Tick)}), found {ValueText.Of(gate.Holdback.For)}", "tick");
        }

        if (gate.Tick > gate.MaxGap)
        {
            yield return AtMost("tick", gate.Tick, "maxGap", gate.MaxGap, "maxGap");
        }

        foreach (var problem in (gate.Criteria ?? []).SelectMany((c, i) => c is null ? [] : OfTimes(c, $"criteria[{i}]", gate)))
        {
            yield return problem;
        }

        foreach (var query in (gate.Criteria ?? []).Select((c, i) => (Options: c, i)).Where(c => c.Options?.Query is not null && gate.Metrics is { AnswersQueries: false }))
        {
            yield return new($"criteria[{query.i}].query", $"a source of type {JsonText.Quoted(gate.Metrics.Type ?? "")} answers no queries: expected gate.metrics of type \"prometheus\" beside it", "metrics");
        }

        foreach (var twin in (gate.Criteria ?? []).Select((c, i) => (c?.Id, i)).Where(c => c.Id is not null && (gate.Objectives ?? []).Any(o => o?.Id == c.Id)))
        {
            yield return new($"criteria[{twin.i}].id", $"expected another name than that of an objective, found {JsonText.Quoted(twin.Id!)}", "objectives");
        }
    }

    private static IEnumerable<OptionProblem> OfTimes(CriterionOptions criterion, string path, GateOptions gate)
    {
        foreach (var (member, time) in new[] { ("interval", criterion.Interval), ("for", criterion.For), ("over", criterion.Over) })
        {
            if (time > gate.StepDuration.Max)
            {
                yield return AtMost($"{path}.{member}", time.Value, "stepDuration.max", gate.StepDuration.Max, "stepDuration");
            }
            else if (time < gate.Tick)
            {
                yield return new($"{path}.{member}", $"expected at least tick ({ValueText.Of(gate.Tick)}), found {ValueText.Of(time.Value)}", "tick");
            }
        }
    }

    public static IEnumerable<OptionProblem> Of(StepDurationOptions duration)
    {
        if (duration.Min > duration.Max)
        {
            yield return AtMost("min", duration.Min, "max", duration.Max, "max");
        }

        if (duration.ExtendTo < duration.Max)
        {
            yield return new("extendTo", $"expected at least max ({ValueText.Of(duration.Max)}), found {ValueText.Of(duration.ExtendTo.Value)}", "max");
        }
    }

    public static IEnumerable<OptionProblem> Of(ObjectiveOptions objective)
    {
        if (objective.Max is null && !objective.Compare)
        {
            yield return new("compare", "expected true, found false without \"max\": nothing would be judged. Add \"max\", or remove it", "max");
        }

        foreach (var problem in OfLimit(objective.Type, objective.Max, objective.Quantile))
        {
            yield return problem;
        }
    }

    public static IEnumerable<OptionProblem> Of(CriterionOptions criterion)
    {
        if (criterion is { For: not null, Over: not null })
        {
            yield return new("over", "not beside \"for\": either every check of that time breaks it, or all of its requests together do", "for");
        }

        foreach (var problem in criterion.Query is null ? OfRequests(criterion) : OfQuery(criterion))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> OfRequests(CriterionOptions criterion)
    {
        if (criterion.Min is not null)
        {
            yield return new("min", "only beside \"query\": requests have a \"max\"", "query");
        }

        if (criterion.Type is not { } type)
        {
            yield return new("type", "missing: expected \"errors\" or \"latency\", or a \"query\"", "query");
            yield break;
        }

        foreach (var problem in OfLimit(type, criterion.Max ?? "", criterion.Quantile))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> OfQuery(CriterionOptions criterion)
    {
        if (criterion.Type is not null)
        {
            yield return new("type", "not beside \"query\": it is either a share of requests or the query's number. Remove one", "query");
        }

        if (criterion.Quantile is not null)
        {
            yield return new("quantile", "not beside \"query\": the query says what is measured. Remove it", "query");
        }

        if (criterion.Max is null == criterion.Min is null)
        {
            yield return new("max", criterion.Max is null ? "missing: expected \"max\" or \"min\" with a number such as \"100\"" : "there is also \"min\": expected one of them; write two criteria for two limits", "min");
        }

        foreach (var (member, text) in new[] { ("max", criterion.Max), ("min", criterion.Min) })
        {
            if (text is not null && !ValueText.TryNumber(text, out _))
            {
                yield return new(member, $"expected a number such as \"100\" beside \"query\", in the query's own unit, found {JsonText.Quoted(text)}", "query");
            }
        }

        if (OfInstances.FirstOrDefault(p => criterion.Query!.Contains(p, StringComparison.Ordinal)) is { } one)
        {
            yield return new("query", $"{one} is one of several instances: expected an aggregate of them, by {{service}}, {{version}} or {{variant}}");
        }
    }

    private static IEnumerable<OptionProblem> OfLimit(ObjectiveType type, string? max, double? quantile)
    {
        if (type == ObjectiveType.Errors)
        {
            if (max is not null && (!ValueText.TryPercent(max, out var share) || share <= Percent.Zero || share >= Percent.Full))
            {
                yield return new("max", $"expected a percentage between 0% and 100% such as \"1%\" for type \"errors\", found {JsonText.Quoted(max)}", "type");
            }

            if (quantile is not null)
            {
                yield return new("quantile", "not for type \"errors\": remove it, or write \"type\": \"latency\"", "type");
            }

            yield break;
        }

        if (max is not null && (!ValueText.TryDuration(max, out var limit) || limit == TimeSpan.Zero))
        {
            yield return new("max", $"expected a duration such as \"250ms\" for type \"latency\", found {JsonText.Quoted(max)}", "type");
        }

        if (quantile is not (> 0 and < 1))
        {
            var found = quantile is { } number ? System.FormattableString.Invariant($", found {number}{Meant(number)}") : "";
            yield return new("quantile", $"expected a number between 0 and 1 such as 0.95 for type \"latency\"{found}", "type");
        }
    }

    private static string Meant(double quantile)
        => quantile is > 1 and < 100 ? System.FormattableString.Invariant($". Did you mean {quantile / 100}?") : "";

    private static OptionProblem AtMost(string member, TimeSpan found, string limit, TimeSpan most, string involved)
        => new(member, $"expected at most {limit} ({ValueText.Of(most)}), found {ValueText.Of(found)}", involved);
}
