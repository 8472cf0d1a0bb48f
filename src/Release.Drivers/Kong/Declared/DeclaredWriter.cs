using System.Text.Json.Nodes;

namespace Release.Drivers.Kong.Declared;

/// <summary>
/// Changes a Kong without a database: its whole configuration is read back, changed only in what is asked for, and posted;
/// then the file that it loads at a start is changed alike, since a restart would silently bring the old weights back. The
/// one is not made of the other: what a person wrote into the file and has not loaded yet must not go live with a release.
/// </summary>
/// <remarks>
/// The document comes from <c>GET /config</c> (github.com/Kong/kong, <c>kong/api/routes/config.lua</c>): YAML with every
/// entity and <c>_transform: false</c>, so that hashed passwords are not hashed again.
/// </remarks>
internal sealed class DeclaredWriter(KongAdmin kong, DeclaredFile file) : IKongWriter
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(45);

    public bool IsWhole => true;

    public TargetWeights? Kept(string upstream) => file.Read().Weights(upstream) ?? TargetWeights.None;

    public KongRetries? KeptRetries(string service) => file.Read().Service(service) is var (retries, tags) ? new(retries, tags) : null;

    public Task Weigh(
        string upstream, IReadOnlyList<KeyValuePair<string, int>> wanted, IReadOnlyList<string> removed, CancellationToken cancellation) =>
        Change(document => document.Weighed(upstream, wanted, removed), cancellation);

    public Task Retry(string service, KongRetries retries, CancellationToken cancellation) => Change(
        document =>
        {
            var now = document.Service(service) is var (count, tags) ? new KongRetries(count, tags) : null;
            var mark = retries.Mark ?? now?.Mark;
            return mark is null ? document : document.Retrying(service, retries.Retries, mark, retries.Mark is not null);
        },
        cancellation);

    // Traffic first, and the same order both ways: whatever breaks in between, a repetition ends it.
    private async Task Change(Func<DeclaredKong, DeclaredKong> change, CancellationToken cancellation)
    {
        var live = DeclaredKong.Read(await Live(cancellation), $"The configuration of Kong at {kong.Address}");
        if (change(live) is var changed && changed.Text != live.Text)
        {
            await kong.Load(changed.Text, cancellation);
        }

        var written = file.Read();
        if (change(written) is var kept && kept.Text != written.Text)
        {
            file.Write(kept);
        }
    }

    private async Task<string> Live(CancellationToken cancellation) =>
        (await kong.Read(KongPaths.Config, cancellation))["config"] is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : throw kong.Senseless(KongPaths.Config, "its answer has no configuration");
}
