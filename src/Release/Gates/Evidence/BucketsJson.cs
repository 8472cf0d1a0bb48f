using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Release.Gates.Evidence;

/// <summary>A histogram in a gate's state: bounds in seconds with their cumulative counts, the last without bound.</summary>
internal static class BucketsJson
{
    public static JsonNode ToJson(ImmutableArray<Bucket> buckets) => new JsonObject
    {
        ["bounds"] = new JsonArray([.. buckets.SkipLast(1).Select(b => (JsonNode)b.Bound)]),
        ["counts"] = new JsonArray([.. buckets.Select(b => (JsonNode)b.Count)]),
    };

    public static ImmutableArray<Bucket> FromJson(JsonNode? json)
    {
        var bounds = StateJson.List(StateJson.Member(json, "bounds")).Select(StateJson.Number).Append(double.PositiveInfinity).ToArray();
        var counts = StateJson.List(StateJson.Member(json, "counts"));
        return bounds.Length == counts.Count
            ? [.. bounds.Zip(counts, (bound, count) => new Bucket(bound, StateJson.Number(count)))]
            : throw new FormatException("This is not a gate's state: a histogram has other bounds than counts.");
    }
}
