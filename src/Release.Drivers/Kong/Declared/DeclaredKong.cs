using System.Globalization;
using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Kong.Declared;

/// <summary>The services and upstreams of a declarative file, nested (<c>upstreams[].targets</c>) or beside each other.</summary>
internal sealed class DeclaredKong(DeclaredText text)
{
    // What Kong takes for a target and a service that do not say.
    private const int DefaultWeight = 100;
    private const int DefaultRetries = 5;

    public static DeclaredKong Read(string text, string where) => new(new(text, where));

    public string Text => text.Text;

    /// <summary>The weights of an upstream; null when the file has no such upstream.</summary>
    public TargetWeights? Weights(string upstream) => Upstream(upstream) is not { } map ? null
        : TargetWeights.Of(Targets(map).Select(target => new JsonObject { ["target"] = target.Text("target"), ["weight"] = WeightOf(target) }))
            ?? throw text.Unclear($"the upstream {upstream} has a target without name, or with a weight that is none");

    /// <summary>The file with these weights, and without these targets.</summary>
    public DeclaredKong Weighed(string upstream, IReadOnlyList<KeyValuePair<string, int>> wanted, IReadOnlyList<string> removed)
    {
        var now = this;
        foreach (var (target, weight) in wanted.Where(pair => !removed.Contains(pair.Key)))
        {
            now = now.Weighed(upstream, target, weight);
        }

        return removed.Aggregate(now, (kong, target) => kong.Without(upstream, target));
    }

    /// <summary>What a service says of its tries and tags; null when the file has no such service.</summary>
    public (int Retries, IReadOnlyList<string> Tags)? Service(string service) => Find("services", service) is not { } map ? null
        : (map["retries"] is not DeclaredScalar retries ? DefaultRetries
            : int.TryParse(retries.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw text.Unclear($"the service {service} has retries that are no number"),
            [.. (map["tags"] as DeclaredList)?.Items.OfType<DeclaredScalar>().Select(tag => tag.Value) ?? []]);

    /// <summary>The file with so many retries of a service, and with or without a tag.</summary>
    public DeclaredKong Retrying(string service, int retries, string tag, bool tagged)
    {
        var map = Required(service);
        var changed = Service(service)!.Value.Retries == retries ? this : new(text.With(map, "retries", retries.ToString(CultureInfo.InvariantCulture)));
        return changed.Tagged(service, tag, tagged);
    }

    private DeclaredKong Tagged(string service, string tag, bool tagged)
    {
        var map = Required(service);
        if (map["tags"] is not DeclaredList list)
        {
            return tagged ? new(text.With(map, "tags", $"[{DeclaredText.Quoted(tag)}]")) : this;
        }

        var item = list.Items.OfType<DeclaredScalar>().FirstOrDefault(item => item.Value == tag);
        return (item, tagged) switch
        {
            (null, true) => new(text.WithItem(list, DeclaredText.Quoted(tag))),
            ({ }, false) when list.Items.Count == 1 => new(text.Without(map, "tags")),
            ({ }, false) => new(text.WithoutItem(list, item)),
            _ => this,
        };
    }

    private DeclaredKong Weighed(string upstream, string target, int weight)
    {
        var map = Upstream(upstream) ?? throw Missing(upstream);
        if (Targets(map).FirstOrDefault(t => t.Text("target") == target) is { } there)
        {
            return WeightOf(there) == weight ? this : new(text.With(there, "weight", weight.ToString(CultureInfo.InvariantCulture)));
        }

        var (list, owner) = List(map) ?? throw text.Unclear($"the upstream {upstream} has no list of targets to which {target} could be added");
        var item = $"{{ {(owner is null ? "" : $"\"upstream\": {DeclaredText.Quoted(owner)}, ")}\"target\": {DeclaredText.Quoted(target)}, \"weight\": {weight.ToString(CultureInfo.InvariantCulture)} }}";
        return new(text.WithItem(list, item));
    }

    private DeclaredKong Without(string upstream, string target)
    {
        var map = Upstream(upstream) ?? throw Missing(upstream);
        return Lists(map).SelectMany(list => list.Items.OfType<DeclaredMap>(), (list, item) => (list, item))
            .FirstOrDefault(found => found.item.Text("target") == target && Targets(map).Contains(found.item)) is { item: not null } there
            ? new(text.WithoutItem(there.list, there.item))
            : this;
    }

    private ReleaseException Missing(string upstream) => new(
        ExitStatus.Failed,
        $"{text.Where} has no upstream {upstream}, so there is nothing to give weights in.",
        $"Add it and let the service's host be its name: upstreams: [{{ name: {upstream}, targets: [{{ target: \"HOST:PORT\", weight: 100 }}] }}]");

    private DeclaredMap Required(string service) => Find("services", service) ?? throw new ReleaseException(
        ExitStatus.Failed, $"{text.Where} has no service {service}.", "Name the right one in the configuration: traffic/routes, \"kongService\".");

    private DeclaredMap? Upstream(string name) => Find("upstreams", name);

    private DeclaredMap? Find(string kind, string name) =>
        text.Root.Maps(kind).FirstOrDefault(map => map.Text("name") == name) ?? text.Root.Maps(kind).FirstOrDefault(map => map.Text("id") == name);

    private IEnumerable<DeclaredMap> Targets(DeclaredMap upstream) =>
        upstream.Maps("targets").Concat(text.Root.Maps("targets").Where(target => IsOf(target["upstream"], upstream)));

    private IEnumerable<DeclaredList> Lists(DeclaredMap upstream) =>
        new[] { upstream["targets"], text.Root["targets"] }.OfType<DeclaredList>();

    // The list that a new target goes into, and how one beside others names its upstream.
    private (DeclaredList List, string? Owner)? List(DeclaredMap upstream) =>
        upstream["targets"] is DeclaredList { IsFlow: true } or DeclaredList { Items.Count: > 0 } ? ((DeclaredList)upstream["targets"]!, null)
        : text.Root["targets"] is DeclaredList { Items.Count: > 0 } beside ? (beside, upstream.Text("id") ?? upstream.Text("name"))
        : null;

    private static bool IsOf(DeclaredNode? reference, DeclaredMap upstream)
    {
        var named = reference is DeclaredMap map ? map.Text("id") ?? map.Text("name") : (reference as DeclaredScalar)?.Value;
        return named is not null && (named == upstream.Text("name") || named == upstream.Text("id"));
    }

    private static int WeightOf(DeclaredMap target) => target["weight"] is not DeclaredScalar weight ? target.Entry("weight")?.Value is DeclaredAlias ? -1 : DefaultWeight
        : int.TryParse(weight.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
