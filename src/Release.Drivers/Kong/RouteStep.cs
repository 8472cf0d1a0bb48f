using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>
/// Makes the way from the router to a service: upstream, service and route. In the embedded gateway all three are ours, and
/// our fields of what is there already are set. In somebody else's Kong only what is missing is made: a service that has a
/// host of its own carries traffic, and pointing it at an empty upstream would end that. So would making one of that host's name.
/// </summary>
internal sealed class RouteStep(KongRoute route, bool isOurs, Func<KongAdmin?> admin) : IStep
{
    private static readonly string[] Kinds = ["upstream", "service", "route"];

    public string Id => "set-up-route-" + route.Service;

    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => TimeSpan.FromSeconds(15);

    public string Describe() => $"Send requests for {route.Path} to the upstream {route.Upstream}.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        if (admin() is not { } kong)
        {
            return new(StepState.Pending, Nothing(), "The gateway was never started.");
        }

        try
        {
            var seen = await Look(kong, cancellation);
            var right = Kinds.Count(kind => IsRight(kind, seen[kind]));
            return right == Kinds.Length ? new(StepState.Applied, seen, $"{route.Path} goes to the upstream {route.Upstream}.")
                : !isOurs && seen["service"] is JsonObject service && TextOf(service["host"]) is { } host && host != route.Upstream
                    ? new(StepState.Foreign, seen, KongWords.GoesElsewhere(route, host))
                : !isOurs && seen["service"] is JsonObject && seen["upstream"] is null ? new(StepState.Foreign, seen, KongWords.GoesByName(route))
                : Kinds.All(kind => seen[kind] is null) ? new(StepState.Pending, seen, $"There is no route {route.Service} yet.")
                : new(StepState.Torn, seen, $"{right} of upstream, service and route of {route.Service} are as they should be.");
        }
        catch (KongException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var kong = admin() ?? throw new KongUnavailableException("The gateway was never started.");
        var seen = await Look(kong, cancellation);
        foreach (var kind in Kinds.Where(kind => !IsRight(kind, seen[kind])))
        {
            // PUT would put every field that somebody else set on an existing entity back to its default.
            var write = seen[kind] is null ? kong.Put(PathOf(kind), Made(kind), cancellation)
                : kong.Patch(PathOf(kind), Wanted(kind), cancellation);
            await write;
        }
    }

    /// <summary>Removes what was not there before and sets back our fields of what was.</summary>
    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (admin() is not { } kong)
        {
            return;
        }

        var now = await Look(kong, cancellation);
        foreach (var kind in Kinds.Reverse().Where(kind => now[kind] is not null))
        {
            if (before.Seen[kind] is not JsonObject was)
            {
                await Remove(kong, kind, cancellation);
            }
            else if (isOurs && !JsonNode.DeepEquals(now[kind], was))
            {
                await kong.Patch(PathOf(kind), was.DeepClone().AsObject(), cancellation);
            }
        }
    }

    private static JsonObject Nothing() =>
        new(Kinds.Select(kind => KeyValuePair.Create<string, JsonNode?>(kind, null)));

    private async Task Remove(KongAdmin kong, string kind, CancellationToken cancellation)
    {
        // With the upstream go its targets: one that is left by now is somebody else's.
        if (kind == "upstream" && (await kong.List(KongPaths.Targets(route.Upstream), cancellation)).Count > 0)
        {
            return;
        }

        try
        {
            await kong.Delete(PathOf(kind), cancellation);
        }
        catch (KongRefusedException refused) when (refused.Status == 400 && kind == "service")
        {
            // Somebody has put a route of their own on it since.
        }
    }

    private bool IsRight(string kind, JsonNode? seen) => isOurs ? JsonNode.DeepEquals(seen, Wanted(kind))
        : seen is JsonObject entity && (kind != "service" || TextOf(entity["host"]) == route.Upstream);

    /// <summary>Our fields of what is there; null for what is not. Somebody else's route may have any name.</summary>
    private async Task<JsonObject> Look(KongAdmin kong, CancellationToken cancellation)
    {
        var seen = Nothing();
        string? serviceId = null;
        foreach (var kind in Kinds)
        {
            var entity = await kong.Find(PathOf(kind), cancellation);
            if (entity is null && kind == "route" && !isOurs && serviceId is not null)
            {
                entity = await kong.List(KongPaths.RoutesOf(route.KongService), cancellation) is [var first, ..] ? first : null;
            }

            if (entity is null)
            {
                continue;
            }

            serviceId = kind == "service" ? TextOf(entity["id"]) : serviceId;
            var ours = new JsonObject();
            foreach (var (field, _) in Wanted(kind))
            {
                ours[field] = entity[field]?.DeepClone();
            }

            // Kong tells references by id; ours is by name.
            if (serviceId is not null && TextOf((ours["service"] as JsonObject)?["id"]) == serviceId)
            {
                ours["service"] = new JsonObject { ["name"] = route.KongService };
            }

            seen[kind] = ours;
        }

        return seen;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private string PathOf(string kind) => kind switch
    {
        "upstream" => KongPaths.Upstream(route.Upstream),
        "service" => KongPaths.Service(route.KongService),
        _ => KongPaths.Route(route.Service),
    };

    // Where nothing was, nobody's retries are put back later, and Kong's own five would hide a candidate's failures.
    private JsonObject Made(string kind)
    {
        var wanted = Wanted(kind);
        if (kind == "service")
        {
            wanted["retries"] = 0;
        }

        return wanted;
    }

    private JsonObject Wanted(string kind) => kind switch
    {
        "upstream" => new() { ["name"] = route.Upstream },
        "service" when isOurs => new() { ["name"] = route.KongService, ["protocol"] = "http", ["host"] = route.Upstream, ["retries"] = 0 },
        "service" => new() { ["name"] = route.KongService, ["protocol"] = "http", ["host"] = route.Upstream },
        _ => new()
        {
            ["name"] = route.Service,
            ["paths"] = new JsonArray(route.Path),
            ["strip_path"] = false,
            ["service"] = new JsonObject { ["name"] = route.KongService },
        },
    };
}
