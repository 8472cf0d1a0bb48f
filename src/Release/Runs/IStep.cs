using System.Text.Json.Nodes;

namespace Release.Runs;

/// <summary>
/// One change to the world that can be taken back. The runner calls, in this order: <see cref="Observe"/>, (journal:
/// intent with what was seen), <see cref="Apply"/>, <see cref="Observe"/> again, (journal: applied with what was seen);
/// and <see cref="Undo"/> when the step or a later one fails, or when somebody rolls back.
/// Every member may be called again after a crash, by another process on another machine.
/// </summary>
public interface IStep
{
    /// <summary>
    /// Gets the name that ties this step to its journal records: kebab-case, with service and place
    /// (<c>shift-traffic-ping-10</c>), unique in its run, never reused for another change.
    /// </summary>
    string Id { get; }

    /// <summary>Gets what a retry may do when the outcome is not known.</summary>
    StepSafety Safety { get; }

    /// <summary>Gets how long an apply or undo may take. After this an unfinished one is settled by looking.</summary>
    TimeSpan Deadline { get; }

    /// <summary>Says what apply would do, in one sentence. Pure: no clock, no network, no disk.</summary>
    string Describe();

    /// <summary>
    /// Looks at the world and changes nothing. A peer that does not answer is <see cref="StepState.Unknown"/>, never a
    /// guess; it need not throw.
    /// </summary>
    Task<Observation> Observe(CancellationToken cancellation);

    /// <summary>
    /// Makes the change and returns when it is made. Idempotent under the same key. Throws when it could not: then it is
    /// undone, half done or not. Cancellation is not a failure: the runner looks at what was reached.
    /// </summary>
    Task Apply(StepKey key, CancellationToken cancellation);

    /// <summary>
    /// Puts back what this step changed and nothing else (invariant 16). Idempotent, and safe when apply stopped
    /// half-way or never began. An undo should almost never fail: a failed one leaves the run stuck (invariant 8).
    /// </summary>
    Task Undo(Before before, StepKey key, CancellationToken cancellation);
}

/// <summary>
/// A step that moves traffic. On the way back these go first, whatever their place in the plan (invariant 6), and all of
/// one <see cref="Route"/> go in one call: the first one's <see cref="Before"/> is the split that preceded the run.
/// </summary>
public interface ITrafficStep : IStep
{
    /// <summary>Gets the service whose traffic is moved.</summary>
    string Route { get; }

    /// <summary>Gets the candidate's share that this step asks for.</summary>
    Percent Share { get; }
}

/// <summary>What a retry after an unknown outcome may do.</summary>
public enum StepSafety
{
    /// <summary>
    /// The peer deduplicates by the step's key: apply again at once. An undo revokes the key: an apply that arrives late
    /// under it does nothing.
    /// </summary>
    Keyed,

    /// <summary>Sets a value: wait for the deadline, look, apply again; look once more after an undo.</summary>
    Absolute,

    /// <summary>A person decides after an unknown outcome.</summary>
    Manual,

    /// <summary>Cannot be taken back (a pushed tag): undo does nothing and says so.</summary>
    Irreversible,
}

/// <summary>What the world says about a step.</summary>
public enum StepState
{
    /// <summary>Nothing of the step is there: apply it.</summary>
    Pending,

    /// <summary>All of the step is there.</summary>
    Applied,

    /// <summary>Some of the step is there and the rest is as before: a call of ours stopped half-way. Apply goes on.</summary>
    Torn,

    /// <summary>Neither before nor after: somebody else changed it. A person decides.</summary>
    Foreign,

    /// <summary>The world did not answer: stop this branch, never guess (invariant 7).</summary>
    Unknown,
}

/// <summary>One look at the world.</summary>
/// <param name="State">What was seen.</param>
/// <param name="Seen">What undo and later steps need (process ids, weights): secrets only as references.</param>
/// <param name="Detail">One sentence for a person, in the words of the tool that was asked.</param>
public sealed record Observation(StepState State, JsonObject Seen, string Detail)
{
    /// <summary>The peer did not answer.</summary>
    public static Observation Unknown(string detail) => new(StepState.Unknown, [], detail);
}

/// <summary>What <see cref="IStep.Observe"/> saw before the first intent; recorded once, never read again from the world (invariant 3).</summary>
/// <param name="Seen">As in <see cref="Observation.Seen"/>.</param>
public sealed record Before(JsonObject Seen);

/// <summary>
/// A step's idempotency key: a hash of run, step, direction and round. No attempt number, so a second machine that
/// resumes uses the same key (invariant 4). A round is counted in the journal: it grows only when the step was undone
/// and is deliberately applied afresh (a parked canary that goes on).
/// </summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
public readonly record struct StepKey(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
