using System.ComponentModel;
using System.Text.Json.Nodes;
using Nuke.Common;
using Release.Diagnosis;
using Release.Probes;
using Release.Runs;

namespace Release.Components;

/// <summary>Looks an environment over for the symptoms that runbooks know.</summary>
[Category(TargetGroups.Diagnosis)]
public interface IDoctor : IRelease
{
    /// <summary>Gets the target.</summary>
    Target Doctor => _ => _
        .Description("Look for what is wrong: traffic, errors, latency, metrics, pages; says what it saw and recommends, and changes nothing")
        .Requires(() => CanLook)
        .Executes(() => ReleaseCommand.Of(this).Doctor());
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
    public static JsonObject Document(ReleaseEnvironment environment, IReadOnlyList<DiagnosedSymptom> diagnoses) => new()
    {
        ["env"] = environment.Name,
        ["diagnoses"] = new JsonArray([.. diagnoses.Select(d => (JsonNode)d.ToJson(environment.Command))]),
    };

    /// <summary>How it ended: 1 where something is wrong.</summary>
    public static RunResult Verdict(ReleaseEnvironment environment, IReadOnlyList<DiagnosedSymptom> diagnoses)
    {
        var sick = diagnoses.Where(d => d.Verdict is ProbeVerdict.Fail).ToList();
        var unknown = diagnoses.Count(d => d.Verdict is ProbeVerdict.Unavailable);
        return sick.Count > 0
            ? new RunResult(ExitStatus.Failed, $"{environment.Name} has {sick.Count} of {diagnoses.Count} symptoms: {string.Join("; ", sick.Select(d => d.Found))}. Nothing was changed.", $"{sick[0].Recommended(environment.Command)[0]}")
            : new RunResult(ExitStatus.Done, $"{environment.Name} has none of {diagnoses.Count} symptoms{(unknown > 0 ? $"; {unknown} could not be told" : "")}.", $"See {environment.Command("Status")}.");
    }

    private static string Sign(ProbeVerdict verdict) => verdict switch { ProbeVerdict.Pass => "ok  ", ProbeVerdict.Fail => "BAD ", ProbeVerdict.Unavailable or _ => "?   " };
}
