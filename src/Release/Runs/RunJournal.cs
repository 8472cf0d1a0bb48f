using System.Text.Json.Nodes;
using Release.Journal;
using Release.Planning;

namespace Release.Runs;

/// <summary>
/// One run's pen: appends its records under the lease and folds each as soon as it is on the disk. The watch of the gate
/// and the walk through the steps write at the same time, so appends queue.
/// </summary>
public sealed class RunJournal : IDisposable
{
    private readonly IJournal _journal;
    private readonly ILease _lease;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>A pen for <paramref name="run"/>.</summary>
    public RunJournal(IJournal journal, ILease lease, EnvironmentState state, string run, TimeProvider clock)
    {
        (_journal, _lease, State, RunId, Clock) = (journal, lease, state, run, clock);
    }

    /// <summary>Gets the environment's fold, this run included.</summary>
    public EnvironmentState State { get; }

    /// <summary>Gets the run's number.</summary>
    public string RunId { get; }

    /// <summary>Gets this run's fold. Throws before the run is opened.</summary>
    public RunState Run => State.Run(RunId) ?? throw new InvalidOperationException($"Run {RunId} is not open.");

    /// <summary>Gets the clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Gets or sets what is called after each record, with the fold at rest: it may read it, and must not keep it.</summary>
    public Action? Appended { get; set; }

    /// <summary>
    /// Appends one record of this run. An append cannot be cancelled half-way: it either is on the disk or the run stops.
    /// </summary>
    public async Task Append(
        RecordType type,
        JsonObject data,
        string? phase = null,
        string? step = null,
        StepKey? key = null,
        DateTimeOffset? deadline = null)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            var entry = new JournalEntry(type, RunId, phase, step, key?.Value, deadline, data);
            State.Add(await _journal.Append(entry, _lease, CancellationToken.None));
            Appended?.Invoke();
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    /// <summary>Appends a decision.</summary>
    public Task Decide(Decision decision, string reason, JsonObject? more = null)
    {
        var data = more ?? [];
        data["decision"] = Words.Of(decision);
        data["reason"] = reason;
        return Append(RecordType.Decision, data);
    }

    /// <summary>Throws <see cref="LeaseLostException"/> unless an outside call may begin now.</summary>
    public Task EnsureHeld(CancellationToken cancellation) => _lease.EnsureHeld(cancellation);

    /// <summary>The key of a step in one direction: the same on every machine (invariant 4).</summary>
    public StepKey Key(IStep step, bool forward) => new(Identity.Of(
        State.Runs.Count == 0 ? "" : Run.Opening.PlanHash,
        RunId,
        step.Id,
        forward ? "apply" : "undo",
        Run.Step(step.Id).Round.ToString(System.Globalization.CultureInfo.InvariantCulture))[..32]);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
