using Nuke.Common.CI;

namespace Nuke.Common.ValueInjection;

/// <summary>The graph's own parameters. They are a table and not reflected, since every start would pay for that.</summary>
internal sealed class GraphOptions
{
    public static readonly GraphOption[] All =
    [
        new("Target", Arity.List, "Targets to run, joined by '+'."),
        new("Skip", Arity.Optional, "Targets to skip, joined by '+'; without a name, everything that was not asked for. What guards another target needs --reason.", From.CommandLine),
        new("Reason", Arity.Single, "Why a target is skipped that guards another.", From.CommandLine),
        new("Plan", Arity.Switch, "Prints the plan, in order, and runs nothing.", From.CommandLine),
        new("Html", Arity.Switch, "With --plan: writes the plan as one HTML file and prints its path.", From.CommandLine),
        new("Help", Arity.Switch, "Prints this text.", From.CommandLine),
        new("NoLogo", Arity.Switch, "Leaves out the first line."),
        new("Verbosity", Arity.Single, "The least that is logged.") { Values = Enum.GetNames<Verbosity>(), Default = "Normal" },
        new("Host", Arity.Single, "Where it runs; found out if not given.") { Values = ["GitHubActions", "Terminal"] },
        new("Root", Arity.Single, "The root directory; otherwise the nearest one above that holds .nuke.", From.Outside),
        new("Profile", Arity.List, "Profiles to load: .nuke/parameters.<profile>.json; the last one wins.", From.Outside),
        new("Partition", Arity.Single, "Which part of partitioned targets to run, as 2/3."),
        new("Strict", Arity.Switch, "Fails unless the plan has one order only."),
        new("NoInput", Arity.Switch, "Never asks; a missing value is an error. Without it, a value that is missing is asked for at a terminal."),
        new("Completion", Arity.Single, "Prints a completion script for that shell.", From.CommandLine) { Values = ["bash", "zsh", "powershell"] },
        new("GenerateConfiguration", Arity.Single, "Writes the CI host's file that an attribute of the build describes, as GitHubActions_ci.", From.CommandLine),
        new("Continue", Arity.Switch, "Refused: use the Resume target.", From.CommandLine, Hidden: true),
    ];

    public bool Plan { get; init; }
    public bool Html { get; init; }
    public bool Help { get; init; }
    public bool NoLogo { get; init; }
    public bool NoInput { get; init; }
    public bool Strict { get; init; }
    public string? Completion { get; init; }
    public string? GenerateConfiguration { get; init; }
    public Verbosity Verbosity { get; init; } = Verbosity.Normal;
    public Partition Partition { get; init; } = Partition.Single;
    public string[] Profiles { get; init; } = [];

    /// <summary>Null: not given. Empty: everything that was not asked for.</summary>
    public IReadOnlyList<string>? Skip { get; init; }

    /// <summary>Why something that guards is skipped; empty where nobody said.</summary>
    public string Reason { get; init; } = "";
}

internal enum Arity
{
    Switch,
    Single,
    List,
    Optional,
}

/// <summary>From where an option may be set.</summary>
internal enum From
{
    /// <summary>Command line, environment and parameter files.</summary>
    Anywhere,

    /// <summary>Command line and environment: it decides which files are read.</summary>
    Outside,

    /// <summary>The command line alone: it is about this one run.</summary>
    CommandLine,
}

internal sealed record GraphOption(string Name, Arity Arity, string Description, From From = From.Anywhere, bool Hidden = false)
{
    public string Key { get; } = Names.Key(Name);
    public string Flag => Names.Flag(Name);

    /// <summary>The values that are possible; empty where they are not a closed set.</summary>
    public string[] Values { get; init; } = [];

    public string? Default { get; init; }
}
