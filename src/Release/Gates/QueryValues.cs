using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Release.Gates;

/// <summary>What a criterion's query yielded at a tick.</summary>
/// <param name="Candidate">The candidate's number; null where there is a problem.</param>
/// <param name="Stable">Stable's; null where the query does not tell the versions apart, or yielded none for stable.</param>
/// <param name="Problem">Why there is no number of the candidate, or null.</param>
public sealed record QueryValues(double? Candidate, double? Stable, string? Problem)
{
    /// <summary>No criterion asks.</summary>
    public static readonly ImmutableSortedDictionary<string, QueryValues> None =
        ImmutableSortedDictionary.Create<string, QueryValues>(StringComparer.Ordinal);

    /// <summary>For the journal.</summary>
    public JsonObject ToJson() => new()
    {
        ["candidate"] = Candidate is { } candidate && double.IsFinite(candidate) ? candidate : null,
        ["stable"] = Stable is { } stable && double.IsFinite(stable) ? stable : null,
        ["problem"] = Candidate is { } value && !double.IsFinite(value) ? Problem ?? NoNumber : Problem,
    };

    internal const string NoNumber = "the query's answer is not a number";

    internal static QueryValues FromJson(JsonNode json) => new(
        json["candidate"] is { } candidate ? GateJson.Number(candidate) : null,
        json["stable"] is { } stable ? GateJson.Number(stable) : null,
        json["problem"]?.GetValue<string>());
}
