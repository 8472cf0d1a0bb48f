using Release.Runs;

namespace Release.Planning;

/// <summary>A step in its place.</summary>
/// <param name="Phase">The phase that takes it.</param>
/// <param name="Service">The service it belongs to; null when it belongs to the whole environment.</param>
/// <param name="Step">The step.</param>
/// <param name="KeptBy">
/// The id of a later step after which this one is not taken back any more (a pushed tag stays here too); null for none.
/// </param>
public sealed record PlannedStep(string Phase, string? Service, IStep Step, string? KeptBy = null);

/// <summary>
/// What a run will change, in order, and the identity to which approvals and Resume are bound: a hash over the steps, the
/// artefacts and the configuration.
/// </summary>
public sealed class ReleasePlan
{
    /// <summary>A plan.</summary>
    /// <param name="steps">The steps in order; their ids are unique.</param>
    /// <param name="target">What serves at the end.</param>
    /// <param name="configuration">The environment's configuration, as text.</param>
    public ReleasePlan(IReadOnlyList<PlannedStep> steps, DeployedRelease target, string configuration)
    {
        (Steps, Target) = (steps, target);
        Hash = Identity.Of([
            .. steps.SelectMany(s => new[] { s.Phase, s.Step.Id, s.Step.Describe() }),
            .. target.Instances.SelectMany(i => new[] { i.Id, i.Artefact.Digest, string.Join(',', i.Faults) }),
            configuration,
        ]);
    }

    /// <summary>Gets the steps in order.</summary>
    public IReadOnlyList<PlannedStep> Steps { get; }

    /// <summary>Gets what serves at the end.</summary>
    public DeployedRelease Target { get; }

    /// <summary>Gets the identity: 64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>The steps of one phase.</summary>
    public IEnumerable<PlannedStep> Of(string phase) => Steps.Where(s => s.Phase == phase);
}
