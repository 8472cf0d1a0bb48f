using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Configuration;

namespace Release.Drivers.Compose;

/// <summary>What a release says about one service of compose.</summary>
/// <param name="Image">The released image, by digest or id.</param>
/// <param name="Labels">Our labels.</param>
/// <param name="Flags">The variables that the release sets.</param>
internal sealed record OverriddenService(string Image, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Flags)
{
    /// <summary>Whether both say the same.</summary>
    public bool IsSame(OverriddenService? other) => other is not null && other.Image == Image && Same(Labels, other.Labels) && Same(Flags, other.Flags);

    public JsonObject ToJson() => new() { ["image"] = Image, ["labels"] = Json(Labels), ["flags"] = Json(Flags) };

    public static OverriddenService? FromJson(JsonNode? json) => json is JsonObject { } entry
        ? new(entry["image"]!.GetValue<string>(), Texts(entry["labels"]), Texts(entry["flags"]))
        : null;

    private static JsonObject Json(IReadOnlyDictionary<string, string> pairs) => new(pairs.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));

    private static Dictionary<string, string> Texts(JsonNode? json) =>
        (json as JsonObject ?? []).ToDictionary(p => p.Key, p => p.Value!.GetValue<string>(), StringComparer.Ordinal);

    private static bool Same(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(p => other.TryGetValue(p.Key, out var value) && value == p.Value);
}

/// <summary>
/// The compose file that is ours: whatever compose does later, it does with the released images. Read and written whole; what
/// somebody else put into it is refused rather than lost.
/// </summary>
/// <param name="Services">By compose's names.</param>
internal sealed record OverrideFile(IReadOnlyDictionary<string, OverriddenService> Services)
{
    private const string Head = """
        # Written by Release: what was released last. Compose must always be given this file after the others
        # (COMPOSE_FILE in .env); without it `up` would go back to the images of the other files. Do not change it by hand.

        """;

    /// <summary>A file in which nothing was released.</summary>
    public static OverrideFile Empty { get; } = new(new Dictionary<string, OverriddenService>());

    /// <summary>The same with another word about one service; null takes it out.</summary>
    public OverrideFile With(string service, OverriddenService? entry)
    {
        var services = new Dictionary<string, OverriddenService>(Services, StringComparer.Ordinal);
        if (entry is null)
        {
            _ = services.Remove(service);
        }
        else
        {
            services[service] = entry;
        }

        return new(services);
    }

    /// <summary>As compose reads it.</summary>
    public string Render()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        if (Services.Count == 0)
        {
            // Without one compose 1 takes a file without services for one of the first version, which it does not merge.
            return text.Append("version: \"2.4\"\nservices: {}\n").ToString();
        }

        _ = text.Append("services:\n");
        foreach (var (name, service) in Services.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            _ = text.Append("  ").Append(Quoted(name)).Append(":\n    image: ").Append(Quoted(service.Image)).Append('\n');
            Pairs(text, "environment", service.Flags);
            Pairs(text, "labels", service.Labels);
        }

        return text.ToString();
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="ConfigurationException">It is not as we wrote it.</exception>
    public static OverrideFile Parse(string text, string file)
    {
        var root = YamlReader.Read(text, file);
        var services = new Dictionary<string, OverriddenService>(StringComparer.Ordinal);
        foreach (var key in root.Keys.Where(key => key is not ("version" or "services")))
        {
            throw Strange(file, root.Line, key);
        }

        foreach (var name in (root["services"] as YamlMap)?.Keys ?? [])
        {
            var entry = (root["services"] as YamlMap)![name] as YamlMap ?? throw Strange(file, root.Line, name);
            if (entry.Keys.Find(key => key is not ("image" or "environment" or "labels")) is { } strange)
            {
                throw Strange(file, entry.Line, $"{name}.{strange}");
            }

            services[name] = new(
                (entry["image"] as YamlText)?.Value ?? throw Strange(file, entry.Line, $"{name} without an image"),
                Texts(entry["labels"]),
                Texts(entry["environment"]));
        }

        return new(services);
    }

    private static Dictionary<string, string> Texts(YamlNode? node) => node is YamlMap map
        ? map.Keys.ToDictionary(key => key, key => ((map[key] as YamlText)?.Value ?? "").Replace("$$", "$", StringComparison.Ordinal), StringComparer.Ordinal)
        : new(StringComparer.Ordinal);

    private static void Pairs(StringBuilder text, string member, IReadOnlyDictionary<string, string> pairs)
    {
        if (pairs.Count > 0)
        {
            _ = text.Append("    ").Append(member).Append(":\n");
        }

        foreach (var (name, value) in pairs.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            // Compose puts variables in the place of a dollar sign that stands alone.
            _ = text.Append("      ").Append(Quoted(name)).Append(": ").Append(Quoted(value.Replace("$", "$$", StringComparison.Ordinal))).Append('\n');
        }
    }

    /// <summary>A text as YAML has it in double quotes: JSON's form is one of YAML's.</summary>
    internal static string Quoted(string text) => JsonSerializer.Serialize(text, PlainJson.Default.String);

    private static ConfigurationException Strange(string file, int line, string what) =>
        new([new(file, line, 1, "", $"{OptionText.Found(what)} was not written by Release: put it into another compose file. This one is written anew with each release")]);
}

/// <summary>Serialization without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class PlainJson : System.Text.Json.Serialization.JsonSerializerContext;
