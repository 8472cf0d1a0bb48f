namespace Release.Gates;

/// <summary>Where one objective stands.</summary>
public sealed record ObjectiveState
{
    /// <summary>Gets the objective's name.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the measurement that is under way. It lives across steps, so that no error is forgotten.</summary>
    public required Measurement Current { get; init; }

    /// <summary>Gets how the last decided measurement ended; <see cref="MeasurementResult.Open"/> before the first.</summary>
    public MeasurementResult Last { get; init; }

    /// <summary>Gets how many measurements failed in the whole rollout.</summary>
    public int Failures { get; init; }

    /// <summary>Gets for how long measurements have failed in a row; zero when the last did not.</summary>
    public TimeSpan Failing { get; init; }

    /// <summary>Gets how many measurements that began in this step succeeded.</summary>
    public int Successes { get; init; }

    /// <summary>Gets the candidate's counts in this step.</summary>
    public EventCounts Candidate { get; init; }

    /// <summary>Gets stable's counts in this step.</summary>
    public EventCounts Stable { get; init; }

    /// <summary>Gets which buckets stand for the limit, where it lies between two; else null.</summary>
    public string? Judged { get; init; }

    /// <summary>Gets why the objective could not be measured in the last tick, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets why the gate must fail, once it must; a sentence.</summary>
    public string? Broken { get; init; }

    /// <summary>Begins with an objective.</summary>
    public static ObjectiveState Begin(string id, DateTimeOffset at) => new() { Id = id, Current = Measurement.Begin(at) };

    /// <summary>
    /// Begins a step: what was measured before cannot pass it. Failures stay, and so does the measurement under way,
    /// which can still fail; its success does not count, since part of it is older than the step.
    /// </summary>
    internal ObjectiveState BeginStep() => this with { Successes = 0, Candidate = default, Stable = default };

    /// <summary>Judges the counts of a tick.</summary>
    internal ObjectiveState Advance(Objective objective, GateTick tick, DateTimeOffset stepAt)
    {
        var candidate = objective.Read(tick.Candidate.Counts);
        var stable = objective.Read(tick.Stable.Counts);
        var current = Current.Add(candidate.Counts, stable.Counts);
        var result = current.Judge(objective, tick.At);
        var next = this with
        {
            Current = result == MeasurementResult.Open ? current : Measurement.Begin(tick.At),
            Candidate = Candidate.Add(candidate.Counts),
            Stable = Stable.Add(stable.Counts),
            Judged = candidate.Judged ?? Judged,
            Problem = candidate.Problem,
        };
        return result switch
        {
            MeasurementResult.Success => next with
            {
                Last = result,
                Failing = TimeSpan.Zero,
                Successes = Successes + (current.Start >= stepAt ? 1 : 0),
            },
            MeasurementResult.Failure => next.Fail(objective, current, tick.At),
            MeasurementResult.Both => next with { Last = result },
            MeasurementResult.Open or MeasurementResult.Between => next,
            _ => throw new InvalidOperationException($"Unknown result {result}."),
        };
    }

    /// <summary>Says what the candidate still owes before this objective lets it pass; null when nothing.</summary>
    internal string? Missing(Objective objective) =>
        Last == MeasurementResult.Failure ? $"{Id}: its last measurement failed{Run(objective)}"
        : Last == MeasurementResult.Both ? $"{Id}: candidate and stable both break it ({objective.Text})"
        : Successes > 0 ? null
        : Candidate.Requests <= 0 ? $"{Id}: no candidate requests, so no evidence"
        : Judged is not null && Candidate.Requests >= objective.MinRequests && !objective.IsKept(Candidate)
        ? $"{Id}: up to {Wording.Of(Candidate.Possible, Candidate.Requests)}, {objective.Text} ({Judged})"
        : Current.Candidate.Requests < objective.MinRequests
        ? $"{Id}: {Wording.Count(Current.Candidate.Requests)} of the {Wording.Count(objective.MinRequests)} candidate requests that a measurement needs"
        : $"{Id}: no measurement that began in this step has succeeded yet";

    /// <summary>Says what this step has seen.</summary>
    internal string Seen(Objective objective) =>
        $"{Id} {Wording.Of(Candidate.Possible, Candidate.Requests)}, {objective.Text}, stable {Wording.Of(Stable.Possible, Stable.Requests)}";

    private ObjectiveState Fail(Objective objective, Measurement failed, DateTimeOffset at)
    {
        var next = this with
        {
            Last = MeasurementResult.Failure,
            Failures = Failures + 1,
            Failing = Failing + (at - failed.Start),
        };
        var isOverLimit = objective.FailureLimit >= 0 && next.Failures > objective.FailureLimit;
        var isOverTime = objective.For is { } time && next.Failing >= time - objective.Slack;
        if (!isOverLimit && !isOverTime)
        {
            return next;
        }

        var tolerance = isOverTime ? $", for {Wording.Duration(next.Failing)} in a row"
            : objective.FailureLimit > 0 ? $", failed measurement {next.Failures} where {objective.FailureLimit} are tolerated"
            : "";
        return next with
        {
            Broken = $"{Id} broken: candidate {Wording.Of(failed.Candidate.Sure, failed.Candidate.Requests)}, {objective.Text}; "
                + $"stable {Wording.Of(failed.Stable.Sure, failed.Stable.Requests)}{tolerance}"
                + (Judged is null ? "" : $" ({Judged})"),
        };
    }

    private string Run(Objective objective) =>
        objective.For is { } time ? $", failing for {Wording.Duration(Failing)} of {Wording.Duration(time)}" : "";
}
