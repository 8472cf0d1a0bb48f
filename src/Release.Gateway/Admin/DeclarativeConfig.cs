using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Gateway.Admin;

/// <summary>
/// Kong's declarative file, in JSON: entities in lists, children nested in their parents (<c>services[].routes</c>,
/// <c>upstreams[].targets</c>) or beside them. An entity without an id gets one made from its name, so that the same
/// file always makes the same entities.
/// </summary>
internal static class DeclarativeConfig
{
    private static readonly string[] Versions = ["1.1", "2.1", "3.0"];

    private static readonly string[] Metadata = ["_format_version", "_transform", "_comment", "_info", "_ignore", "config"];

    /// <summary>What the text of a request to <c>/config</c> holds: the document itself, or a string <c>config</c> with it.</summary>
    /// <exception cref="AdminRefusal">It is not a declarative file in JSON.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> text)
    {
        if (text.Trim(" \r\n\t"u8).IsEmpty)
        {
            throw AdminRefusal.Plain(400, "expected a declarative configuration");
        }

        try
        {
            var document = Json.ParseObject(text);
            return document.ContainsKey("_format_version") || document.Text("config") is not { } inner
                ? document
                : Json.ParseObject(Encoding.UTF8.GetBytes(inner));
        }
        catch (JsonException error)
        {
            throw AdminRefusal.Declarative(new JsonObject
            {
                ["error"] = $"failed parsing declarative configuration (the embedded gateway takes JSON only): {error.Message}",
            });
        }
    }

    /// <exception cref="AdminRefusal">Something in it is not valid; all of it is named.</exception>
    public static Entities Parse(JsonObject document, EntityStore store, bool flattenErrors)
    {
        var problems = new List<Problem>();
        var fields = new JsonObject();
        if (document.Text("_format_version") is not { } version)
        {
            fields["_format_version"] = "required field missing";
        }
        else if (!Versions.Contains(version))
        {
            fields["_format_version"] = $"expected one of: {string.Join(", ", Versions)}";
        }

        foreach (var (name, _) in document)
        {
            if (!Metadata.Contains(name) && !Kinds.All.Any(kind => kind.Name == name))
            {
                fields[name] = "unknown field";
            }
        }

        var entities = Entities.Empty;
        foreach (var (kind, given) in Flatten(document))
        {
            try
            {
                given["id"] ??= StableId(kind, given);
                entities = entities.With(kind, store.Stamp(kind, kind.Complete(given)));
            }
            catch (AdminRefusal refusal)
            {
                problems.Add(new Problem(kind, given, refusal));
            }
        }

        if (fields.Count > 0 || problems.Count > 0)
        {
            throw flattenErrors ? Flattened(fields, problems) : Nested(fields, problems);
        }

        return entities;
    }

    /// <summary>What Kong answers to an accepted file: the entities by kind and id.</summary>
    public static JsonObject ById(Entities entities) => new(Kinds.All
        .Where(kind => !entities.Of(kind).IsEmpty)
        .Select(kind => KeyValuePair.Create<string, JsonNode?>(kind.Name, new JsonObject(
            entities.Of(kind).Select(entity => KeyValuePair.Create(entity.Text("id")!, (JsonNode?)entity.DeepClone()))))));

    /// <summary>The file that would make these entities.</summary>
    public static string Export(Entities entities)
    {
        var document = entities.ToJson();
        document["_format_version"] = "3.0";
        document["_transform"] = false;
        return document.ToJsonString(Json.Options);
    }

    /// <summary>32 hexadecimal digits that change when anything but the time stamps does.</summary>
    public static string Hash(Entities entities)
    {
        var document = entities.ToJson();
        foreach (var entity in document.SelectMany(member => member.Value!.AsArray()))
        {
            entity!.AsObject().Remove("created_at");
            entity.AsObject().Remove("updated_at");
        }

        return Digest(document.ToJsonString(Json.Options))[..32];
    }

    private static IEnumerable<(EntityKind Kind, JsonObject Given)> Flatten(JsonObject document)
    {
        foreach (var (parents, children, field) in new[]
        {
            (Kinds.Services, Kinds.Routes, "service"),
            (Kinds.Upstreams, Kinds.Targets, "upstream"),
        })
        {
            var nested = new List<JsonObject>();
            foreach (var parent in Objects(document[parents.Name]))
            {
                var id = parent.Text("id") ?? StableId(parents, parent);
                foreach (var child in Objects(parent[children.Name]))
                {
                    child[field] = new JsonObject { ["id"] = id };
                    nested.Add(child);
                }

                parent.Remove(children.Name);
                parent["id"] = id;
                yield return (parents, parent);
            }

            foreach (var child in nested.Concat(Objects(document[children.Name])))
            {
                // Here a reference may also be just a name.
                if (child.Text(field) is { } name)
                {
                    child[field] = Guid.TryParse(name, out _)
                        ? new JsonObject { ["id"] = name }
                        : new JsonObject { ["name"] = name };
                }

                yield return (children, child);
            }
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? list) =>
        (list as JsonArray ?? []).Select(element => element?.DeepClone() as JsonObject ?? []);

    private static string StableId(EntityKind kind, JsonObject given)
    {
        var hash = Digest(string.Join(
            '\n', kind.Name, given.ReferenceId("service"), given.ReferenceId("upstream"), given.Text(kind.Key),
            given.Text(kind.Key) is null ? given.ToJsonString() : null));
        return $"{hash[..8]}-{hash[8..12]}-8{hash[13..16]}-8{hash[17..20]}-{hash[20..32]}";
    }

    private static string Digest(string text) =>
        Sha256.HexOf(Encoding.UTF8.GetBytes(text));

    private static AdminRefusal Nested(JsonObject fields, List<Problem> problems)
    {
        foreach (var group in problems.GroupBy(problem => problem.Kind.Name))
        {
            fields[group.Key] = new JsonArray([.. group.Select(problem => problem.Fields())]);
        }

        return AdminRefusal.Declarative(fields);
    }

    private static AdminRefusal Flattened(JsonObject fields, List<Problem> problems)
    {
        var refusal = AdminRefusal.Declarative(fields);
        refusal.Body["flattened_errors"] = new JsonArray([.. problems.Select(problem => problem.Flat())]);
        return refusal;
    }

    private sealed record Problem(EntityKind Kind, JsonObject Given, AdminRefusal Refusal)
    {
        public JsonNode Fields() => Refusal.Body["fields"]!.DeepClone();

        public JsonObject Flat()
        {
            var flat = new JsonObject
            {
                ["entity_type"] = Kind.Name[..^1],
                ["entity"] = Given.DeepClone(),
                ["errors"] = new JsonArray([.. Refusal.Body["fields"]!.AsObject().Select(member => new JsonObject
                {
                    ["type"] = member.Key.StartsWith('@') ? "entity" : "field",
                    ["field"] = member.Key,
                    ["message"] = member.Value?.DeepClone(),
                })]),
            };
            foreach (var name in new[] { "id", "name", "tags" })
            {
                if (Given[name] is { } value)
                {
                    flat[$"entity_{name}"] = value.DeepClone();
                }
            }

            return flat;
        }
    }
}
