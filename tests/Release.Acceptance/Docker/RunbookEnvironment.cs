using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>
/// The environment and the runbook that this repository ships for OpsConductor, moved to the acceptance stack: other addresses, a minute that
/// takes half a second, and times of day that are soon. Everything else is as it is shipped.
/// </summary>
internal sealed partial class RunbookEnvironment(OpsConductor stack, TheirDatabase database, TheirGrafana grafana)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMilliseconds(500);

    /// <summary>Puts both into a repository.</summary>
    public async Task Write(RootFolder root)
    {
        root.Variables["OPSCONDUCTOR_DB_PASSWORD"] = TheirDatabase.Password;
        root.Variables["OPSCONDUCTOR_HOOK"] = grafana.Hook.ToString();
        root.Variables["OPSCONDUCTOR_HOOK_SECRET"] = TheirGrafana.HookSecret;
        root.Variables["GRAFANA_TOKEN"] = TheirGrafana.Token;
        var environments = Path.Combine(root.Folder, "environments");
        await Change(Path.Combine(environments, "opsconductor.json"), Move);
        await Change(Path.Combine(environments, "opsconductor.runbook.json"), Hurry);
    }

    private static async Task Change(string file, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        change(json);
        await File.WriteAllTextAsync(file, json.ToJsonString());
    }

    private void Move(JsonObject environment)
    {
        Set(environment["platform"]!, new() { ["folder"] = stack.Folder, ["engine"] = stack.Engine.Address, ["bootTimeout"] = "2m", ["keepStable"] = "5s" });
        Set(environment["traffic"]!, new() { ["admin"] = Text(stack.Admin), ["proxy"] = Text(stack.Proxy), ["splitTimeout"] = "3m", ["shiftTimeout"] = "20s" });
        foreach (var look in environment["checks"]!.AsArray().Concat(environment["smoke"]!.AsArray()))
        {
            look!["timeout"] = "60s";
        }

        Set(Of(environment, "checks", "gateway-up"), new() { ["url"] = $"{Text(stack.Admin)}/status" });
        Set(Of(environment, "checks", "prometheus"), new() { ["url"] = Text(stack.Prometheus), ["jobs"] = new JsonArray("services") });
        Set(Of(environment, "checks", "grafana"), new() { ["url"] = Text(grafana.Address) });
        Set(Of(environment, "checks", "redis"), new() { ["port"] = stack.RedisPort });
        Set(Of(environment, "backup", "database")["connection"]!, new() { ["host"] = "127.0.0.1", ["port"] = database.Port });
        Set(Of(environment, "smoke", "both-versions-answer"), new() { ["rate"] = 20 });
        Set(Of(environment, "smoke", "frontend-page"), new() { ["path"] = "/health" });
        Set(Of(environment, "notify", "charts"), new() { ["url"] = Text(grafana.Address) });

        // A busy host is not to be taken for a regression.
        Set(environment["gate"]!, new()
        {
            ["metrics"] = new JsonObject { ["type"] = "prometheus", ["url"] = Text(stack.Prometheus), ["match"] = new JsonObject { ["service"] = "{service}", ["version"] = "{version}" } },
            ["tick"] = "2s",
            ["warmUp"] = "0s",
            ["alpha"] = 0.001,
            ["stepDuration"] = new JsonObject { ["min"] = Milliseconds(30), ["max"] = "5m" },
        });
        foreach (var objective in environment["gate"]!["objectives"]!.AsArray())
        {
            objective!["compare"] = false;
        }

        // Whenever the promotion ends, the watch meets two of these times.
        var minutes = Enumerable.Range(1, 20).Select(minute => DateTimeOffset.UtcNow.AddMinutes(minute).ToString("HH:mm", CultureInfo.InvariantCulture)).ToArray();
        Set(environment["watch"]!, new()
        {
            ["for"] = "130s",
            ["every"] = "5s",
            ["smoke"] = List(minutes),
            ["gate"] = List(minutes),
            ["gateOver"] = "10s",
            ["baseline"] = "10s",
        });
    }

    // What the lines demand of the gate's time is as much shorter as the gate's time.
    private static void Hurry(JsonNode node)
    {
        foreach (var child in (node as JsonObject)?.Select(member => member.Value) ?? node as IEnumerable<JsonNode?> ?? [])
        {
            if (child is JsonObject or JsonArray)
            {
                Hurry(child);
            }
        }

        if (node is JsonObject tie && tie["for"] is JsonValue time && Minutes().Match(time.GetValue<string>()) is { Success: true } minutes)
        {
            tie["for"] = Milliseconds(int.Parse(minutes.Groups[1].Value, CultureInfo.InvariantCulture));
        }
    }

    private static JsonNode Of(JsonObject environment, string list, string id) => environment[list]!.AsArray().Single(entry => entry!["id"]?.GetValue<string>() == id)!;

    private static void Set(JsonNode target, JsonObject values)
    {
        foreach (var (name, value) in values)
        {
            target[name] = value!.DeepClone();
        }
    }

    private static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];

    private static string Text(Uri address) => address.ToString().TrimEnd('/');

    private static string Milliseconds(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{(minutes * Minute).TotalMilliseconds:0}ms");

    [GeneratedRegex("^([0-9]+)m$")]
    private static partial Regex Minutes();
}
