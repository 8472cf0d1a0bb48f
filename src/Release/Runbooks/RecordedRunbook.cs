using System.Text.Json.Nodes;

namespace Release.Runbooks;

/// <summary>What a run recorded of its runbook when it was opened.</summary>
/// <param name="File">The file.</param>
/// <param name="Sha256">The hash of its text.</param>
/// <param name="Required">The sign-offs that hold the run up.</param>
public sealed record RecordedRunbook(string File, string Sha256, IReadOnlyList<RequiredSignOff> Required)
{
    /// <summary>For the journal: <c>file</c>, <c>sha256</c>, <c>required</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["file"] = File,
        ["sha256"] = Sha256,
        ["required"] = new JsonArray([.. Required.Select(r => r.ToJson())]),
    };

    /// <summary>From the journal.</summary>
    public static RecordedRunbook FromJson(JsonObject json) => new(
        json["file"]?.GetValue<string>() ?? "",
        json["sha256"]?.GetValue<string>() ?? "",
        [.. (json["required"] as JsonArray ?? []).Select(r => RequiredSignOff.FromJson(r!.AsObject()))]);
}

/// <summary>A sign-off that must be there before a phase begins.</summary>
/// <param name="Line">The line's id.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Roles">The roles of which one must sign.</param>
/// <param name="MayComeLater">Whether an emergency does not wait for it.</param>
/// <param name="NeedsNote">Whether whoever signs must say something.</param>
public sealed record RequiredSignOff(string Line, string Phase, IReadOnlyList<string> Roles, bool MayComeLater, bool NeedsNote)
{
    /// <summary>Gets it for a person: <c>CAN-91 (qa or lead)</c>.</summary>
    public string Text => $"{Line} ({string.Join(" or ", Roles)})";

    /// <summary>For the journal.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["line"] = Line,
            ["phase"] = Phase,
            ["roles"] = new JsonArray([.. Roles.Select(r => (JsonNode)r)]),
        };
        if (MayComeLater)
        {
            json["emergency"] = "after";
        }

        if (NeedsNote)
        {
            json["note"] = true;
        }

        return json;
    }

    /// <summary>From the journal.</summary>
    public static RequiredSignOff FromJson(JsonObject json) => new(
        json["line"]!.GetValue<string>(),
        json["phase"]?.GetValue<string>() ?? "",
        [.. (json["roles"] as JsonArray ?? []).Select(r => r!.GetValue<string>())],
        json["emergency"]?.GetValue<string>() == "after",
        json["note"]?.GetValue<bool>() is true);
}
