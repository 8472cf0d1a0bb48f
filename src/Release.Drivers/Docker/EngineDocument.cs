using System.Globalization;
using System.Text.Json.Nodes;

namespace Release.Drivers.Docker;

/// <summary>Reads typed members of an engine's document; a <see cref="FormatException"/> says which one is missing or of another kind.</summary>
internal readonly record struct EngineDocument(JsonObject Json)
{
    /// <summary>What the engine writes for a time that never was.</summary>
    private static readonly DateTimeOffset Never = new(1, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static EngineDocument Of(JsonNode? json, string what) =>
        json is JsonObject document ? new(document) : throw new FormatException($"{what} is no object");

    public string Text(string name) => OptionalText(name) is { Length: > 0 } text ? text : throw new FormatException($"there is no {name}");

    public string? OptionalText(string name) => Value<string>(name);

    public long Number(string name) => OptionalNumber(name) ?? throw new FormatException($"there is no {name}");

    public long? OptionalNumber(string name) => Json[name] is null ? null
        : Json[name] is JsonValue value && value.TryGetValue(out long number) ? number
        : throw new FormatException($"{name} is no whole number");

    public bool Flag(string name) => Json[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    /// <summary>A time in UTC; null when there is none, or the one that means never.</summary>
    public DateTimeOffset? Time(string name) => OptionalText(name) is not { Length: > 0 } text ? null
        : !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? throw new FormatException($"{name} is no time")
        : time <= Never ? null : time;

    public EngineDocument Document(string name) => OptionalDocument(name) ?? throw new FormatException($"there is no {name}");

    public EngineDocument? OptionalDocument(string name) => Json[name] switch
    {
        null => null,
        JsonObject document => new(document),
        _ => throw new FormatException($"{name} is no object"),
    };

    /// <summary>A list of objects; empty when it is null or missing.</summary>
    public IReadOnlyList<EngineDocument> Documents(string name) => [.. List(name).Select(item => Of(item, $"an item of {name}"))];

    /// <summary>A list of texts; empty when it is null or missing.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. List(name).Select(item => AsText(item, $"an item of {name}"))];

    /// <summary>An object of texts; empty when it is null or missing.</summary>
    public IReadOnlyDictionary<string, string> TextByName(string name) => OptionalDocument(name) is { } document
        ? document.Json.ToDictionary(member => member.Key, member => AsText(member.Value, $"{name} of {member.Key}"), StringComparer.Ordinal)
        : new Dictionary<string, string>();

    private static string AsText(JsonNode? node, string what) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : throw new FormatException($"{what} is no text");

    private JsonArray List(string name) => Json[name] switch
    {
        null => [],
        JsonArray list => list,
        _ => throw new FormatException($"{name} is no list"),
    };

    private T? Value<T>(string name)
        where T : class => Json[name] is null ? null
            : Json[name] is JsonValue value && value.TryGetValue(out T? typed) ? typed
            : throw new FormatException($"{name} is not what it should be");
}
