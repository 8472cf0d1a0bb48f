using System.Text.Json.Nodes;
using Release.Gateway.State;

namespace Release.Gateway.Admin;

/// <summary>
/// The entities as they are now. A change is valid, then on disk, then in effect, and only then answered; if one of these
/// fails, what came before still holds. Callers hold the Admin API's lock.
/// </summary>
internal sealed class EntityStore
{
    private readonly StateFile _file;
    private readonly Action<Entities> _apply;
    private readonly TimeProvider _time;
    private readonly Func<Guid> _newId;

    /// <exception cref="InvalidDataException">The state file is corrupt.</exception>
    public EntityStore(StateFile file, Action<Entities> apply, TimeProvider time, Func<Guid> newId)
    {
        _file = file;
        _apply = apply;
        _time = time;
        _newId = newId;
        Current = file.Load();
        apply(Current);
    }

    public Entities Current { get; private set; }

    public JsonObject Insert(EntityKind kind, JsonObject given)
    {
        var entity = Stamp(kind, kind.Complete(given));
        if (Current.ById(kind, entity.Text("id")) is not null)
        {
            throw AdminRefusal.UniqueViolation(new JsonObject { ["id"] = entity.Text("id") });
        }

        Become(Current.With(kind, entity));
        return entity;
    }

    public JsonObject Update(EntityKind kind, JsonObject entity, JsonObject given)
    {
        given["id"] = entity.Text("id");
        var changed = kind.Change(entity, given);
        changed["updated_at"] = Now(kind);
        Become(Current.With(kind, changed));
        return changed;
    }

    /// <summary>PUT: the whole entity anew under its id, or a new one under the key of the address.</summary>
    public JsonObject Upsert(EntityKind kind, string idOrKey, JsonObject given)
    {
        var existing = Current.Find(kind, idOrKey);
        given["id"] = existing?.Text("id") ?? (Guid.TryParse(idOrKey, out _) ? idOrKey : null);
        if (existing is null && given.Text("id") is null)
        {
            given[kind.Key] = idOrKey;
        }
        else if (existing?.Text(kind.Key) == idOrKey)
        {
            given[kind.Key] ??= idOrKey;
        }

        given["created_at"] = existing?["created_at"]?.DeepClone();
        var entity = Stamp(kind, kind.Complete(given));
        Become(Current.With(kind, entity));
        return entity;
    }

    public void Delete(EntityKind kind, JsonObject entity) => Become(Current.Without(kind, entity));

    public void Become(Entities entities)
    {
        _file.Save(entities);
        Current = entities;
        _apply(entities);
    }

    public JsonObject Stamp(EntityKind kind, JsonObject entity)
    {
        var now = Now(kind);
        entity["id"] ??= _newId().ToString();
        entity["created_at"] ??= now.DeepClone();
        entity["updated_at"] = now;
        return entity;
    }

    // Kong counts seconds, but milliseconds for targets, whose order matters.
    private JsonNode Now(EntityKind kind)
    {
        var now = _time.GetUtcNow();
        return kind == Kinds.Targets ? now.ToUnixTimeMilliseconds() / 1000.0 : now.ToUnixTimeSeconds();
    }
}
