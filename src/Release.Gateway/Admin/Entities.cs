using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Release.Gateway.Admin;

/// <summary>
/// All entities at one moment. A change makes a new set, so that what failed to be saved was never there. The entities
/// inside are never changed in place.
/// </summary>
internal sealed class Entities
{
    public static readonly Entities Empty = new(
        Kinds.All.ToImmutableDictionary(kind => kind.Name, _ => ImmutableList<JsonObject>.Empty));

    private readonly ImmutableDictionary<string, ImmutableList<JsonObject>> _byKind;

    private Entities(ImmutableDictionary<string, ImmutableList<JsonObject>> byKind) => _byKind = byKind;

    /// <summary>The entities of a kind, oldest first.</summary>
    public ImmutableList<JsonObject> Of(EntityKind kind) => _byKind[kind.Name];

    public JsonObject? ById(EntityKind kind, string? id) => Of(kind).Find(entity => entity.Text("id") == id);

    /// <summary>By id or, where it is not one, by name (targets: by address).</summary>
    public JsonObject? Find(EntityKind kind, string idOrKey) =>
        ById(kind, idOrKey) ?? Of(kind).Find(entity => entity.Text(kind.Key) == idOrKey);

    public IEnumerable<JsonObject> Children(EntityKind kind, string field, JsonObject parent) =>
        Of(kind).Where(entity => entity.ReferenceId(field) == parent.Text("id"));

    /// <exception cref="AdminRefusal">Its id or name is taken, or what it refers to does not exist.</exception>
    public Entities With(EntityKind kind, JsonObject entity)
    {
        var resolved = Resolve(kind, entity);
        VerifyUnique(kind, resolved);
        var list = Of(kind);
        var index = list.FindIndex(other => other.Text("id") == resolved.Text("id"));
        return new Entities(_byKind.SetItem(kind.Name, index < 0 ? list.Add(resolved) : list.SetItem(index, resolved)));
    }

    /// <exception cref="AdminRefusal">A route still refers to this service.</exception>
    public Entities Without(EntityKind kind, JsonObject entity)
    {
        if (kind == Kinds.Services && Children(Kinds.Routes, "service", entity).Any())
        {
            throw AdminRefusal.StillReferenced("services", "routes");
        }

        var rest = _byKind.SetItem(kind.Name, Of(kind).RemoveAll(other => other.Text("id") == entity.Text("id")));
        return kind == Kinds.Upstreams
            ? new Entities(rest.SetItem(
                Kinds.Targets.Name,
                Of(Kinds.Targets).RemoveAll(target => target.ReferenceId("upstream") == entity.Text("id"))))
            : new Entities(rest);
    }

    public JsonObject ToJson() => new(Kinds.All.Select(kind => KeyValuePair.Create<string, JsonNode?>(
        kind.Name, new JsonArray([.. Of(kind).Select(entity => entity.DeepClone())]))));

    /// <exception cref="AdminRefusal">An entity is not valid.</exception>
    public static Entities FromJson(JsonObject document)
    {
        var entities = Empty;
        foreach (var kind in new[] { Kinds.Services, Kinds.Routes, Kinds.Upstreams, Kinds.Targets })
        {
            foreach (var entity in document[kind.Name] as JsonArray ?? [])
            {
                entities = entities.With(kind, kind.Complete(entity!.DeepClone().AsObject()));
            }
        }

        return entities;
    }

    // References may be given by name; they are kept and shown by id.
    private JsonObject Resolve(EntityKind kind, JsonObject entity)
    {
        foreach (var field in kind.Fields.Where(field => field.Parent is not null))
        {
            if (entity[field.Name] is not JsonObject key)
            {
                continue;
            }

            var parent = Kinds.All.First(candidate => candidate.Name == field.Parent);
            var found = key.Text("id") is { } id ? ById(parent, id) : Find(parent, key.Text("name")!);
            if (found is null)
            {
                throw AdminRefusal.UnknownReference(field.Name, key.DeepClone().AsObject(), parent.Name);
            }

            entity[field.Name] = new JsonObject { ["id"] = found.Text("id") };
        }

        return entity;
    }

    private void VerifyUnique(EntityKind kind, JsonObject entity)
    {
        var upstream = entity.ReferenceId("upstream");
        var taken = entity.Text(kind.Key) is { } key && Of(kind).Exists(other =>
            other.Text("id") != entity.Text("id")
            && other.Text(kind.Key) == key
            && other.ReferenceId("upstream") == upstream);
        if (!taken)
        {
            return;
        }

        var violated = new JsonObject { [kind.Key] = entity.Text(kind.Key) };
        if (upstream is not null)
        {
            violated["upstream"] = new JsonObject { ["id"] = upstream };
        }

        throw AdminRefusal.UniqueViolation(violated);
    }
}
