using System.Text.Json.Nodes;

namespace Release.Gateway.Admin;

/// <summary>One sort of entity: its place in the API, its fields, and what makes a whole entity valid.</summary>
internal sealed record EntityKind(string Name, string Key, IReadOnlyList<Field> Fields)
{
    /// <summary>What is wrong with the entity as a whole, or null.</summary>
    public Func<JsonObject, string?>? Check { get; init; }

    /// <summary>Keys that stand for several fields, expanded before anything is looked at.</summary>
    public Action<JsonObject>? Expand { get; init; }

    public Field? FieldCalled(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>A whole entity from what was given: defaults filled in, every field in its place.</summary>
    /// <exception cref="AdminRefusal">A schema violation that names every wrong field.</exception>
    public JsonObject Complete(JsonObject given)
    {
        Expand?.Invoke(given);
        var entity = new JsonObject();
        foreach (var field in Fields)
        {
            entity[field.Name] = given.TryGetPropertyValue(field.Name, out var value) && value is not null
                ? value.DeepClone()
                : field.Default is null ? null : JsonNode.Parse(field.Default);
        }

        Verify(given, entity);
        return entity;
    }

    /// <summary>The entity with the given fields changed and the others as they were.</summary>
    /// <exception cref="AdminRefusal">A schema violation that names every wrong field.</exception>
    public JsonObject Change(JsonObject entity, JsonObject given)
    {
        Expand?.Invoke(given);
        var changed = entity.DeepClone().AsObject();
        foreach (var (name, value) in given)
        {
            if (FieldCalled(name) is not null)
            {
                changed[name] = value?.DeepClone();
            }
        }

        Verify(given, changed);
        return changed;
    }

    private void Verify(JsonObject given, JsonObject entity)
    {
        var violations = new JsonObject();
        foreach (var (name, _) in given)
        {
            if (FieldCalled(name) is null)
            {
                violations[name] = "unknown field";
            }
        }

        foreach (var field in Fields)
        {
            var violation = entity[field.Name] is { } value
                ? field.Violation(value)
                : field.Required ? "required field missing" : null;
            if (violation is not null)
            {
                violations[field.Name] = violation;
            }
        }

        if (violations.Count == 0 && Check?.Invoke(entity) is { } wrong)
        {
            violations["@entity"] = new JsonArray(wrong);
        }

        if (violations.Count > 0)
        {
            throw AdminRefusal.SchemaViolation(violations);
        }
    }
}
