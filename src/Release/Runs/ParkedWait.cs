using System.Globalization;
using System.Text.Json.Nodes;

namespace Release.Runs;

/// <summary>What a parked run waits for. It is a part of the decision that parked it.</summary>
/// <param name="For">Whom or what, as the end of the sentence "it waits for …".</param>
/// <param name="Until">When it waits no longer and is undone; null when it waits for ever.</param>
/// <param name="Gate">What the gate held: each service with its verdict; empty when no gate held the run.</param>
/// <param name="Share">The candidate's share at which it was held; null as above.</param>
public sealed record ParkedWait(string For, DateTimeOffset? Until, IReadOnlyDictionary<string, string> Gate, int? Share)
{
    /// <summary>Gets a value indicating whether the gate held the run, so that a person's word takes its verdict's place.</summary>
    public bool IsHeld => Gate.Count > 0;

    /// <summary>Gets the lines of the runbook whose sign-offs it waits for; empty when it waits for none.</summary>
    public IReadOnlyList<string> SignOffs { get; init; } = [];

    /// <summary>Waits for sign-offs, for ever.</summary>
    public static ParkedWait ForSignOffs(IReadOnlyList<Runbooks.RequiredSignOff> missing) =>
        ForPerson($"the sign-off{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing.Select(m => m.Text))}") with { SignOffs = [.. missing.Select(m => m.Line)] };

    /// <summary>Waits for a person, for ever.</summary>
    public static ParkedWait ForPerson(string what) => new(what, null, new Dictionary<string, string>(), null);

    /// <summary>Whether its time is over.</summary>
    public bool IsOver(DateTimeOffset now) => Until <= now;

    /// <summary>For the journal: <c>waitsFor</c>, <c>until</c> and <c>then</c> where a time is declared, <c>held</c> where a gate held it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["waitsFor"] = For };
        if (Until is { } until)
        {
            (json["until"], json["then"]) = (until.ToString("O", CultureInfo.InvariantCulture), "rollback");
        }

        if (SignOffs.Count > 0)
        {
            json["signOffs"] = new JsonArray([.. SignOffs.Select(s => (JsonNode)s)]);
        }

        if (IsHeld)
        {
            json["held"] = new JsonObject
            {
                ["share"] = Share,
                ["services"] = new JsonObject(Gate.Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Value))),
            };
        }

        return json;
    }

    /// <summary>From the journal. A run that an older version parked waits for a person.</summary>
    public static ParkedWait FromJson(JsonObject data) => new(
        data["waitsFor"]?.GetValue<string>() ?? "a person",
        data["until"]?.GetValue<string>() is { } until ? DateTimeOffset.Parse(until, CultureInfo.InvariantCulture) : null,
        (data["held"]?["services"] as JsonObject ?? []).ToDictionary(s => s.Key, s => s.Value!.GetValue<string>()),
        data["held"]?["share"]?.GetValue<int>())
    {
        SignOffs = [.. (data["signOffs"] as JsonArray ?? []).Select(s => s!.GetValue<string>())],
    };
}
