using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Release.Gateway.Proxy;

namespace Release.Gateway.Admin;

/// <summary>
/// The part of Kong 3's Admin API that a release needs, with Kong's paths, shapes and status codes
/// (github.com/Kong/kong, <c>kong/api</c>). One request at a time: a change is whole and in effect before its answer.
/// </summary>
internal sealed class AdminApi(EntityStore store, GatewayMetrics metrics, bool isDbLess, Guid nodeId)
{
    public const string Version = "3.9.0";

    private readonly Lock _lock = new();

    public async Task Handle(HttpContext context)
    {
        var (status, type, body) = await Answer(context);
        context.Response.StatusCode = status;
        context.Response.Headers["X-Kong-Admin-Latency"] = "0";
        if (body is null)
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private async Task<(int Status, string Type, string? Body)> Answer(HttpContext context)
    {
        try
        {
            var request = await AdminRequest.Read(context.Request, context.RequestAborted);
            if (request.Path is ["metrics"])
            {
                return (200, "text/plain; version=0.0.4; charset=utf-8", metrics.Render());
            }

            lock (_lock)
            {
                var reply = Dispatch(request);
                return (reply.Status, "application/json; charset=utf-8", reply.Body?.ToJsonString(Json.Options));
            }
        }
        catch (AdminRefusal refusal)
        {
            return (refusal.Status, "application/json; charset=utf-8", refusal.Body.ToJsonString(Json.Options));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The disk: nothing was changed, and the caller must know.
            return (500, "application/json; charset=utf-8", new JsonObject
            {
                ["message"] = $"An unexpected error occurred: the change could not be saved: {error.Message}",
            }.ToJsonString(Json.Options));
        }
    }

    private Reply Dispatch(AdminRequest request)
    {
        var method = request.Method == "HEAD" ? "GET" : request.Method;
        return request.Path switch
        {
            [] => Reads(method, Root),
            ["status"] => Reads(method, Status),
            ["status", "ready"] => Reads(method, () => new Reply(200, new JsonObject { ["message"] = "ready" })),
            ["config"] => Config(method, request),
            ["upstreams", var upstream, "health"] => Reads(method, () => Health(request, Parent(Kinds.Upstreams, upstream))),
            ["upstreams", var upstream, "targets"] => TargetsOf(method, request, Parent(Kinds.Upstreams, upstream)),
            ["upstreams", var upstream, "targets", "all"] =>
                Reads(method, () => Page(request, Newest(Parent(Kinds.Upstreams, upstream)))),
            ["upstreams", var upstream, "targets", var target] =>
                Target(method, request, Parent(Kinds.Upstreams, upstream), target),
            ["services", var service, "routes"] => RoutesOf(method, request, Parent(Kinds.Services, service)),
            ["services", var service, "routes", var route] => One(
                method, request, Kinds.Routes, RouteOf(Parent(Kinds.Services, service), route)),
            ["routes", var route, "service"] => One(
                method, request, Kinds.Services, Parent(Kinds.Routes, route).ReferenceId("service") ?? throw AdminRefusal.NotFound()),
            [var name] when Kind(name) is { } kind => Collection(method, request, kind),
            [var name, var key] when Kind(name) is { } kind => One(method, request, kind, key),
            _ => throw AdminRefusal.NotFound(),
        };
    }

    private static EntityKind? Kind(string name) =>
        Kinds.All.FirstOrDefault(kind => kind.Name == name && kind != Kinds.Targets);

    private static Reply Reads(string method, Func<Reply> read) =>
        method == "GET" ? read() : throw AdminRefusal.MethodNotAllowed();

    private JsonObject Parent(EntityKind kind, string idOrName) =>
        store.Current.Find(kind, idOrName) ?? throw AdminRefusal.NotFound();

    private string RouteOf(JsonObject service, string idOrName) =>
        Parent(Kinds.Routes, idOrName) is var route && route.ReferenceId("service") == service.Text("id")
            ? route.Text("id")!
            : throw AdminRefusal.NotFound();

    private Reply Root() => new(200, new JsonObject
    {
        ["version"] = Version,
        ["tagline"] = "Welcome to kong",
        ["hostname"] = Environment.MachineName,
        ["node_id"] = nodeId.ToString(),
        ["edition"] = "community",
        ["pids"] = new JsonObject { ["master"] = Environment.ProcessId },
        ["plugins"] = new JsonObject { ["available_on_server"] = new JsonObject(), ["enabled_in_cluster"] = new JsonArray() },
        ["configuration"] = new JsonObject
        {
            ["database"] = isDbLess ? "off" : "postgres",
            ["router_flavor"] = "traditional_compatible",
            ["role"] = "traditional",
        },
    });

    private Reply Status()
    {
        var status = new JsonObject
        {
            ["database"] = new JsonObject { ["reachable"] = true },
            ["server"] = new JsonObject
            {
                ["connections_active"] = metrics.InFlight(),
                ["total_requests"] = metrics.Requests(),
            },
        };
        if (isDbLess)
        {
            status["configuration_hash"] = DeclarativeConfig.Hash(store.Current);
        }

        return new Reply(200, status);
    }

    private Reply Config(string method, AdminRequest request)
    {
        if (method is not ("GET" or "POST"))
        {
            throw AdminRefusal.MethodNotAllowed();
        }

        if (!isDbLess)
        {
            throw AdminRefusal.Plain(400, "this endpoint is only available when Kong is configured to not use a database");
        }

        if (method == "GET")
        {
            return new Reply(200, new JsonObject { ["config"] = DeclarativeConfig.Export(store.Current) });
        }

        var flatten = request.Query["flatten_errors"].ToString() is "1" or "true" or "on" or "yes";
        var entities = DeclarativeConfig.Parse(DeclarativeConfig.Read(request.Body), store, flatten);
        if (request.Query["check_hash"] == "1"
            && DeclarativeConfig.Hash(entities) == DeclarativeConfig.Hash(store.Current))
        {
            return new Reply(304, null);
        }

        store.Become(entities);
        return new Reply(201, DeclarativeConfig.ById(entities));
    }

    private Reply Collection(string method, AdminRequest request, EntityKind kind) => method switch
    {
        "GET" => Page(request, store.Current.Of(kind)),
        "POST" => Insert(kind, request.Fields(kind)),
        _ => throw AdminRefusal.MethodNotAllowed(),
    };

    private Reply One(string method, AdminRequest request, EntityKind kind, string idOrName)
    {
        var entity = store.Current.Find(kind, idOrName);
        return method switch
        {
            "GET" => Entity(entity ?? throw AdminRefusal.NotFound()),
            "PATCH" => Update(kind, entity ?? throw AdminRefusal.NotFound(), request.Fields(kind)),
            "PUT" => Upsert(kind, idOrName, request.Fields(kind)),
            "DELETE" => Delete(kind, entity),
            _ => throw AdminRefusal.MethodNotAllowed(),
        };
    }

    private Reply RoutesOf(string method, AdminRequest request, JsonObject service)
    {
        if (method == "POST")
        {
            var given = request.Fields(Kinds.Routes);
            given["service"] = new JsonObject { ["id"] = service.Text("id") };
            return Insert(Kinds.Routes, given);
        }

        return Reads(method, () => Page(request, store.Current.Children(Kinds.Routes, "service", service)));
    }

    private Reply TargetsOf(string method, AdminRequest request, JsonObject upstream)
    {
        if (method == "POST")
        {
            var given = request.Fields(Kinds.Targets);
            given["upstream"] = new JsonObject { ["id"] = upstream.Text("id") };
            return Insert(Kinds.Targets, given);
        }

        return Reads(method, () => Page(request, Newest(upstream)));
    }

    private Reply Target(string method, AdminRequest request, JsonObject upstream, string idOrAddress)
    {
        var address = TargetAddress.TryParse(idOrAddress, out var parsed) ? parsed.ToString() : idOrAddress;
        var target = store.Current.Children(Kinds.Targets, "upstream", upstream)
            .FirstOrDefault(entity => entity.Text("id") == idOrAddress || entity.Text("target") == address)
            ?? throw AdminRefusal.NotFound();
        return method switch
        {
            "GET" => Entity(target),

            // Kong treats a target's PUT as a PATCH.
            "PATCH" or "PUT" => Update(Kinds.Targets, target, request.Fields(Kinds.Targets)),
            "DELETE" => Delete(Kinds.Targets, target),
            _ => throw AdminRefusal.MethodNotAllowed(),
        };
    }

    private Reply Health(AdminRequest request, JsonObject upstream)
    {
        var page = Page(request, Newest(upstream).Select(target =>
        {
            var shown = target.DeepClone().AsObject();
            var weight = target.Number("weight");
            _ = TargetAddress.TryParse(target.Text("target")!, out var address);
            shown["health"] = "HEALTHCHECKS_OFF";
            shown["data"] = new JsonObject
            {
                ["host"] = address.Host,
                ["port"] = address.Port,
                ["nodeWeight"] = weight,
                ["weight"] = new JsonObject { ["total"] = weight, ["available"] = weight, ["unavailable"] = 0 },
                ["addresses"] = new JsonArray(new JsonObject
                {
                    ["ip"] = address.Host,
                    ["port"] = address.Port,
                    ["health"] = "HEALTHCHECKS_OFF",
                    ["weight"] = weight,
                }),
            };
            return shown;
        }));
        page.Body!["node_id"] = nodeId.ToString();
        return page;
    }

    private IEnumerable<JsonObject> Newest(JsonObject upstream) =>
        store.Current.Children(Kinds.Targets, "upstream", upstream).Reverse();

    private Reply Insert(EntityKind kind, JsonObject given)
    {
        RefuseWithoutDatabase("create", kind, () => kind.Complete(given));
        return Entity(store.Insert(kind, given), 201);
    }

    private Reply Update(EntityKind kind, JsonObject entity, JsonObject given)
    {
        RefuseWithoutDatabase("update", kind, () => kind.Change(entity, given));
        return Entity(store.Update(kind, entity, given));
    }

    private Reply Upsert(EntityKind kind, string idOrName, JsonObject given)
    {
        RefuseWithoutDatabase("create or update", kind, () => kind.Complete(given));
        return Entity(store.Upsert(kind, idOrName, given));
    }

    private Reply Delete(EntityKind kind, JsonObject? entity)
    {
        RefuseWithoutDatabase("remove", kind, () => { });
        if (entity is not null)
        {
            store.Delete(kind, entity);
        }

        return new Reply(204, null);
    }

    // Kong looks at the schema before it looks for a database.
    private void RefuseWithoutDatabase(string operation, EntityKind kind, Action verify)
    {
        if (isDbLess)
        {
            verify();
            throw AdminRefusal.Unsupported(operation, kind.Name);
        }
    }

    private static Reply Entity(JsonObject entity, int status = 200) => new(status, entity.DeepClone().AsObject());

    private static Reply Page(AdminRequest request, IEnumerable<JsonObject> entities)
    {
        var tags = request.Query["tags"].ToString();
        var wanted = tags.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var matching = entities.Where(entity => wanted.All(entity.Texts("tags").Contains)).ToList();
        var size = Bounded(request, "size", 100, 1, 1000);
        var offset = Bounded(request, "offset", 0, 0, int.MaxValue);
        var page = new JsonObject
        {
            ["data"] = new JsonArray([.. matching.Skip(offset).Take(size).Select(entity => entity.DeepClone())]),
            ["next"] = null,
        };
        if (offset + size < matching.Count)
        {
            var next = (offset + size).ToString(CultureInfo.InvariantCulture);
            page["offset"] = next;
            page["next"] = $"/{string.Join('/', request.Path)}?offset={next}&size={size}"
                + (tags.Length > 0 ? $"&tags={Uri.EscapeDataString(tags)}" : "");
        }

        return new Reply(200, page);
    }

    private static int Bounded(AdminRequest request, string name, int otherwise, int min, int max)
    {
        var text = request.Query[name].ToString();
        return text.Length == 0
            ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                ? number
                : throw AdminRefusal.Plain(400, $"{name} must be a number between {min} and {max}");
    }

    private sealed record Reply(int Status, JsonObject? Body);
}
