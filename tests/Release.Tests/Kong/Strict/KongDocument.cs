using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Release.Tests.Kong.Strict;

/// <summary>Kong's declarative configuration, as its parser takes it and its export writes it.</summary>
internal sealed class KongDocument
{
    private static readonly string[] Known = ["_format_version", "_transform", "_comment", "services", "routes", "upstreams", "targets", "consumers", "plugins"];

    public KongEntities Entities { get; } = new();

    public List<JsonObject> Errors { get; } = [];

    // Of the text, as Kong has it (kong/db/declarative/init.lua).
#pragma warning disable CA5351 // Kong's choice; nothing is kept secret by it.
    public static string Hash(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    public static KongDocument Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var root = Json(stream.Documents.Single().RootNode)!.AsObject();
        var document = new KongDocument();
        if (root["_format_version"]?.GetValue<string>() is not ("3.0" or "2.1" or "1.1"))
        {
            document.Error("config", "kong", "_format_version", "expected one of: 1.1, 2.1, 3.0");
        }

        foreach (var (key, _) in root.Where(pair => !Known.Contains(pair.Key)))
        {
            document.Error("config", "kong", key, "unknown field");
        }

        document.Take(root);
        return document;
    }

    /// <summary>What <c>GET /config</c> answers: every entity flat, references by id, nothing left out.</summary>
    public static string Export(KongEntities entities)
    {
        var text = new StringBuilder("_format_version: '3.0'\n_transform: false\n");
        foreach (var kind in new[] { "services", "routes", "upstreams" })
        {
            Write(text, kind, entities.Of(kind)!);
        }

        Write(text, "targets", entities.Targets.Select(t => t.ToJson()));
        return text.ToString();
    }

    private static void Write(StringBuilder text, string kind, IEnumerable<JsonObject> entities)
    {
        var all = entities.ToList();
        if (all.Count == 0)
        {
            return;
        }

        _ = text.Append(CultureInfo.InvariantCulture, $"{kind}:\n");
        foreach (var entity in all)
        {
            var mark = "- ";
            foreach (var (key, value) in entity.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                _ = text.Append(CultureInfo.InvariantCulture, $"{mark}{key}:{Value(value)}\n");
                mark = "  ";
            }
        }
    }

    private static string Value(JsonNode? value) => value switch
    {
        null => " ~",
        JsonObject reference => " " + reference["id"]!.GetValue<string>(),
        JsonArray { Count: 0 } => " []",
        JsonArray list => string.Concat(list.Select(item => $"\n  - {item}")),
        _ => " " + value,
    };

    private void Take(JsonObject root)
    {
        foreach (var upstream in Objects(root["upstreams"]))
        {
            upstream["id"] ??= Entities.NewId();
            upstream["algorithm"] ??= "round-robin";
            foreach (var target in Objects(upstream["targets"]))
            {
                Add(target, upstream["id"]!.GetValue<string>());
            }

            _ = upstream.Remove("targets");
            Entities.Upstreams.Add(upstream);
        }

        foreach (var target in Objects(root["targets"]))
        {
            var named = (target["upstream"] as JsonObject)?["id"]?.GetValue<string>() ?? target["upstream"]?.GetValue<string>();
            var owner = Entities.Upstreams.FirstOrDefault(u => u["id"]!.GetValue<string>() == named || u["name"]!.GetValue<string>() == named);
            if (owner is null)
            {
                Error("target", target["target"]?.GetValue<string>() ?? "?", "upstream", $"the foreign key '{named}' does not reference an existing 'upstreams' entity");
                continue;
            }

            Add(target, owner["id"]!.GetValue<string>());
        }

        foreach (var service in Objects(root["services"]))
        {
            service["id"] ??= Entities.NewId();
            service["retries"] ??= 5;
            service["enabled"] ??= true;
            if (KongEntities.Problem(service) is var (field, problem))
            {
                Error("service", service["name"]!.GetValue<string>(), field, problem);
            }

            foreach (var route in Objects(service["routes"]))
            {
                route["id"] ??= Entities.NewId();
                route["service"] = new JsonObject { ["id"] = service["id"]!.GetValue<string>() };
                Entities.Routes.Add(route);
            }

            _ = service.Remove("routes");
            Entities.Services.Add(service);
        }

        foreach (var route in Objects(root["routes"]))
        {
            route["id"] ??= Entities.NewId();
            if (route["service"] is JsonValue name)
            {
                var named = name.GetValue<string>();
                route["service"] = new JsonObject { ["id"] = Entities.Services.First(s => s["name"]!.GetValue<string>() == named || s["id"]!.GetValue<string>() == named)["id"]!.GetValue<string>() };
            }

            Entities.Routes.Add(route);
        }
    }

    private void Add(JsonObject target, string upstream)
    {
        try
        {
            Entities.Targets.Add(new(
                target["id"]?.GetValue<string>() ?? Entities.NewId(), upstream, KongTarget.Checked(target["target"]!.GetValue<string>()), KongTarget.Checked(target["weight"])));
        }
        catch (KongRefusal refusal)
        {
            var (field, problem) = refusal.Reply.Body!["fields"]!.AsObject().First();
            Error("target", target["target"]?.ToString() ?? "?", field, problem!.GetValue<string>());
        }
    }

    private void Error(string type, string name, string field, string message) => Errors.Add(new JsonObject
    {
        ["entity_type"] = type,
        ["entity_name"] = name,
        ["entity"] = new JsonObject { ["name"] = name },
        ["errors"] = new JsonArray(new JsonObject { ["type"] = "field", ["field"] = field, ["message"] = message }),
    });

    private static List<JsonObject> Objects(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!.DeepClone().AsObject())];

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar => scalar.Value switch
        {
            null or "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            var text when int.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
            var text => text,
        },
        YamlScalarNode scalar => scalar.Value,
        _ => throw new NotSupportedException(node.GetType().Name),
    };
}
