using System.Text.Json.Nodes;
using Release.Probes;
using Release.Runs;

namespace Release.Diagnosis;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">What.</param>
/// <param name="Verdict">How it is; unavailable where it could not be told.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="IsSymptom">Whether it is the symptom itself, and not one of its causes.</param>
public sealed record Looked(string What, ProbeVerdict Verdict, string Detail, bool IsSymptom);

/// <summary>What was found about one symptom.</summary>
/// <param name="Recipe">How it was looked into.</param>
/// <param name="Looked">What was looked at.</param>
public sealed record DiagnosedSymptom(Recipe Recipe, IReadOnlyList<Looked> Looked)
{
    /// <summary>Gets how it stands: fail where the symptom is there, unavailable where that could not be told.</summary>
    public ProbeVerdict Verdict
    {
        get
        {
            var symptoms = Looked.Where(l => l.IsSymptom).ToList();
            return symptoms.Exists(l => l.Verdict is ProbeVerdict.Fail) ? ProbeVerdict.Fail
                : symptoms.Count == 0 || symptoms.Exists(l => l.Verdict is ProbeVerdict.Unavailable) ? ProbeVerdict.Unavailable
                : ProbeVerdict.Pass;
        }
    }

    /// <summary>Gets what was found: the symptom, and what may cause it.</summary>
    public string Found => Verdict switch
    {
        ProbeVerdict.Pass => "nothing is wrong",
        ProbeVerdict.Fail or ProbeVerdict.Unavailable or _ => string.Join("; ", Looked.Where(l => l.Verdict is not ProbeVerdict.Pass).OrderByDescending(l => l.IsSymptom).Select(l => l.Detail.TrimEnd('.'))) is { Length: > 0 } wrong
            ? wrong : "there was nothing to look at",
    };

    /// <summary>What to do, where the symptom is there.</summary>
    /// <param name="command">Makes a command of a target.</param>
    public IReadOnlyList<string> Recommended(Func<string, string> command) => Verdict is not ProbeVerdict.Fail ? [] :
        [.. Recipe.Advice.Select(a => a
            .Replace("{Rollback}", command("Rollback"), StringComparison.Ordinal)
            .Replace("{Restart}", command("Doctor --fix restart-service=NAME"), StringComparison.Ordinal)
            .Replace("{Scale}", command("Doctor --fix scale-service=NAME:2"), StringComparison.Ordinal))];

    /// <summary>For <c>--json</c>.</summary>
    /// <param name="command">Makes a command of a target.</param>
    public JsonObject ToJson(Func<string, string> command) => new()
    {
        ["id"] = Words.Of(Recipe.Symptom),
        ["title"] = Recipe.Title,
        ["verdict"] = Words.Of(Verdict),
        ["looked"] = new JsonArray([.. Looked.Select(l => (JsonNode)new JsonObject { ["what"] = l.What, ["verdict"] = Words.Of(l.Verdict), ["detail"] = l.Detail, ["symptom"] = l.IsSymptom })]),
        ["found"] = Found,
        ["recommended"] = new JsonArray([.. Recommended(command).Select(r => (JsonNode)r)]),
    };
}
