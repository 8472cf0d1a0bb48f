using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Release.Drivers.Postgres;

/// <summary>What one table holds.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Checksum">Over its rows in any order; empty where only the rows are counted.</param>
/// <param name="IsSampled">Whether the checksum is over a part of them.</param>
internal sealed record TableFacts(long Rows, string Checksum, bool IsSampled);

/// <summary>
/// Where a sequence stands. It heeds no snapshot: what a dump writes lies between what was read before and after it.
/// </summary>
/// <param name="From">The last number given before the dump; the start less one step when there was none.</param>
/// <param name="To">The same after it.</param>
/// <param name="Cycles">Whether it begins anew at its end.</param>
internal sealed record SequenceFacts(BigInteger From, BigInteger To, bool Cycles)
{
    /// <summary>Whether a restored sequence that stands there can be what was dumped.</summary>
    public bool Allows(BigInteger at) => (at >= BigInteger.Min(From, To) && at <= BigInteger.Max(From, To)) || (Cycles && From != To);
}

/// <summary>Everything that a verification compares of a database: its objects, and what its tables, sequences and large objects hold.</summary>
internal sealed record Fingerprint
{
    private const int Newest = 2;

    /// <summary>Gets each object (<c>table public.orders</c>) with what it is, expressions without casts and parentheses.</summary>
    public required IReadOnlyDictionary<string, string> Objects { get; init; }

    /// <summary>Gets each table, with its schema and quoted where it must be.</summary>
    public required IReadOnlyDictionary<string, TableFacts> Tables { get; init; }

    /// <summary>Gets each sequence.</summary>
    public required IReadOnlyDictionary<string, SequenceFacts> Sequences { get; init; }

    /// <summary>Gets how many large objects there are, and a checksum over them.</summary>
    public required TableFacts LargeObjects { get; init; }

    /// <summary>Gets each role that objects belong to (<c>owner</c>) or that has privileges on them (<c>grantee</c>).</summary>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what it was read by: an earlier form lacks privileges, roles and the tables that extensions keep settings in.</summary>
    public int Form { get; init; } = Newest;

    /// <summary>Gets the number of rows of all tables.</summary>
    public long Rows => Tables.Values.Sum(t => t.Rows);

    public JsonObject ToJson() => new()
    {
        ["form"] = Form,
        ["roles"] = new JsonObject(Roles.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => KeyValuePair.Create(r.Key, (JsonNode?)r.Value))),
        ["objects"] = new JsonObject(Objects.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))),
        ["tables"] = new JsonObject(Tables.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => KeyValuePair.Create(t.Key, (JsonNode?)Json(t.Value)))),
        ["sequences"] = new JsonObject(Sequences.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key, (JsonNode?)new JsonObject
        {
            ["from"] = s.Value.From.ToString(CultureInfo.InvariantCulture),
            ["to"] = s.Value.To.ToString(CultureInfo.InvariantCulture),
            ["cycles"] = s.Value.Cycles,
        }))),
        ["largeObjects"] = Json(LargeObjects),
    };

    public static Fingerprint FromJson(JsonObject json) => new()
    {
        Form = json["form"]?.GetValue<int>() ?? 1,
        Roles = (json["roles"] as JsonObject ?? []).ToDictionary(r => r.Key, r => r.Value!.GetValue<string>(), StringComparer.Ordinal),
        Objects = json["objects"]!.AsObject().ToDictionary(o => o.Key, o => o.Value!.GetValue<string>(), StringComparer.Ordinal),
        Tables = json["tables"]!.AsObject().ToDictionary(t => t.Key, t => Facts(t.Value!), StringComparer.Ordinal),
        Sequences = json["sequences"]!.AsObject().ToDictionary(
            s => s.Key, s => new SequenceFacts(Number(s.Value!["from"]!), Number(s.Value["to"]!), s.Value["cycles"]!.GetValue<bool>()), StringComparer.Ordinal),
        LargeObjects = Facts(json["largeObjects"]!),
    };

    /// <summary>
    /// What is not as it was, a sentence each, tables first; empty when nothing is.
    /// </summary>
    /// <param name="restored">What came out of the dump.</param>
    public IReadOnlyList<string> Differences(Fingerprint restored)
    {
        var gone = Objects.Keys.Except(restored.Objects.Keys).Where(IsWhole).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var added = restored.Objects.Keys.Except(Objects.Keys).Where(IsWhole).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        return Differences(restored, gone, added);
    }

    private static bool IsWhole(string key) => !key.StartsWith("column ", StringComparison.Ordinal) && !IsOfOwners(key);

    private IReadOnlyList<string> Differences(Fingerprint restored, HashSet<string> gone, HashSet<string> added) =>
    [
        .. Tables.Where(t => !restored.Tables.ContainsKey(t.Key)).Select(t => $"table {t.Key} is missing ({PgText.Count(t.Value.Rows)} rows)"),
        .. Tables.Where(t => restored.Tables.ContainsKey(t.Key)).Select(t => Difference($"table {t.Key}", "rows", t.Value, restored.Tables[t.Key])).OfType<string>(),
        .. restored.Tables.Keys.Except(Tables.Keys).Where(_ => Form == Newest).Select(t => $"table {t} was not there"),
        .. new[] { Difference("large objects", "of them", LargeObjects, restored.LargeObjects) }.OfType<string>(),
        .. Sequences.Select(s => Difference(s.Key, s.Value, restored.Sequences.GetValueOrDefault(s.Key))).OfType<string>(),
        .. Objects.Where(o => !restored.Objects.ContainsKey(o.Key) && !IsTold(o.Key, gone)).Select(o => $"{o.Key} is missing"),
        .. Objects.Where(o => restored.Objects.TryGetValue(o.Key, out var now) && now != o.Value).Select(o => $"{o.Key} is \"{Cut(restored.Objects[o.Key])}\", not \"{Cut(o.Value)}\""),

        // Every new database has this schema, also where the dumped one had dropped it.
        .. restored.Objects.Keys.Except(Objects.Keys).Where(o => Form == Newest && !IsTold(o, added) && o is not ("schema public" or "owner schema public" or "privileges schema public")).Select(o => $"{o} was not there"),
    ];

    private static string? Difference(string name, string unit, TableFacts was, TableFacts now) =>
        was.Rows != now.Rows ? $"{name}: {PgText.Count(now.Rows)} {unit}, not {PgText.Count(was.Rows)}"
        : was.Checksum != now.Checksum ? $"{name}: as many {unit} ({PgText.Count(was.Rows)}), but not with the same contents"
        : null;

    private static string? Difference(string name, SequenceFacts was, SequenceFacts? now) =>
        now is null ? $"sequence {name} is missing"
        : was.Allows(now.From) ? null
        : $"sequence {name} stands at {now.From}, not {(was.From == was.To ? $"{was.From}" : $"between {was.From} and {was.To}")}";

    // What is missing is told once, and not once more for each column, index and constraint of it.
    private bool IsTold(string key, HashSet<string> whole) =>
        (key.StartsWith("table ", StringComparison.Ordinal) && Tables.ContainsKey(NameOf(key)))
        || (key.StartsWith("column ", StringComparison.Ordinal) && whole.Any(name => key.StartsWith($"column {name}.", StringComparison.Ordinal)))
        || (IsOfOwners(key) && whole.Contains(NameOf(key)))
        || (key.LastIndexOf(" of ", StringComparison.Ordinal) is > 0 and var of && whole.Contains(key[(of + 4)..]));

    /// <summary>Whether an object is an owner or privileges, which only some users may restore.</summary>
    public static bool IsOfOwners(string key) => key.StartsWith("owner ", StringComparison.Ordinal) || key.StartsWith("privileges ", StringComparison.Ordinal);

    private static string NameOf(string key) =>
        key.StartsWith("materialized view ", StringComparison.Ordinal) ? key["materialized view ".Length..]
        : key.StartsWith("foreign table ", StringComparison.Ordinal) ? key["foreign table ".Length..]
        : key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static string Cut(string text) => text.Length <= 120 ? text : text[..120] + "…";

    private static JsonObject Json(TableFacts facts) => new() { ["rows"] = facts.Rows, ["checksum"] = facts.Checksum, ["sampled"] = facts.IsSampled };

    private static TableFacts Facts(JsonNode json) => new(json["rows"]!.GetValue<long>(), json["checksum"]!.GetValue<string>(), json["sampled"]!.GetValue<bool>());

    private static BigInteger Number(JsonNode json) => BigInteger.Parse(json.GetValue<string>(), CultureInfo.InvariantCulture);
}
