using System.ComponentModel;
using System.Text.Json.Nodes;
using Nuke.Common;
using Release.Diagnosis;
using Release.Probes;
using Release.Runs;

namespace Release.Components;

/// <summary>Looks an environment over for the symptoms that runbooks know, and restarts or scales a service where that is asked for.</summary>
[Category(TargetGroups.Diagnosis)]
public interface IDoctor : IRelease
{
    /// <summary>Gets what is to be changed before it looks.</summary>
    [Parameter("Doctor: restart-service=NAME or scale-service=NAME:N, done as a run of its own before Doctor looks. Without it nothing is changed.")]
    string? Fix => TryGetValue(() => Fix);

    /// <summary>Gets a value indicating whether it is understood what is to be looked at, and changed.</summary>
    /// <exception cref="ReleaseException">It is not; the message is for a person, and nothing was touched.</exception>
    bool CanExamine => ReleaseCommand.Of(this).UnderstandsFixing(Fix);

    /// <summary>Gets the target.</summary>
    Target Doctor => _ => _
        .Description("Look for what is wrong: traffic, errors, latency, metrics, pages; says what it saw and recommends, and changes only what --fix says")
        .Requires(() => CanExamine)
        .Executes(() => ReleaseCommand.Of(this).Doctor(Fix));
}

/// <summary>How a diagnosis is told.</summary>
internal static class DoctorCommand
{
    /// <summary>The lines for a person.</summary>
    public static IEnumerable<string> Lines(ReleaseEnvironment environment, IReadOnlyList<DiagnosedSymptom> diagnoses)
    {
        foreach (var diagnosis in diagnoses)
        {
            yield return $"{Sign(diagnosis.Verdict)} {diagnosis.Recipe.Title}: {(diagnosis.Verdict is ProbeVerdict.Pass ? "no" : diagnosis.Found)}";
            foreach (var looked in diagnosis.Looked)
            {
                yield return $"    {Sign(looked.Verdict)} {looked.What}: {looked.Detail}";
            }

            foreach (var advice in diagnosis.Recommended(environment.Command))
            {
                yield return $"    -> {advice}";
            }
        }
    }

    /// <summary>The document: <c>env</c>, and <c>diagnoses</c> with what was looked at, found and recommended.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="diagnoses">What was found.</param>
    /// <param name="fix">What was done before, and how that ended; null for nothing.</param>
    public static JsonObject Document(ReleaseEnvironment environment, IReadOnlyList<DiagnosedSymptom> diagnoses, (string Order, RunResult Result)? fix = null)
    {
        var document = new JsonObject
        {
            ["env"] = environment.Name,
            ["diagnoses"] = new JsonArray([.. diagnoses.Select(d => (JsonNode)d.ToJson(environment.Command))]),
        };
        if (fix is var (order, result))
        {
            document["fix"] = new JsonObject { ["order"] = order, ["done"] = true, ["message"] = result.Message };
        }

        return document;
    }

    /// <summary>Changes what was asked for, then looks. What could not be changed is told as that, and nothing is looked at.</summary>
    public static async Task<RunResult> Fix(IRelease build, ReleaseEnvironment environment, StopSignal stop, string order)
    {
        var result = await new Fixing(environment, stop).Run(order);
        if (!result.IsSuccess)
        {
            return result;
        }

        environment.Screen.Line($"  {result.Message} Looking again.");
        var diagnoses = await new Examination(environment).Run(stop.Token);
        Printed.To(build, environment, Document(environment, diagnoses, (order, result)), [.. Lines(environment, diagnoses)]);
        var verdict = Verdict(environment, diagnoses);
        return verdict with { Message = $"{result.Message} {verdict.Message.Replace(" Nothing was changed.", "", StringComparison.Ordinal)}", Next = verdict.IsSuccess ? result.Next : verdict.Next };
    }

    /// <summary>How it ended: 1 where something is wrong, or nothing could be told at all.</summary>
    public static RunResult Verdict(ReleaseEnvironment environment, IReadOnlyList<DiagnosedSymptom> diagnoses)
    {
        var sick = diagnoses.Where(d => d.Verdict is ProbeVerdict.Fail).ToList();
        var unknown = diagnoses.Count(d => d.Verdict is ProbeVerdict.Unavailable);
        return sick.Count > 0
            ? new RunResult(ExitStatus.Failed, $"{environment.Name} has {sick.Count} of {diagnoses.Count} symptoms: {string.Join("; ", sick.Select(d => d.Found))}. Nothing was changed.", $"{sick[0].Recommended(environment.Command)[0]}")
            : unknown == diagnoses.Count
            ? new RunResult(ExitStatus.Failed, $"Nothing could be told of {environment.Name}: none of {diagnoses.Count} symptoms could be looked for. Nothing was changed.", "See above what did not answer.")
            : new RunResult(ExitStatus.Done, $"{environment.Name} has none of {diagnoses.Count} symptoms{(unknown > 0 ? $"; {unknown} could not be told" : "")}.", $"See {environment.Command("Status")}.");
    }

    private static string Sign(ProbeVerdict verdict) => verdict switch { ProbeVerdict.Pass => "ok  ", ProbeVerdict.Fail => "BAD ", ProbeVerdict.Unavailable or _ => "?   " };
}
