namespace Release.Runs;

/// <summary>A step could not be applied: the run goes back.</summary>
/// <param name="step">The step.</param>
/// <param name="reason">Why, in one sentence.</param>
public sealed class StepFailedException(string step, string reason) : Exception($"{step}: {reason}")
{
    /// <summary>Gets the step.</summary>
    public string Step => step;

    /// <summary>Gets why, in one sentence.</summary>
    public string Reason => reason;
}

/// <summary>A peer did not answer, or the world shows what nobody planned: the run stops here and nothing is guessed (invariant 7).</summary>
/// <param name="step">The step.</param>
/// <param name="reason">What was seen.</param>
public sealed class StepUnknownException(string step, string reason) : Exception($"{step}: {reason}")
{
    /// <summary>Gets the step.</summary>
    public string Step => step;

    /// <summary>Gets what was seen.</summary>
    public string Reason => reason;
}
