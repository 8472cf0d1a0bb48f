using System.ComponentModel.DataAnnotations;
using Release.Configuration;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>A runbook's lines, and what shows of each that it was carried out.</summary>
public sealed record RunbookOptions : ICheckedOptions
{
    /// <summary>Gets what the runbook is called.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the roles whose word a line may need.</summary>
    public IReadOnlyList<RoleOptions> Roles { get; init; } = [];

    /// <summary>
    /// Gets ids that lines name and the environment does not have yet: checks, backups, objectives, steps. No line that is
    /// tied to one of them can have an outcome.
    /// </summary>
    public IReadOnlyList<string> ToCome { get; init; } = [];

    /// <summary>Gets the lines in the runbook's order, at least one.</summary>
    [MinLength(1)]
    public required IReadOnlyList<LineOptions> Lines { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => EnvironmentRules.Twins(Lines, line => line?.Id, "lines", "id")
        .Concat(EnvironmentRules.Twins(Roles, role => role?.Name, "roles", "name"));
}

/// <summary>Whose word it is.</summary>
public sealed record RoleOptions
{
    /// <summary>Gets its name, as <c>SignOff --as</c> takes it.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Name { get; init; }

    /// <summary>Gets who has it, in words; null where the name says all.</summary>
    public string? Who { get; init; }
}

/// <summary>One line of a runbook. It is shown by the program, signed by a person, both, or not applicable.</summary>
public sealed record LineOptions : ICheckedOptions
{
    /// <summary>Gets its id, unique and never reused (<c>CAN-91</c>).</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,62}", ErrorMessage = "an id such as \"CAN-91\"")]
    public required string Id { get; init; }

    /// <summary>Gets what it says.</summary>
    public required string Says { get; init; }

    /// <summary>Gets the heading that it stands under; null for that of the line before.</summary>
    public string? Section { get; init; }

    /// <summary>Gets the phase that it belongs to: when that is over without an outcome, the line is missing. Null: the run's end.</summary>
    public LinePhase? Phase { get; init; }

    /// <summary>Gets when it applies; at any other time it is not applicable.</summary>
    public LineOccasion When { get; init; } = LineOccasion.Always;

    /// <summary>Gets the notice that makes an incident of a run, with <c>*</c> for anything; null: any notice of a severity.</summary>
    [RegularExpression(TiePattern.Form, ErrorMessage = TiePattern.Example)]
    public string? Incident { get; init; }

    /// <summary>Gets what shows that it was carried out.</summary>
    [OneOrMany]
    public IReadOnlyList<TieOptions> ShownBy { get; init; } = [];

    /// <summary>Gets whether all of <see cref="ShownBy"/> must hold, or one.</summary>
    public TieSum Holds { get; init; } = TieSum.All;

    /// <summary>Gets whose word it needs; null for nobody's.</summary>
    public SignOffOptions? SignOff { get; init; }

    /// <summary>Gets why it is never carried out here; null where it is.</summary>
    public string? NotApplicable { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var isTied = ShownBy.Count > 0 || SignOff is not null;
        if (!isTied && NotApplicable is null)
        {
            yield return new("shownBy", "missing: expected what shows the line, or \"signOff\", or \"notApplicable\" with a reason", "signOff", "notApplicable");
        }

        if (isTied && NotApplicable is not null)
        {
            yield return new("notApplicable", "the line has an outcome as well: remove this, or \"shownBy\" and \"signOff\"");
        }

        if (Incident is not null && When is not LineOccasion.Incident)
        {
            yield return new("incident", "says which notice makes an incident, and the line is not for one: add \"when\": \"incident\", or remove it", "when");
        }

        if (SignOff is { Required: true } && !(Phase is { } phase && Phases.OfARelease.Contains(phase.ToString())))
        {
            yield return new("phase", $"missing: a required sign-off holds the run before a phase. Expected one of {string.Join(", ", Phases.OfARelease)}", "signOff.required");
        }
    }
}

/// <summary>Whose word a line needs, and when.</summary>
public sealed record SignOffOptions
{
    /// <summary>Gets the roles of which one must sign.</summary>
    [OneOrMany, MinLength(1)]
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Gets whether it must be there before the line's phase begins: until then the run is parked.</summary>
    public bool Required { get; init; }

    /// <summary>Gets whether whoever signs must say something (<c>--note</c>).</summary>
    public bool Note { get; init; }

    /// <summary>Gets when it must be there in a release with <c>--emergency</c>.</summary>
    public EmergencySignOff Emergency { get; init; } = EmergencySignOff.Before;
}

/// <summary>When a required sign-off must be there in an emergency.</summary>
public enum EmergencySignOff
{
    /// <summary>Before the phase, as always.</summary>
    Before,

    /// <summary>Afterwards: it holds nothing up and stays open.</summary>
    After,
}

/// <summary>Whether all ties of a line must hold.</summary>
public enum TieSum
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>One is enough.</summary>
    One,
}

/// <summary>When a line applies.</summary>
public enum LineOccasion
{
    /// <summary>In every release.</summary>
    Always,

    /// <summary>When a release is taken back.</summary>
    Rollback,

    /// <summary>When there was an incident.</summary>
    Incident,

    /// <summary>In a release with <c>--emergency</c>.</summary>
    Emergency,
}

/// <summary>The phases that a line can belong to. Words of a runbook's file: add, never rename.</summary>
public enum LinePhase
{
    /// <summary>Everything that a release needs is looked at.</summary>
    PreChecks,

    /// <summary>What runs now is recorded, and backups are taken.</summary>
    Backup,

    /// <summary>The release is tagged.</summary>
    Tag,

    /// <summary>The candidate starts and gets its first share.</summary>
    Canary,

    /// <summary>The first share is judged.</summary>
    MetricsGate,

    /// <summary>The remaining shares, and the taking over.</summary>
    Promote,

    /// <summary>What serves is what was released.</summary>
    Verify,

    /// <summary>The result is written down.</summary>
    Handover,

    /// <summary>After the run: the line stays open while its version serves and nothing else was begun.</summary>
    Watch,

    /// <summary>On the way back.</summary>
    Rollback,
}
