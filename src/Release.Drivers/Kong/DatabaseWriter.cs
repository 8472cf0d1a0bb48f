using System.Text.Json.Nodes;

namespace Release.Drivers.Kong;

/// <summary>Changes entities one by one: Kong has a database, or is the embedded gateway.</summary>
internal sealed class DatabaseWriter(KongAdmin kong) : IKongWriter
{
    /// <summary>How long a change may take unless the configuration says otherwise.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    public bool IsWhole => false;

    public TargetWeights? Kept(string upstream) => null;

    public KongRetries? KeptRetries(string service) => null;

    public async Task Weigh(
        string upstream, IReadOnlyList<KeyValuePair<string, int>> wanted, IReadOnlyList<string> removed, CancellationToken cancellation)
    {
        var now = await TargetWeights.Ask(kong, upstream, cancellation);
        foreach (var (target, _) in wanted.Where(pair => !now.Has(pair.Key) && !removed.Contains(pair.Key)))
        {
            // False means that somebody was faster; the weight is set below either way.
            _ = await kong.Add(KongPaths.Targets(upstream), KongPaths.NewTarget(target), cancellation);
        }

        foreach (var (target, weight) in now.InOrder(wanted))
        {
            await kong.Patch(KongPaths.Target(upstream, target), KongPaths.Weight(weight), cancellation);
        }

        foreach (var target in removed.Where(now.Has))
        {
            // Weight 0 came first: a target is never removed while it gets requests.
            await kong.Delete(KongPaths.Target(upstream, target), cancellation);
        }
    }

    // One call: retries without their mark could not be put back by anybody else.
    public Task Retry(string service, KongRetries retries, CancellationToken cancellation) => kong.Patch(
        KongPaths.Service(service),
        new JsonObject
        {
            ["retries"] = retries.Retries,
            ["tags"] = retries.Tags.Count == 0 ? null : new JsonArray([.. retries.Tags.Select(tag => JsonValue.Create(tag))]),
        },
        cancellation);
}
