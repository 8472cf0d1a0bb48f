namespace Release.Bench.Results;

/// <summary>In what a row is measured.</summary>
internal enum Unit
{
    /// <summary>Seconds; less is better.</summary>
    Seconds,

    /// <summary>Requests a second; more is better.</summary>
    PerSecond,

    /// <summary>A number of requests.</summary>
    Requests,
}

/// <summary>Whether a goal is reached.</summary>
internal enum Verdict
{
    /// <summary>The design states none.</summary>
    NoGoal,

    /// <summary>Reached.</summary>
    Met,

    /// <summary>Not reached, on this machine under this load.</summary>
    Missed,

    /// <summary>Measured, but not what the goal is stated for: <see cref="Row.Why"/>.</summary>
    NotJudged,

    /// <summary>Not measured: <see cref="Row.Why"/>.</summary>
    Skipped,
}

/// <summary>The least that the same work can take, measured in between the same samples.</summary>
/// <param name="Is">What it is.</param>
/// <param name="Samples">What was measured.</param>
internal sealed record Floor(string Is, Samples Samples);

/// <summary>A goal of the design, section 10.</summary>
/// <param name="Text">In words.</param>
/// <param name="IsMet">Whether a row reaches it.</param>
internal sealed record Goal(string Text, Func<Row, bool> IsMet);

/// <summary>One line of the result.</summary>
/// <param name="Figure">The figure that it belongs to.</param>
/// <param name="What">What is measured.</param>
internal sealed record Row(string Figure, string What)
{
    public Unit Unit { get; init; }

    /// <summary>Gets what was measured; null when it was skipped.</summary>
    public Samples? Measured { get; init; }

    public Floor? Floor { get; init; }

    public Goal? Goal { get; init; }

    /// <summary>Gets why it was skipped or is not judged, or what a reader must know beside the numbers; else null.</summary>
    public string? Why { get; init; }

    /// <summary>Gets a value indicating whether the goal is stated for more than was measured.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Gets the load average of the last minute when it was measured; null where the system tells none.</summary>
    public double? Load { get; init; }

    /// <summary>Gets how many times the floor; null without one.</summary>
    public double? Ratio => Measured is { } measured && Floor is { Samples.Median: > 0 } floor ? measured.Median / floor.Samples.Median : null;

    public Verdict Verdict => Measured is null ? Verdict.Skipped
        : Goal is null ? Verdict.NoGoal
        : !Goal.IsMet(this) ? Verdict.Missed
        : IsPartial ? Verdict.NotJudged
        : Verdict.Met;

    /// <summary>A row that could not be measured here.</summary>
    public static Row Skip(string figure, string what, string why) => new(figure, what) { Why = why };
}
