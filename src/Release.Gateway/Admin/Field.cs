using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Gateway.Admin;

internal enum FieldKind
{
    Text,
    Integer,
    Number,
    Flag,
    Texts,
    Reference,
    Record,

    /// <summary>A field that Kong has and this gateway would have to ignore: only null is taken, so that nobody relies on it.</summary>
    Absent,
}

/// <summary>One field of an entity: what it takes, and what it is when nobody says.</summary>
internal sealed record Field(string Name, FieldKind Kind)
{
    public bool Required { get; init; }

    /// <summary>JSON text of the default.</summary>
    public string? Default { get; init; }

    public long Min { get; init; } = long.MinValue;

    public long Max { get; init; } = long.MaxValue;

    public IReadOnlyList<string>? OneOf { get; init; }

    /// <summary>What is wrong with one text, or null.</summary>
    public Func<string, string?>? Check { get; init; }

    /// <summary>What is wrong with a record, or null.</summary>
    public Func<JsonObject, string?>? CheckRecord { get; init; }

    /// <summary>The entities that a reference names.</summary>
    public string? Parent { get; init; }

    /// <summary>What is wrong with a value that is not null: a reason, an array of them, or null.</summary>
    public JsonNode? Violation(JsonNode value) => Kind switch
    {
        FieldKind.Text => OfText(value),
        FieldKind.Integer => value.Integer() is { } integer ? OfRange(integer) : "expected an integer",
        FieldKind.Number => value.GetValueKind() == JsonValueKind.Number ? null : "expected a number",
        FieldKind.Flag => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : "expected a boolean",
        FieldKind.Texts => value is JsonArray list ? OfElements(list) : "expected a set",
        FieldKind.Reference => value is JsonObject key && key.Count == 1 && (key.Text("id") ?? key.Text("name")) is not null
            ? null
            : "expected a foreign key",
        FieldKind.Record => value is JsonObject record ? CheckRecord?.Invoke(record) : "expected a record",
        FieldKind.Absent => "is not supported by the embedded gateway",
        _ => throw new InvalidOperationException($"{Kind}: has no check"),
    };

    private JsonNode? OfRange(long integer) =>
        integer < Min || integer > Max ? $"value should be between {Min} and {Max}" : null;

    private JsonArray? OfElements(JsonArray list)
    {
        var reasons = list.Select(element => element is null ? "expected a string" : OfText(element)?.DeepClone()).ToArray();
        return reasons.Any(reason => reason is not null) ? new JsonArray(reasons) : null;
    }

    private JsonNode? OfText(JsonNode value) =>
        value is not JsonValue text || !text.TryGetValue(out string? content)
            ? "expected a string"
            : content.Length == 0
                ? "length must be at least 1"
                : OneOf is not null && !OneOf.Contains(content)
                    ? $"expected one of: {string.Join(", ", OneOf)}"
                    : Check?.Invoke(content);
}
