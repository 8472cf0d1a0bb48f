using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Release.Tests.Kong.Strict;

/// <summary>The entities that a release touches.</summary>
internal sealed class KongEntities
{
    // kong/db/schema/entities/services.lua
    private static readonly string[] ServiceFields =
    [
        "id", "name", "protocol", "host", "port", "path", "retries", "connect_timeout", "write_timeout", "read_timeout", "enabled", "tags", "url",
        "client_certificate", "ca_certificates", "tls_verify", "tls_verify_depth", "created_at", "updated_at",
    ];

    private int _ids;

    public List<JsonObject> Services { get; } = [];

    public List<JsonObject> Routes { get; } = [];

    public List<JsonObject> Upstreams { get; } = [];

    public List<KongTarget> Targets { get; } = [];

    public List<JsonObject>? Of(string kind) => kind switch
    {
        "services" => Services,
        "routes" => Routes,
        "upstreams" => Upstreams,
        _ => null,
    };

    /// <summary>A service with an upstream and a route of the usual names.</summary>
    public static KongEntities Serving(string name, int retries = 5, params (string Address, int Weight)[] targets)
    {
        var entities = new KongEntities();
        entities.Serve(name, retries, targets);
        return entities;
    }

    public void Serve(string name, int retries, params (string Address, int Weight)[] targets)
    {
        var upstream = new JsonObject { ["id"] = NewId(), ["name"] = name, ["algorithm"] = "round-robin", ["tags"] = null };
        var service = new JsonObject { ["id"] = NewId(), ["name"] = name, ["host"] = name, ["port"] = 80, ["protocol"] = "http", ["retries"] = retries, ["enabled"] = true, ["tags"] = null };
        Upstreams.Add(upstream);
        Services.Add(service);
        Routes.Add(new JsonObject
        {
            ["id"] = NewId(),
            ["name"] = $"{name}-route",
            ["paths"] = new JsonArray($"/{name}"),
            ["service"] = new JsonObject { ["id"] = service["id"]!.GetValue<string>() },
        });
        Targets.AddRange(targets.Select(t => new KongTarget(NewId(), upstream["id"]!.GetValue<string>(), t.Address, t.Weight)));
    }

    public IReadOnlyList<KongTarget> TargetsOf(string upstream)
    {
        var id = Upstreams.FirstOrDefault(u => u["name"]!.GetValue<string>() == upstream || u["id"]!.GetValue<string>() == upstream)?["id"]!.GetValue<string>();
        return [.. Targets.Where(t => t.Upstream == id)];
    }

    public string NewId() => $"00000000-0000-4000-8000-{++_ids:000000000000}";

    /// <summary>A service with some fields changed, or Kong's refusal.</summary>
    public static JsonObject Service(JsonObject service, JsonObject given)
    {
        var merged = service.DeepClone().AsObject();
        foreach (var (field, value) in given)
        {
            if (!ServiceFields.Contains(field))
            {
                throw KongRefusal.Schema(field, "unknown field");
            }

            merged[field] = value?.DeepClone();
        }

        return Problem(merged) is var (wrong, why) ? throw KongRefusal.Schema(wrong, why) : merged;
    }

    public static (string Field, string Problem)? Problem(JsonObject service) =>
        service["retries"] is { } retries && !(retries is JsonValue value && value.TryGetValue(out int count) && count is >= 0 and <= 32_767)
            ? ("retries", "value should be between 0 and 32767")
            : (service["tags"] as JsonArray)?.Any(tag => tag is null || !Regex.IsMatch(tag.GetValue<string>(), "^[^,/]+$")) == true
                ? ("tags", "invalid tag: expected printable text without ',' and '/'")
                : null;
}

/// <summary>A target (<c>kong/db/schema/entities/targets.lua</c>).</summary>
internal sealed record KongTarget(string Id, string Upstream, string Address, int Weight)
{
    public static KongTarget Of(JsonObject given, JsonObject upstream)
    {
        foreach (var (field, _) in given)
        {
            if (field is not ("target" or "weight" or "tags" or "id"))
            {
                throw KongRefusal.Schema(field, "unknown field");
            }
        }

        var address = given["target"]?.GetValue<string>() ?? throw KongRefusal.Schema("target", "required field missing");
        return new(Guid.NewGuid().ToString(), upstream["id"]!.GetValue<string>(), Checked(address), Checked(given["weight"]));
    }

    public KongTarget With(JsonObject given) => given.Any(pair => pair.Key is not ("weight" or "tags"))
        ? throw KongRefusal.Schema(given.First(pair => pair.Key != "weight").Key, "unknown field")
        : this with { Weight = given.ContainsKey("weight") ? Checked(given["weight"]) : Weight };

    public JsonObject ToJson() => new() { ["id"] = Id, ["upstream"] = new JsonObject { ["id"] = Upstream }, ["target"] = Address, ["weight"] = Weight, ["tags"] = null };

    public static string Checked(string address) => Regex.IsMatch(address, @"^[A-Za-z0-9._-]+:[0-9]{1,5}$")
        ? address : throw KongRefusal.Schema("target", $"Invalid target ('{address}'); not a valid hostname or ip address");

    public static int Checked(JsonNode? weight) => weight is null ? 100
        : weight is JsonValue value && value.TryGetValue(out int number) && number is >= 0 and <= 65_535 ? number
        : throw KongRefusal.Schema("weight", "value should be between 0 and 65535");
}
