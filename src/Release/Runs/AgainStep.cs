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

    /// <summary>The next id of this step in a run: the one whose outcome is not known yet, else a new number.</summary>
    public static AgainStep Of(IStep step, RunState run)
    {
        var number = 1;
        while (run.Step($"{step.Id}-again-{number}").Status is not (StepStatus.None or StepStatus.Intended))
        {
            number++;
        }

        return new AgainStep(step, $"{step.Id}-again-{number}");
    }

    public string Describe() => step.Describe();

    public Task<Observation> Observe(CancellationToken cancellation) => step.Observe(cancellation);

    public Task Apply(StepKey key, CancellationToken cancellation) => step.Apply(key, cancellation);

    public Task Undo(Before before, StepKey key, CancellationToken cancellation) => step.Undo(before, key, cancellation);
}
