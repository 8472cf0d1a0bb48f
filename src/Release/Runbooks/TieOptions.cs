using System.ComponentModel.DataAnnotations;
using Newtonsoft.Json.Linq;

namespace Release.Runbooks;

/// <summary>What shows that a line was carried out: something that a run records. Each kind has its own options.</summary>
public abstract record TieOptions
{
    /// <summary>Gets the kind.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the service that it is about: in a run that does not bring a version of it, it does not apply. Null for all.</summary>
    public string? Service { get; init; }
}

/// <summary>A check or a smoke test passed; where it was made more than once, each last time.</summary>
public sealed record ProbeTieOptions : TieOptions
{
    /// <summary>Gets its id in <c>checks</c> or <c>smoke</c>; <c>version-SERVICE</c> is what Verify makes of a service's version path.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the phase whose look counts; null for every phase that looked.</summary>
    public LinePhase? In { get; init; }
}

/// <summary>Steps were made, or taken back.</summary>
public sealed record StepTieOptions : TieOptions
{
    /// <summary>Gets the step's id, with <c>*</c> for anything: then each step that it names must be so.</summary>
    [RegularExpression(TiePattern.Form, ErrorMessage = TiePattern.Example)]
    public required string Id { get; init; }

    /// <summary>Gets what became of it.</summary>
    public StepTie Is { get; init; } = StepTie.Made;
}

/// <summary>What became of a step.</summary>
public enum StepTie
{
    /// <summary>It was made and stands.</summary>
    Made,

    /// <summary>It was made and taken back.</summary>
    Undone,
}

/// <summary>The gate passed.</summary>
public sealed record CriterionTieOptions : TieOptions
{
    /// <summary>Gets the objective or plain rule; null for the whole gate.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the share at which it passed, in percent; null for every share.</summary>
    [Range(1, 100)]
    public int? Share { get; init; }

    /// <summary>Gets how long it must have judged until it passed, over all shares where none is named; null for any time.</summary>
    public TimeSpan? For { get; init; }
}

/// <summary>A phase came to a good end.</summary>
public sealed record PhaseTieOptions : TieOptions
{
    /// <summary>Gets the phase.</summary>
    public required LinePhase Name { get; init; }
}

/// <summary>Something was done within a time.</summary>
public sealed record TimeTieOptions : TieOptions
{
    /// <summary>Gets the phase that is measured; <c>rollback</c> is from the decision to go back to its end.</summary>
    public required LinePhase Of { get; init; }

    /// <summary>Gets the longest.</summary>
    public required TimeSpan Max { get; init; }
}

/// <summary>People or systems were told.</summary>
public sealed record NoticeTieOptions : TieOptions
{
    /// <summary>Gets the notice's id, with <c>*</c> for anything.</summary>
    [RegularExpression(TiePattern.Form, ErrorMessage = TiePattern.Example)]
    public required string Id { get; init; }

    /// <summary>Gets the channel that must have delivered it, by its id in <c>notify</c>; null for every one that it was meant for.</summary>
    public string? Channel { get; init; }
}

/// <summary>The watch over what was released found something.</summary>
public sealed record WatchTieOptions : TieOptions
{
    /// <summary>Gets what.</summary>
    public required WatchTie Found { get; init; }
}

/// <summary>What a watch records.</summary>
public enum WatchTie
{
    /// <summary>It began.</summary>
    Begun,

    /// <summary>What is usual was measured and kept.</summary>
    Baseline,

    /// <summary>The smoke tests passed each time.</summary>
    Smoke,

    /// <summary>The gate passed each time.</summary>
    Gate,

    /// <summary>A day was summed up.</summary>
    Summary,

    /// <summary>It came to its end.</summary>
    Ended,
}

/// <summary>A file is in the run's evidence.</summary>
public sealed record EvidenceTieOptions : TieOptions
{
    /// <summary>Gets its name, with <c>*</c> for anything.</summary>
    [RegularExpression(TiePattern.Form, ErrorMessage = TiePattern.Example)]
    public required string Name { get; init; }
}

/// <summary>A backup was taken and shown to be whole.</summary>
public sealed record BackupTieOptions : TieOptions
{
    /// <summary>Gets what tells it from the others of <c>backup</c>: its id, or its type where it has none.</summary>
    public required string Id { get; init; }
}

/// <summary>The configuration that the run was opened with has a value.</summary>
public sealed record ConfigurationTieOptions : TieOptions
{
    /// <summary>Gets where, as a JSON path into the environment's file (<c>$.traffic.steps</c>).</summary>
    public required string Path { get; init; }

    /// <summary>Gets the value that it must be; null for any.</summary>
    public JToken? Is { get; init; }
}

/// <summary>Whoever started the run said something.</summary>
public sealed record InputTieOptions : TieOptions
{
    /// <summary>Gets what.</summary>
    public required RunInput Name { get; init; }
}

/// <summary>The runbook says who has a role: a contact.</summary>
public sealed record RoleTieOptions : TieOptions
{
    /// <summary>Gets the role.</summary>
    public required string Name { get; init; }
}

/// <summary>What a person gives a run.</summary>
public enum RunInput
{
    /// <summary>The version that is released.</summary>
    Version,

    /// <summary>The change ticket.</summary>
    ChangeTicket,

    /// <summary>The reason.</summary>
    Reason,
}
