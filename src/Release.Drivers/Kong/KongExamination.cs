using System.Text.Json.Nodes;
using Release.Drivers.Kong.Declared;
using Release.Output;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>
/// Looks for what would keep a candidate from its share although the weights are set: a route that leads elsewhere, another one
/// that takes its requests, an upstream that heeds no weights, a file that does not fit. Changes nothing.
/// </summary>
internal sealed class KongExamination(KongAdmin kong, KongRoute route, CanaryRetries retries, DeclaredFile? file)
{
    // What may tell two routes of the same path apart.
    private static readonly string[] Narrowing = ["hosts", "methods", "headers", "snis"];

    private readonly List<RouterDoubt> _doubts = [];

    public async Task<IReadOnlyList<RouterDoubt>> Look(CancellationToken cancellation)
    {
        try
        {
            await LookAtMode(cancellation);
            if (await kong.Find(KongPaths.Service(route.KongService), cancellation) is not { } service)
            {
                Block($"Kong at {kong.Address} has no service {route.KongService}, so no request is routed by the weights of {route.Service}. Name the right one in traffic/routes, \"kongService\".");
                return _doubts;
            }

            await LookAtRoutes(service, cancellation);
            await LookAtUpstream(service, cancellation);
            LookAtRetries(service);
            LookAtFile();
        }
        catch (Exception problem) when (problem is KongException or ReleaseException)
        {
            // Whether it answers is another question, and asked elsewhere.
            _doubts.Add(new(false, $"How Kong routes {route.Service} could not be looked at: {problem.Message}"));
        }

        return _doubts;
    }

    private async Task LookAtMode(CancellationToken cancellation)
    {
        var root = await kong.Read("", cancellation);
        var isDbLess = Text((root["configuration"] as JsonObject)?["database"]) == "off";
        if (isDbLess && file is null)
        {
            Block($"Kong at {kong.Address} runs without a database, so its weights are changed by its whole configuration: name the declarative file that it loads in traffic/file.");
        }
        else if (!isDbLess && file is not null)
        {
            Block($"Kong at {kong.Address} has a database, and traffic/file is for one without: remove it.");
        }

        if (Text(root["version"]) is { } version && int.TryParse(version.Split('.')[0], out var major) && major < 3)
        {
            Warn($"Kong at {kong.Address} is {TerminalText.Line(version, 40)}; this driver is written for Kong 3.");
        }
    }

    private async Task LookAtRoutes(JsonObject service, CancellationToken cancellation)
    {
        if (Text(service["host"]) is { } host && host != route.Upstream)
        {
            var routes = string.Join(", ", (await kong.List(KongPaths.RoutesOf(route.KongService), cancellation)).Select(NameOf));
            Block(KongWords.GoesElsewhere(route, TerminalText.Line(host, 120)) + (routes.Length > 0 ? $" Its routes: {routes}." : ""));
        }

        if (service["enabled"] is JsonValue enabled && enabled.TryGetValue(out bool isOn) && !isOn)
        {
            Block($"Kong's service {route.KongService} is disabled, so it gets no requests: enable it.");
        }

        var ours = await kong.List(KongPaths.RoutesOf(route.KongService), cancellation);
        if (ours.Count == 0)
        {
            Block($"No route of Kong leads to its service {route.KongService}, so {route.Service} gets no requests through it: add a route with the path {route.Path}.");
            return;
        }

        var ids = ours.Select(r => Text(r["id"])).ToHashSet();
        foreach (var other in (await kong.List("routes", cancellation)).Where(r => !ids.Contains(Text(r["id"]))))
        {
            if (ours.FirstOrDefault(own => IsSameMatch(own, other)) is { } own)
            {
                Block($"Kong's routes {NameOf(own)} and {NameOf(other)} match the same requests ({Shown(other["paths"])}), and only one of them gets any: a second service is no share of the traffic. "
                    + $"Remove {NameOf(other)}; the candidate becomes a target of the upstream {route.Upstream}.");
            }
        }
    }

    private async Task LookAtUpstream(JsonObject service, CancellationToken cancellation)
    {
        if (await kong.Find(KongPaths.Upstream(route.Upstream), cancellation) is not { } upstream)
        {
            Block(Text(service["host"]) == route.Upstream ? KongWords.GoesByName(route)
                : $"Kong at {kong.Address} has no upstream {route.Upstream}, so there are no weights for {route.Service}: make it, with the address of what serves now as its target.");
            return;
        }

        switch (Text(upstream["algorithm"]))
        {
            case "latency":
                Block($"Kong's upstream {route.Upstream} balances by latency and heeds no weights: set its algorithm to round-robin for the release.");
                break;
            case "consistent-hashing" or "least-connections" or "sticky-sessions":
                Warn($"Kong's upstream {route.Upstream} balances by {Text(upstream["algorithm"])}: the observed share may stay away from the one that was asked for. round-robin keeps it.");
                break;
            default:
                break;
        }
    }

    private void LookAtRetries(JsonObject service)
    {
        if (retries is CanaryRetries.Keep && service["retries"] is JsonValue value && value.TryGetValue(out int tries) && tries > 0)
        {
            Warn($"Kong tries a failed request of {route.KongService} {tries} times more, on stable too (traffic/retries is \"keep\"): a candidate that takes no connections may look well. The gate must read counters of attempts, or set \"zero\".");
        }
    }

    private void LookAtFile()
    {
        if (file is null)
        {
            return;
        }

        var declared = file.Read();
        if (declared.Weights(route.Upstream) is null)
        {
            Block($"Kong's file has no upstream {route.Upstream}, although Kong has: a restart of Kong would lose the weights. Add it to the file.");
        }
        else if (declared.Service(route.KongService) is null)
        {
            Block($"Kong's file has no service {route.KongService}, although Kong has: a restart of Kong would lose it. Add it to the file.");
        }
    }

    private void Block(string sentence) => _doubts.Add(new(true, sentence));

    private void Warn(string sentence) => _doubts.Add(new(false, sentence));

    private static bool IsSameMatch(JsonObject own, JsonObject other) =>
        Array.TrueForAll(Narrowing, field => Set(own[field]).SetEquals(Set(other[field])))
        && Set(own["paths"]).Overlaps(Set(other["paths"]));

    private static HashSet<string> Set(JsonNode? node) => node switch
    {
        JsonArray list => [.. list.Select(item => item?.ToJsonString() ?? "")],
        JsonObject map => [.. map.Select(pair => $"{pair.Key}={pair.Value?.ToJsonString()}")],
        _ => [],
    };

    private static string NameOf(JsonObject entity) => TerminalText.Line(Text(entity["name"]) ?? Text(entity["id"]) ?? "without a name", 120);

    private static string Shown(JsonNode? node) => TerminalText.Line(string.Join(", ", (node as JsonArray ?? []).Select(Text)), 200);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
