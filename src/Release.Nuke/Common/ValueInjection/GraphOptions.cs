using Nuke.Common.CI;

namespace Nuke.Common.ValueInjection;

/// <summary>The graph's own parameters. They are a table and not reflected, since every start would pay for that.</summary>
internal sealed class GraphOptions
{
    public static readonly GraphOption[] All =
    [
        new("Target", Arity.List, "Targets to run, joined by '+'."),
        new("Skip", Arity.Optional, "Targets to skip, joined by '+'; without a name, everything that was not asked for.", FromOutside: false),
        new("Plan", Arity.Switch, "Prints the plan, in order, and runs nothing.", FromOutside: false),
        new("Help", Arity.Switch, "Prints this text.", FromOutside: false),
        new("NoLogo", Arity.Switch, "Leaves out the first line."),
        new("Verbosity", Arity.Single, "The least that is logged: Verbose, Normal, Minimal or Quiet."),
        new("Host", Arity.Single, "Terminal or GitHubActions; found out if not given."),
        new("Root", Arity.Single, "The root directory; otherwise the nearest one above that holds .nuke."),
        new("Profile", Arity.List, "Profiles to load: .nuke/parameters.<profile>.json; the last one wins."),
        new("Partition", Arity.Single, "Which part of partitioned targets to run, as 2/3."),
        new("Strict", Arity.Switch, "Fails unless the plan has one order only."),
        new("NoInput", Arity.Switch, "Never asks; a missing value is an error. This graph never asks."),
        new("Continue", Arity.Switch, "Refused: use the Resume target.", FromOutside: false, Hidden: true),
    ];

    public bool Plan { get; init; }
    public bool Help { get; init; }
    public bool NoLogo { get; init; }
    public bool Strict { get; init; }
    public Verbosity Verbosity { get; init; } = Verbosity.Normal;
    public Partition Partition { get; init; } = Partition.Single;
    public string[] Profiles { get; init; } = [];

    /// <summary>Null: not given. Empty: everything that was not asked for.</summary>
    public IReadOnlyList<string>? Skip { get; init; }
}

internal enum Arity
{
    Switch,
    Single,
    List,
    Optional,
}

/// <param name="FromOutside">Whether environment and files may set it, or only the command line.</param>
internal sealed record GraphOption(string Name, Arity Arity, string Description, bool FromOutside = true, bool Hidden = false)
{
    public string Key { get; } = Names.Key(Name);
}
