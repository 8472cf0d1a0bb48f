using Release.Drivers.Docker;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>A step on an engine. While that is silent, nothing is known of the step, and nothing is guessed.</summary>
internal abstract class EngineStep(string id) : IStep
{
    public string Id => id;

    public abstract StepSafety Safety { get; }

    public abstract TimeSpan Deadline { get; }

    public abstract string Describe();

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            return await Look(cancellation);
        }
        catch (DockerException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public abstract Task Apply(StepKey key, CancellationToken cancellation);

    public abstract Task Undo(Before before, StepKey key, CancellationToken cancellation);

    /// <summary>What <see cref="Observe"/> sees while the engine answers.</summary>
    /// <exception cref="DockerException">It does not.</exception>
    protected abstract Task<Observation> Look(CancellationToken cancellation);
}
