namespace Release.Gates.Evidence;

/// <summary>Whose fault it is that a test speaks against the candidate.</summary>
internal enum Blame
{
    /// <summary>The candidate's.</summary>
    Candidate,

    /// <summary>Not known yet: stable seems to break the same limit.</summary>
    Unknown,

    /// <summary>Nobody's: stable breaks the same limit.</summary>
    Both,
}

/// <summary>
/// One test of the candidate: an e-process that can fail it and one that can pass it. Changed in place by its owner, one
/// call per tick; what it says stays as it was in a tick that it cannot measure.
/// </summary>
internal interface ITest
{
    /// <summary>Gets the objective that it belongs to.</summary>
    TestedObjective Objective { get; }

    /// <summary>Gets which test it is.</summary>
    TestKind Kind { get; }

    /// <summary>Gets a value indicating whether a pass needs it by its objective.</summary>
    bool IsNeeded { get; }

    /// <summary>Gets ln E that the candidate is worse, over the whole rollout.</summary>
    double LogFail { get; }

    /// <summary>Gets ln E that it is not, since the step began; -∞ when it cannot be shown by what is measured.</summary>
    double LogPass { get; }

    /// <summary>Gets why the last tick could not be measured, or null.</summary>
    string? Problem { get; }

    /// <summary>Gets a value indicating whether enough ticks had events for a fail.</summary>
    bool CanFail { get; }

    /// <summary>Takes in the counts of a tick; null for a side that was not read.</summary>
    void Advance(Counters? stable, Counters? candidate, double seconds);

    /// <summary>Begins a step: a pass is a claim about one.</summary>
    void BeginStep();

    /// <summary>Whose fault is it that this test speaks against the candidate?</summary>
    /// <param name="logEnough">ln E from which stable, too, is said to break it.</param>
    Blame Whose(double logEnough);

    /// <summary>What has been seen.</summary>
    Seen Look();
}

/// <summary>What a test has seen of both sides since the beginning, not divided by anything.</summary>
/// <param name="Counts">The events that can fail the candidate, and the requests.</param>
/// <param name="Possible">The candidate's events at most: more when a limit lies between two buckets.</param>
/// <param name="Dispersion">By how much the events come in bursts, at least 1.</param>
/// <param name="What">What the events are: <c>failed</c>, <c>over 250ms</c>.</param>
internal readonly record struct Seen(PairedCounts Counts, double Possible, double Dispersion, string What);
