using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>
/// Makes the way from the router to a service: upstream, service and route, all three of the service's name. What is there
/// already is kept and only our fields of it are set.
/// </summary>
internal sealed class RouteStep(string service, string path, int retries, Func<KongAdmin?> admin) : IStep
{
    private static readonly string[] Kinds = ["upstream", "service", "route"];

    public string Id => "set-up-route-" + service;

    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => TimeSpan.FromSeconds(15);

    public string Describe() => $"Send requests for {path} to the upstream {service}.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        if (admin() is not { } kong)
        {
            return new(StepState.Pending, Nothing(), "The gateway was never started.");
        }

        try
        {
            var seen = await Look(kong, cancellation);
            var right = Kinds.Count(kind => JsonNode.DeepEquals(seen[kind], Wanted(kind)));
            return right == Kinds.Length ? new(StepState.Applied, seen, $"{path} goes to the upstream {service}.")
                : Kinds.All(kind => seen[kind] is null) ? new(StepState.Pending, seen, $"There is no route {service} yet.")
                : new(StepState.Torn, seen, $"{right} of upstream, service and route {service} are as they should be.");
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
        foreach (var kind in Kinds.Where(kind => !JsonNode.DeepEquals(seen[kind], Wanted(kind))))
        {
            // PUT would put every field that somebody else set on an existing entity back to its default.
            var write = seen[kind] is null ? kong.Put(PathOf(kind), Wanted(kind), cancellation)
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
            else if (!JsonNode.DeepEquals(now[kind], was))
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
        if (kind == "upstream" && (await kong.List(KongPaths.Targets(service), cancellation)).Count > 0)
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

    /// <summary>Our fields of what is there; null for what is not.</summary>
    private async Task<JsonObject> Look(KongAdmin kong, CancellationToken cancellation)
    {
        var seen = Nothing();
        string? serviceId = null;
        foreach (var kind in Kinds)
        {
            if (await kong.Find(PathOf(kind), cancellation) is not { } entity)
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
                ours["service"] = new JsonObject { ["name"] = service };
            }

            seen[kind] = ours;
        }

        return seen;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private string PathOf(string kind) => kind switch
    {
        "upstream" => KongPaths.Upstream(service),
        "service" => KongPaths.Service(service),
        _ => KongPaths.Route(service),
    };

    private JsonObject Wanted(string kind) => kind switch
    {
        "upstream" => new() { ["name"] = service },
        "service" => new() { ["name"] = service, ["protocol"] = "http", ["host"] = service, ["retries"] = retries },
        _ => new()
        {
            ["name"] = service,
            ["paths"] = new JsonArray(path),
            ["strip_path"] = false,
            ["service"] = new JsonObject { ["name"] = service },
        },
    };
}
