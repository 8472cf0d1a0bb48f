using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Grafana;

/// <summary>A Grafana that marks what happened in its charts: a region from a run's beginning to its end, a line for the rest.</summary>
public sealed record GrafanaNotifierOptions : NotifierOptions
{
    /// <summary>Gets its address (<c>"http://localhost:3200"</c>), with the path below which it is served.</summary>
    [MayHoldPlaceholders]
#pragma warning disable CA1056 // It is no address before its placeholders are resolved.
    public required string Url { get; init; }
#pragma warning restore CA1056

    /// <summary>Gets the token of a service account that may write annotations, as a reference (<c>"${env:GRAFANA_TOKEN}"</c>).</summary>
    [MayHoldPlaceholders]
    public required string Token { get; init; }

    /// <summary>Gets the uid of the dashboard that is marked (<c>"execution"</c>); null: every one that asks for the tags.</summary>
    [RegularExpression("[A-Za-z0-9_-]{1,40}", ErrorMessage = "the uid of a dashboard such as \"execution\"")]
    public string? Dashboard { get; init; }

    /// <summary>Gets the tags, beside <c>release</c>, the environment and the kind.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9:_.-]{0,49}", ErrorMessage = "a tag of letters, digits, dashes, dots and colons")]
    public IReadOnlyList<string> Tags { get; init; } = [];
}
