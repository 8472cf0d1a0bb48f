using System.Text.Json.Nodes;

namespace Release.Acceptance.Processes;

/// <summary>How an environment of a test differs from <c>environments/local.json</c>: it is quicker, and judges on fewer requests.</summary>
internal sealed record Settings
{
    public int[] Steps { get; init; } = [40, 100];

    /// <summary>Gets synthetic requests a second.</summary>
    public int Rate { get; init; } = 300;

    /// <summary>Gets the shortest traffic step.</summary>
    public string Step { get; init; } = "300ms";

    /// <summary>Gets how long the old version is kept after a promotion; null for as long as in <c>local</c>.</summary>
    public string? KeepStable { get; init; }

    /// <summary>Gets how long a candidate whose process is gone keeps its share; null for as long as in <c>local</c>.</summary>
    public string? OrphanAfter { get; init; }

    /// <summary>Gets what a tender does with a run whose process is gone; null for the default.</summary>
    public string? OnOrphan { get; init; }

    /// <summary>Gets the chance of a false alarm.</summary>
    public double Alpha { get; init; } = 1e-6;

    /// <summary>Gets a value indicating whether latency is compared with stable's, too.</summary>
    public bool ComparesLatency { get; init; }

    /// <summary>Gets the longest traffic step, and how long the gate waits for a split or for readings; null for long.</summary>
    public string? Patience { get; init; }

    /// <summary>Gets a value indicating whether PreChecks and the smoke tests take a moment more, so that a kill lands within.</summary>
    public bool SlowLooks { get; init; }

    /// <summary>The file of an environment.</summary>
    public string Json(string local, string name)
    {
        var json = JsonNode.Parse(local)!.AsObject();
        json["name"] = name;
        json["traffic"]!["steps"] = new JsonArray([.. Steps.Select(s => (JsonNode)s)]);
        json["traffic"]!["synthetic"]!["rate"] = Rate;
        json["platform"]!["keepStable"] = KeepStable ?? json["platform"]!["keepStable"]?.DeepClone() ?? "10m";
        foreach (var (key, value) in new[] { ("orphanAfter", OrphanAfter), ("onOrphan", OnOrphan) })
        {
            if (value is not null)
            {
                json[key] = value;
            }
        }

        var gate = json["gate"]!.AsObject();
        (gate["tick"], gate["warmUp"]) = ("200ms", "0s");
        gate["stepDuration"] = new JsonObject { ["min"] = Step, ["max"] = Patience ?? "90s" };

        // Wide enough that neither the sample's own errors nor a busy host are taken for a regression: hundreds of releases must
        // not see the share of false alarms that is usual, and a process that just began is slower than one that served for long.
        gate["alpha"] = Alpha;
        gate["objectives"] = new JsonArray(
            new JsonObject { ["id"] = "error-rate", ["type"] = "errors", ["max"] = "5%" },
            new JsonObject { ["id"] = "latency-p95", ["type"] = "latency", ["quantile"] = 0.95, ["max"] = "1000ms", ["compare"] = ComparesLatency });
        if (Patience is not null)
        {
            (gate["maxGap"], gate["maxUnavailable"], json["traffic"]!["splitTimeout"]) = ("1s", Patience, Patience);
        }

        var checks = json["checks"]!.AsArray();
        _ = checks.Remove(checks.FirstOrDefault(c => c!["id"]!.GetValue<string>() == "dotnet"));
        if (SlowLooks)
        {
            checks.Add(Slow("slow-check"));
            json["smoke"]!.AsArray().Add(Slow("slow-smoke"));
        }

        return json.ToJsonString();
    }

    private static JsonObject Slow(string id) => new()
    {
        ["id"] = id,
        ["type"] = "command",
        ["program"] = "sleep",
        ["args"] = new JsonArray("0.3"),
    };
}
