using Release.Probes;

namespace Release.Configuration;

/// <summary>The rules between the members of an environment. Members that could not be read may be null here.</summary>
internal static class EnvironmentRules
{
    public static IEnumerable<OptionProblem> Problems(object record) => record switch
    {
        EnvironmentOptions environment => Environment(environment),
        TrafficOptions traffic => Steps(traffic).Concat(Own(record)),
        GateOptions gate => GateRules.Of(gate),
        StepDurationOptions duration => GateRules.Of(duration),
        ObjectiveOptions objective => GateRules.Of(objective),
        CriterionOptions criterion => GateRules.Of(criterion),
        _ => Own(record),
    };

    /// <summary>Two elements of a list with the same name.</summary>
    public static IEnumerable<OptionProblem> Twins<T>(IReadOnlyList<T>? list, Func<T, string?> name, string member, string key)
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

    private static IEnumerable<OptionProblem> Own(object record) => record is ICheckedOptions options ? options.Problems() : [];

    private static IEnumerable<OptionProblem> Environment(EnvironmentOptions environment)
        => Twins(environment.Services, service => service?.Name, "services", "name")
            .Concat(Twins(environment.Checks, check => check?.Id, "checks", "id"))
            .Concat(Twins(environment.Smoke, smoke => smoke?.Id, "smoke", "id"))
            .Concat(Twins(environment.Backup, backup => backup?.Identity, "backup", "type"))
            .Concat(Twins(environment.Notify, notify => notify?.Id, "notify", "id"))
            .Concat(Twins(environment.Severity, rule => rule?.Id, "severity", "id"))
            .Concat(Metrics(environment))
            .Concat(Named(environment))
            .Concat(Holdback(environment))
            .Concat(Checks(environment))
            .Concat(Smoke(environment))
            .Concat(Emergency(environment))
            .Concat(environment.Unfinished.Select((todo, i) => new OptionProblem($"unfinished[{i}]", $"still to be done: {todo} Then remove this line")));

    private static IEnumerable<OptionProblem> Metrics(EnvironmentOptions environment)
    {
        if (environment.Gate?.Metrics is not { Type: "scrape" })
        {
            yield break;
        }

        for (var i = 0; i < (environment.Services?.Count ?? 0); i++)
        {
            if (environment.Services![i] is { Metrics: null })
            {
                yield return new(
                    $"services[{i}].metrics",
                    "missing: gate.metrics is of type \"scrape\" and reads the service itself. Expected a path such as \"/metrics\"",
                    "gate.metrics.type");
            }
        }
    }

    private static IEnumerable<OptionProblem> Holdback(EnvironmentOptions environment)
    {
        if (environment.Gate?.Holdback is { } holdback && environment.Traffic?.Steps?.SkipLast(1).DefaultIfEmpty().Max() >= holdback.Candidate)
        {
            yield return new(
                "gate.holdback.percent",
                $"expected less than {100 - environment.Traffic.Steps.SkipLast(1).Max()}, found {holdback.Percent}: the candidate would have {holdback.Candidate} % in the holdback, and no less before it",
                "traffic.steps");
        }
    }

    // What drivers say about the services that they name; only of services that could be read.
    private static IEnumerable<OptionProblem> Named(EnvironmentOptions environment)
    {
        var services = ServiceNames(environment);
        foreach (var (member, options) in new (string, object?)[] { ("platform", environment.Platform), ("traffic", environment.Traffic) })
        {
            foreach (var problem in options is INamesServices named ? named.Problems(services) : [])
            {
                yield return problem with
                {
                    Member = $"{member}.{problem.Member}",
                    Involved = [.. problem.Involved.Select(other => $"{member}.{other}"), "services"],
                };
            }
        }
    }

    private static IEnumerable<OptionProblem> Checks(EnvironmentOptions environment)
    {
        for (var i = 0; i < (environment.Checks?.Count ?? 0); i++)
        {
            if (environment.Checks![i] is Probes.HttpProbeOptions { Path: not null, Url: null })
            {
                yield return new($"checks[{i}].path", "nothing of the release runs yet when checks are made: write a whole \"url\", or move this to \"smoke\"");
            }

            if (environment.Checks[i]?.Service is not null)
            {
                yield return new($"checks[{i}].service", "only a smoke test is for one service: remove it");
            }

            if ((environment.Checks[i] as GitProbeOptions)?.Versions?.FirstOrDefault(v => v?.Service is { } name && !ServiceNames(environment).Contains(name)) is { } stray)
            {
                yield return new($"checks[{i}].versions", $"there is no service {JsonText.Quoted(stray.Service!)}. {Nearest.Hint(stray.Service!, ServiceNames(environment))}", "services");
            }

            if (environment.Checks[i]?.At is { } at && !at.SequenceEqual([SmokeMoment.Candidate, SmokeMoment.Promoted]))
            {
                yield return new($"checks[{i}].at", "checks are made before a release, and only a smoke test has another moment: remove it, or write it under \"smoke\"");
            }
        }
    }

    private static IEnumerable<OptionProblem> Smoke(EnvironmentOptions environment)
    {
        var services = ServiceNames(environment);
        for (var i = 0; i < (environment.Smoke?.Count ?? 0); i++)
        {
            if (environment.Smoke![i]?.Service is { } service && !services.Contains(service))
            {
                yield return new($"smoke[{i}].service", $"there is no service {JsonText.Quoted(service)}. {Nearest.Hint(service, services)}", "services");
            }
        }
    }

    // Found now, not in the night when it is needed.
    private static IEnumerable<OptionProblem> Emergency(EnvironmentOptions environment)
    {
        if (environment is not { Emergency: { } emergency, Traffic: not null, Gate: not null })
        {
            yield break;
        }

        var checks = (environment.Checks ?? []).Select(c => c?.Id).OfType<string>().ToList();
        for (var i = 0; i < (emergency.LeaveOut?.Count ?? 0); i++)
        {
            if (!checks.Contains(emergency.LeaveOut![i], StringComparer.Ordinal))
            {
                yield return new($"emergency.leaveOut[{i}]", $"there is no check {JsonText.Quoted(emergency.LeaveOut[i])}. {Nearest.Hint(emergency.LeaveOut[i], checks)}", "checks");
            }
        }

        var then = emergency.Of(environment with { Checks = [] });
        foreach (var problem in emergency.Steps is null ? [] : Steps(then.Traffic))
        {
            yield return problem with { Member = $"emergency.{problem.Member}", Involved = [.. problem.Involved.Select(other => $"emergency.{other}")] };
        }

        var usual = GateRules.Of(environment.Gate).Select(p => p.Message).ToList();
        foreach (var problem in GateRules.Of(then.Gate).Where(p => !usual.Contains(p.Message)))
        {
            yield return new("emergency", $"with it gate.{problem.Member} would be wrong: {problem.Message}", "gate");
        }
    }

    private static List<string> ServiceNames(EnvironmentOptions environment)
        => [.. (environment.Services ?? []).Select(service => service?.Name).OfType<string>().Distinct(StringComparer.Ordinal)];

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
}
