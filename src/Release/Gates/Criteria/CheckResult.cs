namespace Release.Gates.Criteria;

/// <summary>How one check of a criterion ended.</summary>
public enum CheckResult
{
    /// <summary>The criterion holds.</summary>
    Success,

    /// <summary>The criterion is broken.</summary>
    Failure,

    /// <summary>Measured, but too few requests, or neither kept nor broken, or broken by stable as well.</summary>
    Inconclusive,

    /// <summary>Could not measure.</summary>
    Error,
}
