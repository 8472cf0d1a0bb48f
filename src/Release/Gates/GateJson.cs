using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Gates;

/// <summary>
/// The gate as JSON, for the journal. Member names are the file format: add, never rename. Times are ISO 8601 in UTC.
/// The <c>From…</c> methods read what the <c>ToJson</c> methods wrote and throw <see cref="FormatException"/> for
/// anything else: a gate whose state is lost starts again, it does not guess.
/// </summary>
public static class GateJson
{
    /// <summary>One tick: counts and problems per variant.</summary>
    public static JsonObject ToJson(this GateTick tick)
    {
        var json = new JsonObject
        {
            ["at"] = Time(tick.At),
            ["stable"] = Delta(tick.Stable),
            ["candidate"] = Delta(tick.Candidate),
        };
        if (!tick.Queries.IsEmpty)
        {
            json["queries"] = new JsonObject(tick.Queries.Select(q => KeyValuePair.Create(q.Key, (JsonNode?)q.Value.ToJson())));
        }

        return json;
    }

    /// <summary>A verdict.</summary>
    public static JsonObject ToJson(this GateVerdict verdict) => new()
    {
        ["outcome"] = Name(verdict.Outcome),
        ["cause"] = Name(verdict.Cause),
        ["at"] = Time(verdict.At),
        ["reason"] = verdict.Reason,
    };

    /// <summary>A look at the split.</summary>
    public static JsonObject ToJson(this SplitCheck split) => new()
    {
        ["share"] = (double)split.Share.Value,
        ["candidate"] = split.Candidate,
        ["requests"] = split.Requests,
        ["verdict"] = split.Verdict switch
        {
            SplitVerdict.NotYet => "not-yet",
            SplitVerdict.Matches => "matches",
            SplitVerdict.Mismatch => "mismatch",
            _ => throw new InvalidOperationException($"Unknown verdict {split.Verdict}."),
        },
        ["sentence"] = split.Sentence,
    };

    /// <summary>The counters' state: what the next tick subtracts from.</summary>
    public static JsonObject ToJson(this CounterState state) => new()
    {
        ["at"] = Time(state.At),
        ["instances"] = new JsonObject(state.Instances.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)Instance(i.Value)))),
    };

    /// <summary>Reads the counters' state.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static CounterState CountersFromJson(JsonObject json) => Read("counter state", () => new CounterState(
        json["instances"]!.AsObject().ToImmutableSortedDictionary(i => i.Key, i => Instance(i.Value!), StringComparer.Ordinal),
        json["at"] is { } at ? Time(at) : null));

    /// <summary>Reads a tick.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static GateTick TickFromJson(JsonObject json) => Read("tick", () => new GateTick(Time(json["at"]), Variant(json["stable"]!), Variant(json["candidate"]!))
    {
        Queries = json["queries"] is JsonObject queries
            ? queries.ToImmutableSortedDictionary(q => q.Key, q => QueryValues.FromJson(q.Value!), StringComparer.Ordinal)
            : QueryValues.None,
    });

    /// <summary>Reads one variant's counts of a tick.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static Counters CountsFromJson(JsonObject json) => Read("variant's counts", () => Counters(json));

    internal static T Read<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException($"This is not a {what}: {e.Message}", e);
        }
    }

    private static JsonObject Delta(VariantDelta delta)
    {
        var json = Counters(delta.Counts);
        json["instances"] = delta.Fresh;
        json["problems"] = new JsonArray([.. delta.Problems.Select(p => (JsonNode)p)]);
        if (delta.Doubt is { } doubt)
        {
            json["doubt"] = doubt;
        }

        return json;
    }

    private static VariantDelta Variant(JsonNode json) => new(
        Counters(json), (int)Number(json["instances"]), [.. json["problems"]!.AsArray().Select(p => p!.GetValue<string>())])
    {
        Doubt = json["doubt"]?.GetValue<string>(),
    };

    /// <summary>One variant's counts, for the journal.</summary>
    internal static JsonObject Counters(Counters counters) => new()
    {
        ["requests"] = counters.Requests,
        ["errors"] = counters.Errors,
        ["buckets"] = new JsonArray([.. counters.Buckets.Select(b => (JsonNode)new JsonObject
        {
            ["le"] = double.IsPositiveInfinity(b.Bound) ? "+Inf" : b.Bound,
            ["count"] = b.Count,
        })]),
    };

    private static Counters Counters(JsonNode json) => new(
        Number(json["requests"]),
        Number(json["errors"]),
        [.. json["buckets"]!.AsArray().Select(b => new Bucket(
            b!["le"]!.GetValueKind() == JsonValueKind.String ? double.PositiveInfinity : Number(b["le"]),
            Number(b["count"])))]);

    private static JsonObject Instance(InstanceState state) => new()
    {
        ["last"] = Counters(state.Last),
        ["startedAt"] = Time(state.StartedAt),
        ["carriedErrors"] = state.CarriedErrors,
        ["readAt"] = Time(state.ReadAt),
        ["hasFallen"] = state.HasFallen,
        ["of"] = Time(state.Of),
    };

    private static InstanceState Instance(JsonNode json) => new(
        Counters(json["last"]!),
        json["startedAt"] is { } started ? Time(started) : null,
        Number(json["carriedErrors"]),
        Time(json["readAt"]),
        json["hasFallen"]?.GetValue<bool>() ?? false,
        json["of"] is { } of ? Time(of) : null);

    internal static JsonObject Events(EventCounts counts) => new()
    {
        ["requests"] = counts.Requests,
        ["sure"] = counts.Sure,
        ["possible"] = counts.Possible,
    };

    internal static EventCounts Events(JsonNode? json) =>
        new(Number(json!["requests"]), Number(json["sure"]), Number(json["possible"]));

    internal static GateVerdict Verdict(JsonNode json) => new(
        Parse<GateOutcome>(json["outcome"]),
        Parse<GateCause>(json["cause"]),
        Time(json["at"]),
        json["reason"]!.GetValue<string>());

    // All names are one word, so lower case is kebab-case.
    internal static string Name<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();

    internal static T Parse<T>(JsonNode? json)
        where T : struct, Enum => Enum.Parse<T>(json!.GetValue<string>(), ignoreCase: true);

    // Else by way of text, since a node that was never serialised holds whatever number type it was made of.
    internal static double Number(JsonNode? json) => json is JsonValue value && value.TryGetValue(out double number)
        ? number
        : double.Parse(json!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    internal static string? Time(DateTimeOffset? at) => at is { } known ? Time(known) : null;

    internal static DateTimeOffset Time(JsonNode? json) =>
        DateTimeOffset.Parse(json!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
