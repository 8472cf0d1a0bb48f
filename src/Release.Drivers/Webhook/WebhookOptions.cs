using Release.Configuration;

namespace Release.Drivers.Webhook;

/// <summary>An address that takes each notice as a POST of one JSON document (docs/notices.md).</summary>
public sealed record WebhookOptions : NotifierOptions
{
    /// <summary>Gets the address. One that is secret itself is a reference (<c>"${env:HOOK_URL}"</c>).</summary>
    [MayHoldPlaceholders]
#pragma warning disable CA1056 // It is no address before its placeholders are resolved.
    public required string Url { get; init; }
#pragma warning restore CA1056

    /// <summary>Gets the key of the signature, as a reference (<c>"${env:HOOK_SECRET}"</c>); null: it is not signed.</summary>
    [MayHoldPlaceholders]
    public string? Secret { get; init; }

    /// <summary>Gets headers to send with it, such as <c>Authorization</c>.</summary>
    [MayHoldPlaceholders]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
