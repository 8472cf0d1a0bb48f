using System.ComponentModel.DataAnnotations;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>What is different with <c>--emergency</c>: each key that is given stands for the one of the same name. There is no holdback.</summary>
public sealed record EmergencyOptions
{
    /// <summary>Gets the candidate's shares in percent instead of <c>traffic.steps</c>: ascending, the last 100.</summary>
    [Range(1, 100)]
    public IReadOnlyList<int>? Steps { get; init; }

    /// <summary>Gets how long a traffic step lasts, instead of <c>gate.stepDuration</c>.</summary>
    public StepDurationOptions? StepDuration { get; init; }

    /// <summary>Gets the stretch whose counts are dropped, instead of <c>gate.warmUp</c>.</summary>
    [MayBeZero]
    public TimeSpan? WarmUp { get; init; }

    /// <summary>Gets the ids of the checks that are not made.</summary>
    public IReadOnlyList<string> LeaveOut { get; init; } = [];

    /// <summary>An environment as it is in an emergency.</summary>
    internal EnvironmentOptions Of(EnvironmentOptions usual) => usual with
    {
        Traffic = usual.Traffic with { Steps = Steps ?? usual.Traffic.Steps },
        Gate = usual.Gate with { StepDuration = StepDuration ?? usual.Gate.StepDuration, WarmUp = WarmUp ?? usual.Gate.WarmUp, Holdback = null },
        Checks = [.. usual.Checks.Where(c => !LeaveOut.Contains(c.Id, StringComparer.Ordinal))],
        Emergency = null,
    };

    /// <summary>The same as text: what a run records, so that whoever goes on with it needs to know of no emergency.</summary>
    internal string In(string source)
    {
        using var reader = new JsonTextReader(new StringReader(source)) { DateParseHandling = DateParseHandling.None };
        var json = JObject.Load(reader);
        Set(json, "traffic", "steps", Steps is null ? null : new JArray(Steps));
        Set(json, "gate", "stepDuration", StepDuration is null ? null : Of(StepDuration));
        _ = (json["gate"] as JObject)?.Remove("holdback");
        Set(json, "gate", "warmUp", WarmUp is { } warmUp ? new JValue(ValueText.Of(warmUp)) : null);
        (json["checks"] as JArray)?.Where(c => LeaveOut.Contains((string?)c["id"], StringComparer.Ordinal)).ToList().ForEach(c => c.Remove());
        _ = json.Remove("emergency");
        return json.ToString(Formatting.Indented) + "\n";
    }

    private static JObject Of(StepDurationOptions duration)
    {
        var json = new JObject { ["min"] = ValueText.Of(duration.Min), ["max"] = ValueText.Of(duration.Max) };
        if (duration.ExtendTo is { } longest)
        {
            json["extendTo"] = ValueText.Of(longest);
        }

        return json;
    }

    private static void Set(JObject json, string section, string key, JToken? value)
    {
        if (value is not null)
        {
            json[section]![key] = value;
        }
    }
}
