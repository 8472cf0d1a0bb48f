using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Release.Drivers.Kong;

namespace Release.Tests.Kong.Strict;

/// <summary>
/// A Kong 3 as its source describes it (github.com/Kong/kong: <c>kong/api/endpoints.lua</c>, <c>api/routes/config.lua</c>,
/// <c>db/schema/entities</c>, <c>runloop/balancer</c>), where the embedded gateway is simpler: weights per address behind a name,
/// workers that take up a change later, pages, a lock on the configuration. A request that Kong would not understand is kept
/// in <see cref="Violations"/>.
/// </summary>
internal sealed class StrictKong : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly WebApplication _app;
    private readonly Queue<(int Status, string? RetryAfter, bool IsDone)> _loadAnswers = [];

    private StrictKong(bool isDbLess, int workers, TimeProvider time)
    {
        IsDbLess = isDbLess;
        Workers = new(workers, time);
        var builder = WebApplication.CreateEmptyBuilder(new());
        _ = builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
    }

    public bool IsDbLess { get; }

    /// <summary>The data plane.</summary>
    public KongWorkers Workers { get; }

    public KongEntities Entities { get; private set; } = new();

    /// <summary>The hash of what was loaded last, as Kong computes it: of the text.</summary>
    public string? LoadedHash { get; private set; }

    /// <summary>Requests that Kong's description does not know.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>What was asked, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>How many configurations were really loaded.</summary>
    public int Loads { get; private set; }

    /// <summary>Entities on a page where the caller does not say; Kong's own is 100.</summary>
    public int LargestPage { get; set; } = 2;

    /// <summary>Stops a call: its number, from 1, and whether its effect happens before the connection is cut; null for none.</summary>
    public (int Call, bool After)? Cut { get; set; }

    /// <summary>Called when a call is cut; null for nothing.</summary>
    public Action? WhenCut { get; set; }

    /// <summary>Whether at any time an upstream with traffic had no weight at all.</summary>
    public bool Starved { get; private set; }

    public Uri Address => new(_app.Urls.First());

    public static async Task<StrictKong> Start(bool dbLess, int workers = 4, TimeProvider? time = null)
    {
        var kong = new StrictKong(dbLess, workers, time ?? TimeProvider.System);
        await kong._app.StartAsync();
        return kong;
    }

    public KongAdmin Admin() => new(Address, TimeProvider.System, TimeSpan.FromSeconds(10));

    /// <summary>The next loads are answered so; <paramref name="isDone"/> when they take effect all the same.</summary>
    public void AnswerLoads(int status, string? retryAfter = null, bool isDone = false, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _loadAnswers.Enqueue((status, retryAfter, isDone));
        }
    }

    /// <summary>Loads a file as a start of Kong does.</summary>
    public void Boot(string text)
    {
        lock (_gate)
        {
            (Entities, LoadedHash) = (KongDocument.Parse(text).Entities, KongDocument.Hash(text));
            Workers.Restart(Entities);
        }
    }

    public string Weights(string upstream)
    {
        lock (_gate)
        {
            return string.Join(' ', Entities.TargetsOf(upstream).OrderBy(t => t.Address, StringComparer.Ordinal).Select(t => $"{t.Address}={t.Weight}"));
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var (method, body) = (context.Request.Method, await reader.ReadToEndAsync());
        var cut = Register($"{method} {context.Request.Path}");
        if (cut is false)
        {
            WhenCut?.Invoke();
            context.Abort();
            return;
        }

        KongReply reply;
        lock (_gate)
        {
            reply = Reply(context.Request, method, body);
            Starved |= Entities.Upstreams.Any(u => Entities.TargetsOf(u["name"]!.GetValue<string>()) is { Count: > 0 } targets && targets.All(t => t.Weight == 0));
            Workers.Changed(Entities);
        }

        if (cut is true)
        {
            WhenCut?.Invoke();
            context.Abort();
            return;
        }

        context.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is { } after)
        {
            context.Response.Headers.RetryAfter = after;
        }

        if (reply.Body is { } answer)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.WriteAsync(answer.ToJsonString());
        }
    }

    // Null: it is answered; false: cut before its effect; true: after.
    private bool? Register(string call)
    {
        lock (_gate)
        {
            Asked.Add(call);
            return Cut is { } cut && Asked.Count == cut.Call ? cut.After : null;
        }
    }

    private KongReply Reply(HttpRequest request, string method, string body)
    {
        var segments = request.Path.Value!.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        foreach (var name in request.Query.Keys.Where(name => !(segments is ["config"] ? ["check_hash", "flatten_errors"] : new[] { "size", "offset", "tags" }).Contains(name)))
        {
            Violations.Add($"{method} {request.Path}: unknown parameter {name}");
        }

        if (body.Length > 0 && request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            Violations.Add($"{method} {request.Path}: a body of type {request.ContentType}");
        }

        try
        {
            return (method, segments) switch
            {
                ("GET", []) => new(200, new JsonObject { ["version"] = "3.9.1", ["configuration"] = new JsonObject { ["database"] = IsDbLess ? "off" : "postgres" } }),
                ("GET", ["status"]) => new(200, new JsonObject { ["server"] = new JsonObject(), ["configuration_hash"] = LoadedHash }),
                (_, ["config"]) => Config(request, method, body),
                ("GET", ["upstreams", var upstream, "health"]) => Page(request, Health(upstream)),
                ("GET", ["upstreams", var upstream, "targets"]) => Page(request, Targets(upstream).Select(t => t.ToJson())),
                ("GET", ["services", var service, "routes"]) => Page(request, RoutesOf(service)),
                ("GET", ["routes"]) => Page(request, Entities.Routes),
                ("GET", [var kind, var name]) when Entities.Of(kind) is not null => One(kind, name) is { } entity ? new(200, Shown(entity)) : Missing,
                ("POST" or "PUT" or "PATCH" or "DELETE", _) => Write(method, segments, body),
                _ => Unknown(method, request.Path),
            };
        }
        catch (KongRefusal refusal)
        {
            return refusal.Reply;
        }
    }

    // Kong checks the schema first, and only then that it has no database.
    private KongReply Write(string method, string[] segments, string body)
    {
        var given = body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject();
        Action apply;
        JsonObject? answer;
        switch (method, segments)
        {
            case ("POST", ["upstreams", var upstream, "targets"]):
                var owner = One("upstreams", upstream) ?? throw new KongRefusal(Missing);
                var target = KongTarget.Of(given, owner);
                if (Targets(upstream).Any(t => t.Address == target.Address))
                {
                    return new(409, new JsonObject { ["code"] = 5, ["name"] = "unique constraint violation", ["message"] = "UNIQUE violation detected" });
                }

                (apply, answer) = (() => Entities.Targets.Add(target), target.ToJson());
                break;
            case ("PATCH", ["upstreams", var upstream, "targets", var address]):
                var there = Targets(upstream).FirstOrDefault(t => t.Address == address || t.Id == address) ?? throw new KongRefusal(Missing);
                var changed = there.With(given);
                (apply, answer) = (() => Entities.Targets[Entities.Targets.IndexOf(there)] = changed, changed.ToJson());
                break;
            case ("DELETE", ["upstreams", var upstream, "targets", var address]):
                (apply, answer) = (() => Entities.Targets.RemoveAll(t => t.Upstream == Id("upstreams", upstream) && t.Address == address), null);
                break;
            case ("PATCH", ["services", var service]):
                var found = One("services", service) ?? throw new KongRefusal(Missing);
                var merged = KongEntities.Service(found, given);
                (apply, answer) = (() => Entities.Services[Entities.Services.IndexOf(found)] = merged, Shown(merged));
                break;
            default:
                return Unknown(method, string.Join('/', segments));
        }

        if (IsDbLess)
        {
            return new(405, new JsonObject { ["code"] = 12, ["name"] = "operation unsupported", ["message"] = "cannot update entities when not using a database" });
        }

        apply();
        return answer is null ? new(204, null) : new(method == "POST" ? 201 : 200, answer);
    }

    private KongReply Config(HttpRequest request, string method, string body)
    {
        if (!IsDbLess)
        {
            return new(400, new JsonObject { ["message"] = "this endpoint is only available when Kong is configured to not use a database" });
        }

        if (method == "GET")
        {
            return new(200, new JsonObject { ["config"] = KongDocument.Export(Entities) });
        }

        var text = JsonNode.Parse(body)!["config"]?.GetValue<string>();
        if (text is null)
        {
            return new(400, new JsonObject { ["message"] = "expected a declarative configuration" });
        }

        if (_loadAnswers.TryDequeue(out var planned) && !planned.IsDone)
        {
            return new(planned.Status, new JsonObject { ["message"] = "Currently loading previous configuration" }, planned.RetryAfter);
        }

        var hash = KongDocument.Hash(text);
        if (request.Query["check_hash"] == "1" && hash == LoadedHash)
        {
            return new(304, null);
        }

        var parsed = KongDocument.Parse(text);
        if (parsed.Errors.Count > 0)
        {
            return new(400, new JsonObject
            {
                ["code"] = 14,
                ["name"] = "invalid declarative configuration",
                ["message"] = "declarative config is invalid: {}",
                ["fields"] = new JsonObject(),
                ["flattened_errors"] = request.Query["flatten_errors"] == "1" ? new JsonArray([.. parsed.Errors]) : null,
            });
        }

        (Entities, LoadedHash, Loads) = (parsed.Entities, hash, Loads + 1);
        return planned.IsDone ? new(planned.Status, new JsonObject { ["message"] = "Timed out while loading configuration" }) : new(201, new JsonObject());
    }

    private KongReply Page(HttpRequest request, IEnumerable<JsonObject> entities)
    {
        var all = entities.ToList();
        var asked = int.TryParse(request.Query["size"], out var given) ? given : 100;
        if (asked is < 1 or > 1000)
        {
            return new(400, new JsonObject { ["message"] = "size must be an integer between 1 and 1000" });
        }

        var (size, offset) = (Math.Min(asked, LargestPage), 0);
        if (request.Query["offset"].ToString() is { Length: > 0 } text)
        {
            // Kong's offsets are its own words: nobody may count in them.
            offset = JsonSerializer.Deserialize<int[]>(Convert.FromBase64String(text))![0];
        }

        var next = offset + size < all.Count ? Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new[] { offset + size })) : null;
        var page = new JsonObject
        {
            ["data"] = new JsonArray([.. all.Skip(offset).Take(size).Select(Shown)]),
            ["next"] = next is null ? null : $"{request.Path}?offset={Uri.EscapeDataString(next)}&size={asked}",
        };
        if (next is not null)
        {
            page["offset"] = next;
        }

        return new(200, page);
    }

    private IEnumerable<JsonObject> Health(string upstream) => Targets(upstream).Select(target =>
    {
        var shown = target.ToJson();
        shown["health"] = "HEALTHCHECKS_OFF";
        shown["data"] = new JsonObject
        {
            ["addresses"] = new JsonArray([.. Workers.Resolve(target.Address).Select(place => new JsonObject
            {
                ["ip"] = place.Split(':')[0],
                ["port"] = int.Parse(place.Split(':')[1], CultureInfo.InvariantCulture),
                ["weight"] = target.Weight,
                ["health"] = "HEALTHCHECKS_OFF",
            })]),
        };
        return shown;
    });

    private IReadOnlyList<KongTarget> Targets(string upstream) => One("upstreams", upstream) is null ? throw new KongRefusal(Missing) : Entities.TargetsOf(upstream);

    private IEnumerable<JsonObject> RoutesOf(string service) => One("services", service) is { } owner
        ? Entities.Routes.Where(r => r["service"]?["id"]?.GetValue<string>() == owner["id"]!.GetValue<string>())
        : throw new KongRefusal(Missing);

    private JsonObject? One(string kind, string name) => Entities.Of(kind)!.FirstOrDefault(e => e["name"]?.GetValue<string>() == name || e["id"]?.GetValue<string>() == name);

    private string? Id(string kind, string name) => One(kind, name)?["id"]!.GetValue<string>();

    private KongReply Unknown(string method, string path)
    {
        Violations.Add($"{method} {path}");
        return Missing;
    }

    private static KongReply Missing => new(404, new JsonObject { ["message"] = "Not found" });

    private static JsonObject Shown(JsonObject entity) => entity.DeepClone().AsObject();
}

internal sealed record KongReply(int Status, JsonObject? Body, string? RetryAfter = null);

internal sealed class KongRefusal(KongReply reply) : Exception
{
    public KongReply Reply => reply;

    public static KongRefusal Schema(string field, string problem) => new(new(400, new JsonObject
    {
        ["code"] = 2,
        ["name"] = "schema violation",
        ["message"] = $"schema violation ({field}: {problem})",
        ["fields"] = new JsonObject { [field] = problem },
    }));
}
