namespace Release.Runs;

/// <summary>
/// A step that one run may have to take more than once, each time as a change of its own: a stable that died again is
/// started again, whatever the journal says of the last time.
/// </summary>
internal sealed class AgainStep(IStep step, string id) : IStep
{
    public string Id => id;

    public StepSafety Safety => step.Safety;

    public TimeSpan Deadline => step.Deadline;

    /// <summary>The id under which a run takes such a step next: the one whose outcome is not known yet, else a new one.</summary>
    public static string NextId(string id, RunState run)
    {
        var (next, number) = (id, 1);
        while (run.Step(next).Status is not (StepStatus.None or StepStatus.Intended))
        {
            number++;
            next = $"{id}-again-{number}";
        }

        return next;
    }

    public string Describe() => step.Describe();

    public Task<Observation> Observe(CancellationToken cancellation) => step.Observe(cancellation);

    public Task Apply(StepKey key, CancellationToken cancellation) => step.Apply(key, cancellation);

    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => step.Undo(before, key, cancellation);
}
