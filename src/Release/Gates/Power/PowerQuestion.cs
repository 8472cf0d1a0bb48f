namespace Release.Gates.Power;

/// <summary>What is asked of a test before it begins: of a comparison with stable, or of a limit.</summary>
public sealed record PowerQuestion
{
    /// <summary>Gets the objective's name.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Gets what the candidate is held against, 0 to 1: stable's share of events (errors, or requests above a bound), or with
    /// <see cref="IsLimit"/> the share that is allowed.
    /// </summary>
    public required double Baseline { get; init; }

    /// <summary>Gets a value indicating whether <see cref="Baseline"/> is a limit and stable does not matter.</summary>
    public bool IsLimit { get; init; }

    /// <summary>Gets the candidate's share of events that the team wants found; null for twice <see cref="Baseline"/>.</summary>
    public double? Change { get; init; }

    /// <summary>Gets the chance of a false alarm, over all tests of the gate.</summary>
    public double Alpha { get; init; } = 0.01;

    /// <summary>Gets the part of it that is this test's, 0 to 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Gets how much more than independent events these vary, 1 or more.</summary>
    public double Dispersion { get; init; } = 1;

    /// <summary>Gets the share of events that is looked for.</summary>
    internal double Sought => Math.Min(Change ?? (2 * Baseline), 1);

    internal EvidenceNeeded Needed =>
        IsLimit ? EvidenceNeeded.ToFailByLimit(Alpha, Weight) : EvidenceNeeded.ToFail(Alpha, Weight);

    internal Func<double, double, double> Rate(double candidate) =>
        (candidates, baselines) => IsLimit
            ? EvidenceRate.OfBroken(candidates, candidate, Baseline, Dispersion)
            : EvidenceRate.OfWorse(candidates, baselines, candidate, Baseline, Dispersion);
}
