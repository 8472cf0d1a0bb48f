namespace Release.Auditing;

/// <summary>Something in a journal, or that it refers to, that is not what it says.</summary>
/// <param name="Kind">What does not hold. In JSON kebab-case: add, never rename.</param>
/// <param name="Seq">The record that says otherwise.</param>
/// <param name="Run">Its run, or null.</param>
/// <param name="What">One sentence.</param>
public sealed record AuditFinding(AuditKind Kind, long Seq, string? Run, string What);

/// <summary>What an audit compares.</summary>
public enum AuditKind
{
    /// <summary>The hash chain: a record was changed, removed, moved or added.</summary>
    Chain,

    /// <summary>The order of runs, tokens and steps: an outcome without its intent, a run without its opening.</summary>
    Reference,

    /// <summary>A file that was put for auditors.</summary>
    Evidence,

    /// <summary>A tag of the repository.</summary>
    Tag,

    /// <summary>A hash of the chain that was written down elsewhere.</summary>
    Anchor,
}
