using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>The targets of an upstream and their weights.</summary>
internal sealed class TargetWeights(IReadOnlyDictionary<string, int> weights)
{
    /// <summary>The sum of a split's weights: 100 for each percent, so that a hundredth of a percent is a whole number.</summary>
    public const int Whole = 10_000;

    public IReadOnlyDictionary<string, int> All => weights;

    public static int Of(Percent share) => (int)decimal.Round(share.Value * Whole / 100);

    /// <summary>As Kong lists them. Older versions keep the history of a target and list the newest first.</summary>
    public static TargetWeights Of(IEnumerable<JsonObject> targets) => new(targets
        .Where(target => target["target"] is not null && target["weight"] is not null)
        .GroupBy(target => target["target"]!.GetValue<string>(), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First()["weight"]!.GetValue<int>(), StringComparer.Ordinal));

    public bool Has(string target) => weights.ContainsKey(target);

    /// <summary>The weight of a target; 0 for one that is not there.</summary>
    public int Weight(string? target) => target is null ? 0 : weights.GetValueOrDefault(target);

    public JsonArray ToJson() => new([.. weights
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => new JsonObject { ["target"] = pair.Key, ["weight"] = pair.Value })]);

    /// <summary>
    /// The order in which weights are set: first those that grow, the first of the list (stable) before the others, then
    /// those that shrink. Between any two calls the sum is never 0 and nobody is left without a target.
    /// </summary>
    public IEnumerable<KeyValuePair<string, int>> InOrder(IReadOnlyList<KeyValuePair<string, int>> wanted) =>
        wanted.Where(pair => pair.Value > Weight(pair.Key)).Concat(wanted.Where(pair => pair.Value < Weight(pair.Key)));
}
