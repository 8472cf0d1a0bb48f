using System.Text.Json.Nodes;

namespace Release.Gateway.Admin;

/// <summary>An answer of the Admin API that is not a success, with the status, code and shape that Kong gives it.</summary>
internal sealed class AdminRefusal(int status, JsonObject body) : Exception(body.Text("message"))
{
    public int Status { get; } = status;

    public JsonObject Body { get; } = body;

    public static AdminRefusal Plain(int status, string message) =>
        new(status, new JsonObject { ["message"] = message });

    public static AdminRefusal NotFound() => Plain(404, "Not found");

    public static AdminRefusal MethodNotAllowed() => Plain(405, "Method not allowed");

    /// <param name="fields">By field: what is wrong, or an array with what is wrong with each element.</param>
    public static AdminRefusal SchemaViolation(JsonObject fields)
    {
        var reasons = Reasons(fields).ToList();
        var summary = reasons.Count == 1 ? "schema violation" : $"{reasons.Count} schema violations";
        return Coded(400, 2, "schema violation", $"{summary} ({string.Join("; ", reasons)})", fields);
    }

    public static AdminRefusal UniqueViolation(JsonObject key) =>
        Coded(409, 5, "unique constraint violation", $"UNIQUE violation detected on '{Lua(key)}'", key);

    public static AdminRefusal UnknownReference(string field, JsonObject key, string parent) =>
        Coded(
            400,
            4,
            "foreign key violation",
            $"the foreign key '{Lua(key)}' does not reference an existing '{parent}' entity.",
            new JsonObject { [field] = key });

    public static AdminRefusal StillReferenced(string parent, string child) =>
        Coded(
            400,
            4,
            "foreign key violation",
            $"an existing '{child}' entity references this '{parent}' entity",
            new JsonObject { ["@referenced_by"] = child });

    /// <summary>A write to a gateway that has no database (Kong's code 12).</summary>
    public static AdminRefusal Unsupported(string operation, string entities) =>
        new(405, new JsonObject
        {
            ["code"] = 12,
            ["name"] = "operation unsupported",
            ["message"] = $"cannot {operation} '{entities}' entities when not using a database",
        });

    public static AdminRefusal Declarative(JsonObject fields) =>
        Coded(
            400,
            14,
            "invalid declarative configuration",
            $"declarative config is invalid: {Lua(fields)}",
            fields);

    /// <summary>What is wrong, one sentence each, in Kong's order: whole-entity first, then by field.</summary>
    public static IEnumerable<string> Reasons(JsonObject fields)
    {
        foreach (var (field, value) in fields.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (value is not JsonArray elements)
            {
                yield return $"{field}: {value}";
                continue;
            }

            for (var index = 0; index < elements.Count; index++)
            {
                if (elements[index] is { } reason)
                {
                    yield return field == "@entity" ? $"{reason}" : $"{field}.{index + 1}: {reason}";
                }
            }
        }
    }

    private static AdminRefusal Coded(int status, int code, string name, string message, JsonObject fields) =>
        new(status, new JsonObject
        {
            ["code"] = code,
            ["name"] = name,
            ["message"] = message,
            ["fields"] = fields.DeepClone(),
        });

    // Kong shows keys as Lua tables.
    private static string Lua(JsonNode? node) => node switch
    {
        JsonObject table => $"{{{string.Join(',', table.Select(member => $"{member.Key}={Lua(member.Value)}"))}}}",
        JsonArray list => $"{{{string.Join(',', list.Select(Lua))}}}",
        null => "null",
        _ => node.ToJsonString(Json.Options),
    };
}
