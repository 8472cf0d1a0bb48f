using System.ComponentModel.DataAnnotations;

namespace Release.Configuration;

/// <summary>One probe. Each type of probe has its own options.</summary>
public abstract record ProbeOptions
{
    /// <summary>Gets its name, unique in its list.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets the probe's type.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the service that a smoke test is for; null for every service.</summary>
    public string? Service { get; init; }

    /// <summary>Gets when a smoke test is run; by default before the first traffic and when the candidate serves everything.</summary>
    [OneOrMany]
    [MinLength(1)]
    public IReadOnlyList<SmokeMoment> At { get; init; } = [SmokeMoment.Candidate, SmokeMoment.Promoted];

    /// <summary>Gets how long a look may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>When a smoke test is run.</summary>
public enum SmokeMoment
{
    /// <summary>Before the first traffic, at the candidate's own address.</summary>
    Candidate,

    /// <summary>While the candidate has its first share, through the router.</summary>
    Canary,

    /// <summary>When it serves everything, through the router.</summary>
    Promoted,
}
