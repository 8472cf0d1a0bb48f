namespace Release.Runs;

/// <summary>The names of the phases: targets of the graph, and words in the journal.</summary>
public static class Phases
{
    /// <summary>Everything that a release needs is probed; nothing is changed.</summary>
    public const string PreChecks = nameof(PreChecks);

    /// <summary>What runs now is recorded and tagged.</summary>
    public const string Backup = nameof(Backup);

    /// <summary>The release is tagged.</summary>
    public const string Tag = nameof(Tag);

    /// <summary>The candidate starts beside stable and gets its first share.</summary>
    public const string Canary = nameof(Canary);

    /// <summary>The first share is judged.</summary>
    public const string MetricsGate = nameof(MetricsGate);

    /// <summary>The remaining shares, each judged.</summary>
    public const string Promote = nameof(Promote);

    /// <summary>What serves is what was released.</summary>
    public const string Verify = nameof(Verify);

    /// <summary>The result is written down for people and auditors.</summary>
    public const string Handover = nameof(Handover);

    /// <summary>The last promoted run is undone.</summary>
    public const string Rollback = nameof(Rollback);

    /// <summary>The first deployment into an empty environment.</summary>
    public const string Bootstrap = nameof(Bootstrap);

    /// <summary>The recorded stable is started again.</summary>
    public const string Up = nameof(Up);

    /// <summary>The environment is stopped.</summary>
    public const string Down = nameof(Down);

    /// <summary>What serves is recorded as stable.</summary>
    public const string Adopt = nameof(Adopt);

    /// <summary>A backup is restored.</summary>
    public const string Restore = nameof(Restore);

    /// <summary>A service that serves is restarted or scaled.</summary>
    public const string Fix = nameof(Fix);

    /// <summary>A version that was kept after a promotion is stopped.</summary>
    public const string Retire = nameof(Retire);

    /// <summary>Why a phase of a release can never be skipped; null where a person may skip it, with a reason that is recorded.</summary>
    public static string? WhyNeverSkipped(string phase) => phase switch
    {
        Canary => "it starts the candidate, and without one there is nothing to release",
        Promote => "without it the candidate never serves; to stop before it, ask for MetricsGate instead",
        Handover => "it writes the evidence and closes the run, and nothing else may start beside an open run",
        _ => null,
    };

    /// <summary>Gets the phases of a release in their order.</summary>
    public static IReadOnlyList<string> OfARelease { get; } = [PreChecks, Backup, Tag, Canary, MetricsGate, Promote, Verify, Handover];
}
