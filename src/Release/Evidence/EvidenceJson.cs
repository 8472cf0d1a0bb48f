using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Probes;

namespace Release.Evidence;

/// <summary>How evidence is written.</summary>
internal static class EvidenceJson
{
    /// <summary>For people's eyes.</summary>
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A probe's result.</summary>
    public static JsonObject Of(ProbeReport look) => new()
    {
        ["id"] = look.Id,
        ["type"] = look.Type,
        ["verdict"] = look.Result.Verdict.ToString().ToLowerInvariant(),
        ["detail"] = look.Result.Detail,
        ["milliseconds"] = (long)look.Took.TotalMilliseconds,
    };
}
