namespace Release.Evidence;

/// <summary>How a file that was put is now. In JSON kebab-case.</summary>
public enum EvidenceCondition
{
    /// <summary>It is there and has the recorded digest.</summary>
    Intact,

    /// <summary>It is there and is not what was put.</summary>
    Changed,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It could not be read, or its recorded name leads out of the store.</summary>
    Unreadable,
}
