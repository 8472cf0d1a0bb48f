namespace Release.Drivers.Kong;

/// <summary>
/// How weights and retries are changed: one entity at a time where Kong has a database, or all in one document where it has
/// none. Reading is the same in both.
/// </summary>
internal interface IKongWriter
{
    /// <summary>Whether a change is in effect whole or not at all.</summary>
    bool IsWhole { get; }

    /// <summary>The weights that Kong would have after a restart; null where it keeps what it was told.</summary>
    TargetWeights? Kept(string upstream);

    /// <summary>The retries and tags that a service would have after a restart; null where Kong keeps what it was told.</summary>
    KongRetries? KeptRetries(string service);

    /// <summary>Gives targets their weights, adding those that are missing, and takes others away.</summary>
    /// <param name="upstream">The upstream's name.</param>
    /// <param name="wanted">The weights, stable's first.</param>
    /// <param name="removed">Targets to take away when they have no weight any more.</param>
    /// <param name="cancellation">Ends the waits.</param>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    Task Weigh(string upstream, IReadOnlyList<KeyValuePair<string, int>> wanted, IReadOnlyList<string> removed, CancellationToken cancellation);

    /// <summary>Sets a service's retries, and whether it has a tag.</summary>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    Task Retry(string service, KongRetries retries, CancellationToken cancellation);
}

/// <summary>How often Kong tries another target for a service, and the service's tags.</summary>
/// <param name="Retries">0 to 32767.</param>
/// <param name="Tags">The tags, ours among them while a release has the retries at 0.</param>
internal sealed record KongRetries(int Retries, IReadOnlyList<string> Tags)
{
    private const string Prefix = "release-retries-";

    /// <summary>Gets the retries that were set before a release set them to 0; null while none has.</summary>
    public int? Before => Tags.Select(Number).FirstOrDefault(number => number is not null);

    /// <summary>Gets the tag that says so: it stays with the service, so that any machine can put back what it says.</summary>
    public string? Mark => Tags.FirstOrDefault(tag => Number(tag) is not null);

    /// <summary>No retries, and the mark that says how many there were.</summary>
    public KongRetries Held() => Before is not null
        ? this with { Retries = 0 }
        : new(0, [.. Tags, Prefix + Retries.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

    /// <summary>As before it was held; what somebody set since stays.</summary>
    public KongRetries Released() => Before is not { } before ? this : new(Retries == 0 ? before : Retries, [.. Tags.Where(tag => Number(tag) is null)]);

    private static int? Number(string tag) => tag.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(tag.AsSpan(Prefix.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number <= 32_767 ? number : null;
}
