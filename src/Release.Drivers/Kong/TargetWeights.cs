using System.Net;
using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>The targets of an upstream and their weights.</summary>
internal sealed class TargetWeights(IReadOnlyDictionary<string, int> weights)
{
    public static TargetWeights None { get; } = new(new Dictionary<string, int>());

    public IReadOnlyDictionary<string, int> All => weights;

    /// <summary>Asks Kong; empty when it has no such upstream.</summary>
    /// <exception cref="KongException">No answer, or one that says no weights.</exception>
    public static async Task<TargetWeights> Ask(KongAdmin kong, string upstream, CancellationToken cancellation)
    {
        var path = KongPaths.Targets(upstream);
        try
        {
            return Of(await kong.List(path, cancellation)) ?? throw kong.Senseless(path, "its list has a target without name or weight");
        }
        catch (KongRefusedException missing) when (missing.Status == 404)
        {
            return None;
        }
    }

    /// <summary>
    /// As Kong lists them; null when one is not a target. Older versions keep the history of a target and list the newest
    /// first.
    /// </summary>
    public static TargetWeights? Of(IEnumerable<JsonObject> targets)
    {
        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            if (target["target"] is not JsonValue name || !name.TryGetValue(out string? at) || at.Length == 0
                || target["weight"] is not JsonValue value || !value.TryGetValue(out int weight) || weight is < 0 or > TargetSplit.Heaviest)
            {
                return null;
            }

            _ = weights.TryAdd(at, weight);
        }

        return new(weights);
    }

    /// <summary>Whether a target is a name that may stand for several addresses.</summary>
    public static bool IsName(string target)
    {
        var host = target.LastIndexOf(':') is > 0 and var colon ? target[..colon] : target;
        return !IPAddress.TryParse(host.Trim('[', ']'), out _);
    }

    public bool Has(string target) => weights.ContainsKey(target);

    /// <summary>The weight of a target; 0 for one that is not there.</summary>
    public int Weight(string target) => weights.GetValueOrDefault(target);

    /// <summary>The weight that each of these has; null when they differ.</summary>
    public int? Each(IReadOnlyList<string> targets) =>
        targets.Count == 0 ? 0 : targets.All(target => Weight(target) == Weight(targets[0])) ? Weight(targets[0]) : null;

    /// <summary>The sum of the weights of targets that are not among these.</summary>
    public int Beside(IEnumerable<string> targets) => weights.Where(pair => !targets.Contains(pair.Key)).Sum(pair => pair.Value);

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
